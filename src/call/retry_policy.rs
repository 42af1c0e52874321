//! What may be sent again, after which failure, and when.

use std::{
    collections::hash_map::RandomState,
    hash::{BuildHasher as _, Hasher as _},
    time::Duration,
};

use actix_web::http::StatusCode;

use super::{
    error::{CallError, Error},
    retry_after::retry_after,
};
use crate::{
    client::{Delivery, RawResponse},
    endpoint::RetryClass,
};

/// The ceiling of the first pause; each further one is twice as high.
const BASE: Duration = Duration::from_millis(100);
/// The highest ceiling of a pause.
const CAP: Duration = Duration::from_secs(2);
/// The longest wait that is sat out where PropelAuth asks for one; a longer one is the caller's.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Why an attempt did not do, as far as sending it again is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// No byte of it was sent.
    Unsent,
    /// The connection broke, and nobody can tell whether the request arrived.
    Lost,
    /// The reply came in part.
    CutOff,
    /// There was no whole reply in time.
    Timeout,
    /// A status that speaks of the moment and not of the request.
    Status(u16),
}

/// An attempt that may be followed by another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RetryPlan {
    /// What the next attempt costs of the budget.
    pub(super) cost: u32,
    /// How long PropelAuth asks to wait, if it does.
    pub(super) wait: Option<Duration>,
}

impl RetryPlan {
    /// What is asked for once more because the body ended too early.
    pub(super) const TRUNCATED: Self = Self {
        cost: 5,
        wait: None,
    };
}

/// Tells whether an attempt may be followed by another.
pub(super) fn plan_retry(
    class: RetryClass,
    outcome: &Result<RawResponse, CallError>,
) -> Option<RetryPlan> {
    let cause = cause(outcome)?;
    is_safe(class, cause).then(|| RetryPlan {
        // A timeout has cost the other side more than a refusal.
        cost: if cause == Cause::Timeout { 10 } else { 5 },
        wait: outcome.as_ref().ok().and_then(retry_after),
    })
}

/// Returns how often a request of a class may be sent, given how often any may be.
pub(super) fn max_attempts(class: RetryClass, most: u32) -> u32 {
    match class {
        RetryClass::Read | RetryClass::Idempotent | RetryClass::Create => most,
        // Each one counts against somebody's quota.
        RetryClass::Validate => most.min(2),
    }
}

/// Tells whether a request of a class may be sent again after a timeout.
pub(super) fn is_worth_cutting_short(class: RetryClass) -> bool {
    is_safe(class, Cause::Timeout)
}

/// The policy. What may have arrived is sent again only where the second time does nothing more.
fn is_safe(class: RetryClass, cause: Cause) -> bool {
    let read = class == RetryClass::Read;
    let repeatable = read || class == RetryClass::Idempotent;
    match cause {
        Cause::Unsent => true,
        Cause::Lost | Cause::Status(408 | 429) => repeatable,
        Cause::Status(502..=504) => repeatable || class == RetryClass::Validate,
        Cause::CutOff | Cause::Timeout | Cause::Status(_) => read,
    }
}

fn cause(outcome: &Result<RawResponse, CallError>) -> Option<Cause> {
    match outcome {
        Ok(response) => match response.status {
            StatusCode::REQUEST_TIMEOUT
            | StatusCode::TOO_MANY_REQUESTS
            | StatusCode::INTERNAL_SERVER_ERROR
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => Some(Cause::Status(response.status.as_u16())),
            _ => None,
        },
        Err(Error::Unavailable { delivery, .. }) => Some(match delivery {
            Delivery::NotSent => Cause::Unsent,
            Delivery::Unknown => Cause::Lost,
            Delivery::Delivered => Cause::CutOff,
        }),
        Err(Error::Timeout { .. }) => Some(Cause::Timeout),
        Err(_) => None,
    }
}

/// Returns how long to pause before the next attempt, or `None` if that is longer than there is
/// time for.
pub(super) fn pause(made: u32, asked: Option<Duration>, remaining: Duration) -> Option<Duration> {
    let jittered = backoff(made).mul_f64(random());
    let pause = match asked {
        Some(wait) if wait > LONGEST_WAIT => return None,
        Some(wait) => wait.max(jittered),
        None => jittered,
    };
    (pause < remaining).then_some(pause)
}

/// Returns the ceiling of the pause after so many attempts.
fn backoff(made: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(made.saturating_sub(1));
    BASE.saturating_mul(doubled).min(CAP)
}

/// Returns a number from 0 to 1. Full jitter keeps those that failed together from coming back
/// together, for which the randomness of a hasher's seed will do.
fn random() -> f64 {
    f64::from((RandomState::new().build_hasher().finish() >> 32) as u32) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{Cause, backoff, is_safe, max_attempts, pause, random};
    use crate::endpoint::RetryClass::{Create, Idempotent, Read, Validate};

    #[test]
    fn the_policy_is_this_table() {
        for (cause, safe_for) in [
            (
                Cause::Unsent,
                [Read, Idempotent, Create, Validate].as_slice(),
            ),
            (Cause::Lost, &[Read, Idempotent]),
            (Cause::CutOff, &[Read]),
            (Cause::Timeout, &[Read]),
            (Cause::Status(408), &[Read, Idempotent]),
            (Cause::Status(429), &[Read, Idempotent]),
            (Cause::Status(500), &[Read]),
            (Cause::Status(502), &[Read, Idempotent, Validate]),
            (Cause::Status(503), &[Read, Idempotent, Validate]),
            (Cause::Status(504), &[Read, Idempotent, Validate]),
        ] {
            for class in [Read, Idempotent, Create, Validate] {
                assert_eq!(
                    is_safe(class, cause),
                    safe_for.contains(&class),
                    "{class:?} {cause:?}"
                );
            }
        }
        assert_eq!([max_attempts(Read, 3), max_attempts(Validate, 3)], [3, 2]);
        assert_eq!([max_attempts(Create, 1), max_attempts(Validate, 1)], [1, 1]);
    }

    #[test]
    fn pauses_grow_are_jittered_and_fit() {
        let ceilings = [1, 2, 3, 5, 6, 40, u32::MAX].map(|made| backoff(made).as_millis());
        assert_eq!(ceilings, [100, 200, 400, 1600, 2000, 2000, 2000]);

        let hour = Duration::from_secs(3600);
        let pauses: Vec<_> = (0..50).map(|_| pause(1, None, hour).unwrap()).collect();
        assert!(pauses.iter().all(|it| *it <= Duration::from_millis(100)));
        assert!(pauses.iter().any(|it| *it != pauses[0]));
        assert!((0..1000).all(|_| (0.0..=1.0).contains(&random())));

        let second = Duration::from_secs(1);
        assert_eq!(pause(1, Some(second), hour), Some(second));
        assert_eq!(pause(1, Some(second), second), None);
        assert_eq!(pause(1, Some(second * 6), hour), None);
        assert!(pause(1, Some(Duration::ZERO), hour).is_some());
        assert_eq!(pause(1, None, Duration::ZERO), None);
    }
}
