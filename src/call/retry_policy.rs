//! Retry policy: which failures are retried, how often, and after which pause.
//!
//! A request that PropelAuth may have received is retried only if receiving it twice does no harm,
//! which the operation's [`RetryClass`] says; its documentation has the table for users. RFC 9110
//! §9.2.2 would derive that from the method, but PropelAuth's `POST`s include reads.
//!
//! Pauses have "full jitter": a random time up to a ceiling that doubles. Clients that failed
//! together come back spread over the whole time, while a fixed pause with a little jitter brings
//! them back in waves (AWS Architecture Blog, "Exponential Backoff And Jitter").

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

/// The ceiling of the first pause; each further one is twice as high. A few times a round trip, so that a
/// short hiccup costs little.
const BASE: Duration = Duration::from_millis(100);
/// The highest ceiling of a pause, so that several retries fit into a call's timeout.
const CAP: Duration = Duration::from_secs(2);
/// The longest wait that a call sits out if PropelAuth asks for one. After a longer one the caller
/// decides, who has the time in the error; a user may be waiting for the response.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Why an attempt failed, as far as retrying is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cause {
    /// The request was not sent.
    Unsent,
    /// The connection broke, and the request may have been received.
    Lost,
    /// The response was cut off, so that the request was received.
    CutOff,
    /// The attempt timed out.
    Timeout,
    /// A status that may be another one at the next attempt.
    Status(u16),
}

/// The terms of a retry that is safe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct RetryPlan {
    /// The cost of the retry, taken from the circuit breaker's budget.
    pub(super) cost: u32,
    /// The wait that PropelAuth asks for, if any.
    pub(super) wait: Option<Duration>,
}

impl RetryPlan {
    /// The retry of a read whose body ended too early.
    pub(super) const TRUNCATED: Self = Self {
        cost: 5,
        wait: None,
    };
}

/// Returns the terms of a retry, or `None` if the outcome must not or need not be retried.
pub(super) fn plan_retry(
    class: RetryClass,
    outcome: &Result<RawResponse, CallError>,
) -> Option<RetryPlan> {
    let cause = cause(outcome)?;
    is_safe(class, cause).then(|| RetryPlan {
        // An attempt that timed out has occupied the server for seconds, so it costs twice as much as
        // one that failed at once. The AWS SDKs charge the same 5 and 10.
        cost: if cause == Cause::Timeout { 10 } else { 5 },
        wait: outcome.as_ref().ok().and_then(retry_after),
    })
}

/// Returns the maximum number of attempts for a class, given the one that is configured.
pub(super) fn max_attempts(class: RetryClass, configured: u32) -> u32 {
    match class {
        RetryClass::Read | RetryClass::Idempotent | RetryClass::Create => configured,
        // Each validation counts against the rate limit of the API key's owner.
        RetryClass::Validate => configured.min(2),
    }
}

/// Returns `true` if a request of a class may be retried after a timeout, so that its attempts can
/// have a timeout shorter than the call's.
pub(super) fn is_retried_after_timeout(class: RetryClass) -> bool {
    is_safe(class, Cause::Timeout)
}

/// Returns `true` if a request of a class may be retried after a failure: the policy itself.
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

/// Returns the reason why an outcome may be improved by a retry, or `None` if it is final.
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

/// Returns `true` unless an attempt that is retried has certainly done nothing: it was not sent, or it was turned
/// away for too many requests.
pub(super) fn may_be_done(outcome: &Result<RawResponse, CallError>) -> bool {
    !matches!(cause(outcome), Some(Cause::Unsent | Cause::Status(429)))
}

/// Returns the pause before the next attempt, or `None` if it does not fit into the time left.
///
/// A wait that PropelAuth asks for is a minimum: the jitter still applies if it is longer.
pub(super) fn pause(made: u32, asked: Option<Duration>, remaining: Duration) -> Option<Duration> {
    let jittered = backoff(made).mul_f64(random());
    let pause = match asked {
        Some(wait) if wait > LONGEST_WAIT => return None,
        Some(wait) => wait.max(jittered),
        None => jittered,
    };
    (pause < remaining).then_some(pause)
}

/// Returns the ceiling of the pause after a number of attempts.
fn backoff(made: u32) -> Duration {
    let doubled = 2_u32.saturating_pow(made.saturating_sub(1));
    BASE.saturating_mul(doubled).min(CAP)
}

/// Returns a random number from 0 to 1.
///
/// The seed of a `RandomState` is random enough for jitter, and needs no further crate.
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
