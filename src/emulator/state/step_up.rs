//! Grants, and codes that are on their way to phones.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    api::{SerializableSecret, StepUpGrant},
    emulator::state::ids::Ids,
    id::{MfaChallengeId, UserId},
};

/// For how long a code that was sent is good, in seconds.
const CODE_LIFETIME: i64 = 10 * 60;

/// How many wrong codes end a challenge.
const MAX_ATTEMPTS: u32 = 5;

/// All grants that are good, all codes that were not used, and every SMS.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StepUps {
    grants: Vec<Grant>,
    challenges: BTreeMap<MfaChallengeId, Challenge>,
    pub(crate) sent: Vec<EmulatedSms>,
}

/// What a grant is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Purpose {
    pub(crate) user_id: UserId,
    pub(crate) action_type: String,
    pub(crate) is_one_time: bool,
    pub(crate) valid_for_seconds: u64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Grant {
    token: SerializableSecret,
    purpose: Purpose,
    expires_at: i64,
}

#[derive(Debug, Serialize, Deserialize)]
struct Challenge {
    purpose: Purpose,
    code: SerializableSecret,
    expires_at: i64,
    attempts: u32,
}

/// An SMS that PropelAuth would have sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EmulatedSms {
    /// The number that it goes to.
    pub to: String,
    /// The user whose phone it is.
    pub user_id: UserId,
    /// The code.
    pub code: String,
    /// When it would have been sent, in seconds since 1970 (unix time).
    pub sent_at: i64,
}

/// What came of a code that was sent.
pub(crate) enum CodeCheck {
    Correct(Purpose),
    Wrong,
    /// There is no such challenge of this user.
    Unknown,
}

impl StepUps {
    pub(crate) fn grant(&mut self, purpose: Purpose, token: String, now: i64) -> StepUpGrant {
        self.grants.retain(|grant| now < grant.expires_at);
        let token = SerializableSecret::from(token);
        let seconds = i64::try_from(purpose.valid_for_seconds).unwrap_or(i64::MAX);
        self.grants.push(Grant {
            token: token.clone(),
            purpose,
            expires_at: now.saturating_add(seconds),
        });
        StepUpGrant {
            step_up_grant: token,
        }
    }

    /// Tells whether a grant is good, and takes it away if it is good once only.
    pub(crate) fn consume_grant(
        &mut self,
        token: &str,
        user_id: &UserId,
        action: &str,
        now: i64,
    ) -> bool {
        let place = self.grants.iter().position(|grant| {
            grant.token.expose() == token
                && grant.purpose.user_id == *user_id
                && grant.purpose.action_type == action
                && now < grant.expires_at
        });
        let Some(place) = place else { return false };
        if self
            .grants
            .get(place)
            .is_some_and(|it| it.purpose.is_one_time)
        {
            self.grants.remove(place);
        }
        true
    }

    pub(crate) fn send(
        &mut self,
        ids: &mut Ids,
        to: &str,
        purpose: Purpose,
        now: i64,
    ) -> MfaChallengeId {
        let id = MfaChallengeId::from(ids.uuid_of(&["challenge", &purpose.user_id]));
        let code = digits(&ids.hex(1));
        self.sent.push(EmulatedSms {
            to: to.to_owned(),
            user_id: purpose.user_id.clone(),
            code: code.clone(),
            sent_at: now,
        });
        let challenge = Challenge {
            purpose,
            code: code.into(),
            expires_at: now.saturating_add(CODE_LIFETIME),
            attempts: 0,
        };
        self.challenges.insert(id.clone(), challenge);
        id
    }

    /// Tries a code; the right one, too many wrong ones and the end of its time end a challenge.
    pub(crate) fn check_code(
        &mut self,
        id: &MfaChallengeId,
        user_id: &UserId,
        code: &str,
        now: i64,
    ) -> CodeCheck {
        let Some(challenge) = self.challenges.get_mut(id) else {
            return CodeCheck::Unknown;
        };
        if challenge.purpose.user_id != *user_id {
            return CodeCheck::Unknown;
        }
        let is_right = challenge.code.expose() == code && now < challenge.expires_at;
        challenge.attempts = challenge.attempts.saturating_add(1);
        if is_right {
            let purpose = challenge.purpose.clone();
            self.challenges.remove(id);
            return CodeCheck::Correct(purpose);
        }
        if challenge.attempts >= MAX_ATTEMPTS {
            self.challenges.remove(id);
        }
        CodeCheck::Wrong
    }

    /// Forgets what a user's phones were sent.
    pub(crate) fn remove_challenges(&mut self, user_id: &UserId) {
        self.challenges
            .retain(|_, it| it.purpose.user_id != *user_id);
    }

    /// Forgets everything about a user but the SMS that were sent.
    pub(crate) fn remove_user(&mut self, user_id: &UserId) {
        self.remove_challenges(user_id);
        self.grants.retain(|it| it.purpose.user_id != *user_id);
    }
}

/// Makes a code from a random number.
fn digits(hex: &str) -> String {
    let number = u64::from_str_radix(hex, 16).unwrap_or_default();
    format!("{:06}", number % 1_000_000)
}
