//! [`Grants`]: asking PropelAuth about grants, within limits.
//!
//! | | response |
//! | --- | --- |
//! | PropelAuth knows the grant | the request continues |
//! | it does not, now or in the last 5 seconds | 401, `insufficient_user_authentication` |
//! | the user sent 10 that it did not know within a minute, or 20 at a time | 429, `Retry-After` |
//! | all users together sent 288 at a time, or one waited for more than a second | 503, `Retry-After` |
//! | this backend calls too often | 503, `Retry-After`, and all grants pause |
//! | no answer, or an error of PropelAuth's own | 503, `Retry-After` |
//!
//! Requests with the same grant never share an answer that allows: a one-time grant is good for one of them, and an
//! answer does not say which kind a grant is. They share one that denies.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use futures_util::future::LocalBoxFuture;

use super::{grant::Digest, user_places::UserPlaces, wrong_grants::WrongGrants};
use crate::{
    access::{
        callers::key_lanes::{LONGEST_WAIT, Lane},
        denied::{Denied, MissingStepUp, TooMany, Unauthorized, Unreachable},
        misconfigured::Misconfigured,
    },
    words::{ids::UserId, secret::Secret},
};

/// The shortest and the longest time that callers are asked to wait before they try again.
const RETRY_AFTER: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Asks PropelAuth whether a grant is good for an action of a user, and uses it up if it is a one-time grant. The
/// answer is `false` if there is no such grant, or no longer.
///
/// It is a parameter because this folder makes no connections.
pub(crate) type AskAboutGrant = Box<
    dyn Fn(String, UserId, Secret) -> LocalBoxFuture<'static, Result<bool, GrantFailure>>
        + Send
        + Sync,
>;

/// Why it is not known whether a grant is good.
#[derive(Clone, Copy, Debug)]
pub(crate) enum GrantFailure {
    /// The plan of the project does not include grants.
    FeatureGated,
    /// PropelAuth does not accept the integration key of this backend.
    IntegrationKey,
    /// This backend calls too often.
    RateLimited(Option<Duration>),
    /// PropelAuth did not answer. It may be asked again after this time.
    Unreachable(Option<Duration>),
}

/// The grants of one handle.
pub(crate) struct Grants {
    ask: AskAboutGrant,
    /// The places of all users together.
    lane: Lane,
    users: UserPlaces,
    wrong: WrongGrants,
    /// The end of the pause that PropelAuth asked for.
    paused_until: Mutex<Option<Instant>>,
}

impl Grants {
    /// Creates the grants of a handle, of which none is known.
    pub(crate) fn new(ask: AskAboutGrant) -> Arc<Self> {
        Arc::new(Self {
            ask,
            lane: Lane::new(32, 256),
            users: UserPlaces::default(),
            wrong: WrongGrants::new(),
            paused_until: Mutex::default(),
        })
    }

    /// Verifies a grant for the first of these actions that it is good for, and returns that one.
    ///
    /// A one-time grant is used up by it.
    pub(super) async fn verify(
        &self,
        actions: &[String],
        user_id: &UserId,
        grant: Secret,
    ) -> Result<String, Denied> {
        let hashed = |action: &String| (action.clone(), Digest::of(user_id, action, &grant));
        let questions: Vec<_> = actions.iter().map(hashed).collect();
        self.check_limits(&questions, user_id)?;
        let place = self.users.enter(user_id);
        let place = place.ok_or_else(|| too_many(RETRY_AFTER.0))?;
        let _turn = place.wait().await.ok_or_else(|| unreachable(None))?;
        // Others of the user may have been answered meanwhile.
        self.check_limits(&questions, user_id)?;
        for (action, digest) in &questions {
            if self.wrong.knows(digest, Instant::now()) {
                continue;
            }
            match self.ask(action, user_id, &grant).await {
                Ok(true) => return Ok(action.clone()),
                Ok(false) => self.wrong.keep(*digest, Instant::now()),
                Err(failure) => return Err(self.denied(failure)),
            }
        }
        self.wrong.count(user_id, Instant::now());
        Err(unknown(&questions))
    }

    /// Denies a grant without a call if one would be in vain, or one too many.
    fn check_limits(&self, questions: &[(String, Digest)], user_id: &UserId) -> Result<(), Denied> {
        let now = Instant::now();
        let mut digests = questions.iter().map(|(_, digest)| digest);
        if digests.all(|digest| self.wrong.knows(digest, now)) {
            return Err(unknown(questions));
        }
        if let Some(wait) = self.wrong.wait(user_id, now) {
            return Err(too_many(wait));
        }
        match self.pause(now) {
            Some(wait) => Err(unreachable(Some(wait))),
            None => Ok(()),
        }
    }

    /// Asks PropelAuth when there is a place for one more call.
    async fn ask(
        &self,
        action: &str,
        user_id: &UserId,
        grant: &Secret,
    ) -> Result<bool, GrantFailure> {
        let busy = GrantFailure::Unreachable(Some(LONGEST_WAIT));
        let place = self.lane.enter().ok_or(busy)?;
        let _turn = place.wait().await.ok_or(busy)?;
        (self.ask)(action.to_owned(), user_id.clone(), grant.clone()).await
    }

    /// Returns the denial for a grant that was not verified.
    fn denied(&self, failure: GrantFailure) -> Denied {
        match failure {
            GrantFailure::FeatureGated => Misconfigured::StepUpNotIncluded.into(),
            GrantFailure::IntegrationKey => Misconfigured::IntegrationKeyRejected.into(),
            GrantFailure::RateLimited(wait) => {
                let wait = wait.unwrap_or(RETRY_AFTER.0).min(RETRY_AFTER.1);
                let until = Instant::now().checked_add(wait);
                let mut paused = self.lock_pause();
                *paused = until.max(*paused);
                unreachable(Some(wait))
            }
            GrantFailure::Unreachable(wait) => unreachable(wait),
        }
    }

    /// Returns the rest of the pause that PropelAuth asked for.
    fn pause(&self, now: Instant) -> Option<Duration> {
        let until = *self.lock_pause();
        let left = until?.checked_duration_since(now)?;
        (!left.is_zero()).then_some(left)
    }

    fn lock_pause(&self) -> std::sync::MutexGuard<'_, Option<Instant>> {
        self.paused_until
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns the denial for a grant that PropelAuth does not know.
fn unknown(questions: &[(String, Digest)]) -> Denied {
    let action = questions.first().map(|(action, _)| action.clone());
    Unauthorized::StepUpRequired {
        action_type: action.unwrap_or_default(),
        problem: MissingStepUp::GrantNotFound,
    }
    .into()
}

/// Returns the denial for a user who sends too many grants.
fn too_many(wait: Duration) -> Denied {
    Denied::TooManyRequests {
        what: TooMany::StepUpGrants,
        retry_after: whole_seconds(wait),
    }
}

/// Returns the denial for a grant that cannot be verified now, and may be good.
pub(super) fn unreachable(wait: Option<Duration>) -> Denied {
    let (shortest, longest) = RETRY_AFTER;
    Denied::Unreachable {
        what: Unreachable::StepUpGrant,
        retry_after: whole_seconds(wait.unwrap_or(shortest)).clamp(shortest, longest),
    }
}

/// Rounds up to whole seconds, as `Retry-After` is written.
fn whole_seconds(time: Duration) -> Duration {
    let rest = u64::from(time.subsec_nanos() > 0);
    Duration::from_secs(time.as_secs().saturating_add(rest))
}
