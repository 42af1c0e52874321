//! Step-up grants, and codes sent to phones.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    api::{SerializableSecret, StepUpGrant},
    emulator::state::ids::Ids,
    words::ids::{MfaChallengeId, UserId},
};

/// The time until a code expires, in seconds.
const CODE_LIFETIME: i64 = 10 * 60;

/// The number of codes that can be tried for a challenge.
const MAX_ATTEMPTS: u32 = 5;

/// All valid grants, all challenges that wait for a code, and every SMS that was sent.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct StepUps {
    grants: Vec<Grant>,
    challenges: BTreeMap<MfaChallengeId, Challenge>,
    pub(crate) sent: Vec<EmulatedSms>,
}

/// The action a grant allows, and how often.
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
    /// The phone number of the recipient.
    pub to: String,
    /// The user who owns the phone.
    pub user_id: UserId,
    /// The code.
    pub code: String,
    /// When it would have been sent, as a Unix timestamp in seconds.
    pub sent_at: i64,
}

/// The result of checking a code.
pub(crate) enum CodeCheck {
    Correct(Purpose),
    Wrong,
    /// The user has no such challenge.
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

    /// Returns `true` if a grant is valid, and removes it if it can be used only once.
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

    /// Checks a code. A correct code and too many wrong ones remove the challenge.
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

    /// Removes the challenges of a user.
    pub(crate) fn remove_challenges(&mut self, user_id: &UserId) {
        self.challenges
            .retain(|_, it| it.purpose.user_id != *user_id);
    }

    /// Removes the challenges and grants of a user. The SMS stay in the outbox.
    pub(crate) fn remove_user(&mut self, user_id: &UserId) {
        self.remove_challenges(user_id);
        self.grants.retain(|it| it.purpose.user_id != *user_id);
    }
}

/// Returns a six-digit code from a random number in hexadecimal.
fn digits(hex: &str) -> String {
    let number = u64::from_str_radix(hex, 16).unwrap_or_default();
    format!("{:06}", number % 1_000_000)
}
