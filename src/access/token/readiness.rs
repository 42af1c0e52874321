//! [`Readiness`]: whether tokens can be verified now.
//!
//! It is a copy of what the key ring knows, and decides nothing: requests are denied with 503 by the same
//! lack of a key that makes a handle unready. A failed fetch alone does not, because the last key stays in
//! use, and an instance that PropelAuth's outage took out of service could not serve the users whose tokens
//! it can still verify.

use std::{fmt, time::Duration};

/// Whether access tokens can be verified, and what is known of the verifier key.
///
/// [`PropelAuth::readiness`](crate::PropelAuth::readiness) returns it. `Display` writes it as one line for
/// a log, with the reason of the last failed fetch, which callers should not see.
///
/// ```
/// use actix_web_propelauth::PropelAuth;
///
/// /// Logs what an operator has to look at, also while the service is ready.
/// fn watch(auth: &PropelAuth) {
///     let readiness = auth.readiness();
///     let has_failed = readiness.last_fetch_error.is_some();
///     if !readiness.is_ready || has_failed {
///         eprintln!("{readiness}");
///     }
/// }
/// ```
///
/// A handle whose key you [set](crate::PropelAuthBuilder::verifier_key) is always ready: its key is never
/// fetched, so there are neither errors nor a next fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Readiness {
    /// Whether access tokens can be judged: there is a verifier key, and the marks of the fleet were read
    /// back if the handle is in one. Without a key, requests with a token are denied with 503.
    pub is_ready: bool,
    /// Whether the handle is in a fleet whose marks were not read back yet.
    pub waits_for_fleet: bool,
    /// The time since the verifier key came into use, if there is one. A fetch that brings the same key
    /// does not change it.
    pub key_age: Option<Duration>,
    /// Whether a verifier key is being fetched.
    pub is_fetching: bool,
    /// The last fetch, if it failed. A key that was fetched before stays in use. A fetch that succeeds
    /// makes it `None` again.
    pub last_fetch_error: Option<FailedFetch>,
    /// The time until the next fetch is permitted, if there is one to wait for: at most one second without
    /// a key, and else [`key_refresh_interval`](crate::PropelAuthBuilder::key_refresh_interval).
    pub next_fetch_in: Option<Duration>,
}

/// A fetch of the verifier key that failed.
///
/// ```
/// use actix_web_propelauth::PropelAuth;
///
/// fn reason(auth: &PropelAuth) -> Option<String> {
///     let failed = auth.readiness().last_fetch_error?;
///     Some(format!("{} ({} s ago)", failed.reason, failed.ago.as_secs()))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FailedFetch {
    /// The reason, down to the error of the operating system.
    pub reason: String,
    /// The time since the fetch ended.
    pub ago: Duration,
}

#[cfg(feature = "redis")]
impl Readiness {
    /// Takes into account whether the marks of a fleet have to be read back first.
    pub(crate) fn in_fleet(self, waits_for_fleet: bool) -> Self {
        Self {
            is_ready: self.is_ready && !waits_for_fleet,
            waits_for_fleet,
            ..self
        }
    }
}

/// Writes one line: ready or not, and since when, then the last error, then what happens next.
///
/// For example: `not ready: there is no verifier key; the last fetch failed 3 s ago: PropelAuth cannot be
/// reached: …; the next fetch may start in 0.7 s`.
impl fmt::Display for Readiness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.waits_for_fleet {
            f.write_str("not ready: the marks of the fleet were not read back yet; ")?;
        }
        match self.key_age {
            Some(age) if self.waits_for_fleet => {
                write!(f, "a verifier key is in use for {} s", age.as_secs())?;
            }
            Some(age) => write!(f, "ready: a verifier key is in use for {} s", age.as_secs())?,
            None => f.write_str("not ready: there is no verifier key")?,
        }
        if let Some(FailedFetch { reason, ago }) = &self.last_fetch_error {
            write!(
                f,
                "; the last fetch failed {} s ago: {reason}",
                ago.as_secs()
            )?;
        }
        match (self.is_fetching, self.next_fetch_in) {
            (true, _) => f.write_str("; a key is being fetched"),
            (false, Some(time)) => write!(
                f,
                "; the next fetch may start in {:.1} s",
                time.as_secs_f64()
            ),
            (false, None) if self.key_age.is_some() => Ok(()),
            (false, None) => {
                f.write_str("; the next request with a token fetches it, or `refresh_verifier_key`")
            }
        }
    }
}
