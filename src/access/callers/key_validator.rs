//! Validation of API keys: by what is known of a key, or by one call for all requests that wait for it.
//!
//! | PropelAuth answers | response | kept |
//! |---|---|---|
//! | the owner | the request continues | for `cache_for` |
//! | the owner, who is disabled or unclear | 401, 403 | for `cache_invalid_for` |
//! | there is no such key | 401 | for `cache_invalid_for` |
//! | the owner uses the key too often | 429, `Retry-After` | no |
//! | this backend calls too often | 503, `Retry-After` | no, and unknown keys pause |
//! | nothing, or an error of its own | 503, `Retry-After` | no |
//! | the integration key of this backend is wrong | 500 | no |

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use aws_lc_rs::constant_time::verify_slices_are_equal;

use super::{
    api_keys::ApiKeys,
    invalid_api_key::InvalidApiKey,
    key_answer::KeyOwner,
    key_cache::{KeyCache, Known, Moment},
    key_changes::KeyChanges,
    key_lanes::{Lanes, Place, Turn},
    key_text::{Digest, Question, question},
    principal::Principal,
    validated_key::Validation,
};
use crate::{
    access::{
        denied::{Denied, TooMany, Unreachable},
        flights::{Flight, Flights},
        misconfigured::Misconfigured,
        outcome::Outcome,
        settings::Settings,
    },
    observe::metrics,
    words::{secret::Secret, subject::Subject},
};

/// The shortest and the longest time that callers are asked to wait before they try again.
const RETRY_AFTER: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// The result of a validation.
pub(super) type Verdict = Result<Principal, Denied>;

/// A function that asks PropelAuth about a key, and returns immediately.
///
/// It is a parameter because this folder makes no connections.
pub(crate) type AskAboutKey = Box<dyn Fn(KeyInQuestion) + Send + Sync>;

/// The reason why PropelAuth did not name the owner of a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyFailure {
    /// There is no such key.
    Unknown,
    /// The owner of the key uses it too often.
    Throttled(Duration),
    /// This backend calls too often.
    RateLimited(Option<Duration>),
    /// There is no answer, or none that can be understood.
    Unreachable(Option<Duration>),
    /// PropelAuth does not accept the integration key of this backend.
    WrongIntegrationKey,
}

/// The API keys of one handle.
pub(crate) struct KeyValidator {
    /// The settings of the project.
    settings: Arc<Settings>,
    /// Asks PropelAuth.
    ask: AskAboutKey,
    /// The hash of the integration key of this backend, which no caller may have.
    integration_key: Digest,
    cache: KeyCache,
    changes: KeyChanges,
    lanes: Lanes,
    flights: Flights<Digest, Verdict>,
}

/// A key that PropelAuth is to be asked about.
///
/// If it is dropped without an answer, such as by a thread that cannot be started, the waiting requests are
/// denied with 503.
pub(crate) struct KeyInQuestion {
    /// The key.
    text: Secret,
    /// What to ask.
    question: Question,
    /// The place among the calls that wait or are in flight.
    place: Place,
    /// The requests that wait for the answer, until they have one.
    flight: Option<Flight<Digest, Verdict>>,
    /// When and for whom PropelAuth is asked.
    asked: Asked,
}

/// When and for whom PropelAuth is asked.
struct Asked {
    /// Where the answer is kept.
    validator: Arc<KeyValidator>,
    /// Under which hash.
    digest: Digest,
    /// When the request that asks began. The answer is as old as this.
    since: Moment,
    /// The number of changes that had been reported then.
    generation: u64,
    /// The generation of the marks then.
    marks: u64,
    /// For how long the middleware that asks believes the answer.
    believed_for: Duration,
}

impl KeyValidator {
    /// Creates a validator that knows no key.
    pub(crate) fn new(
        settings: Arc<Settings>,
        integration_key: &str,
        ask: AskAboutKey,
    ) -> Arc<Self> {
        Arc::new(Self {
            settings,
            ask,
            integration_key: Digest::of(integration_key),
            cache: KeyCache::new(),
            changes: KeyChanges::default(),
            lanes: Lanes::new(),
            flights: Flights::default(),
        })
    }

    /// Authenticates a request by a credential, or returns `None` if it cannot be a key.
    pub(in crate::access) fn authenticate(
        self: &Arc<Self>,
        text: &str,
        keys: &ApiKeys,
    ) -> Option<Outcome<Verdict>> {
        let question = question(text, keys);
        if self.is_integration_key(text) {
            metrics::api_key("integration_key");
            let denied = InvalidApiKey::IntegrationKey.into();
            return Some(Outcome::Ready(Err(denied)));
        }
        Some(self.validate(text, question?, keys))
    }

    /// The time of the comparison does not depend on what the caller sent: hashes are compared.
    fn is_integration_key(&self, text: &str) -> bool {
        let sent = Digest::of(text);
        verify_slices_are_equal(sent.as_bytes(), self.integration_key.as_bytes()).is_ok()
    }

    fn validate(
        self: &Arc<Self>,
        text: &str,
        question: Question,
        keys: &ApiKeys,
    ) -> Outcome<Verdict> {
        let digest = Digest::of_question(question, text);
        let generation = self.changes.count();
        let marks = self.settings.freshness.generation();
        let now = Moment {
            instant: Instant::now(),
            unix_seconds: self.settings.clock.unix_seconds(),
        };
        let times = (keys.valid_for(), keys.invalid_for());
        // While changes of other instances cannot be read, nothing that is kept is believed.
        let is_blind = self.settings.freshness.trusts_memory().is_err();
        let is_void = |principal: &Principal, since| {
            is_blind || self.changes.void(principal, since, generation)
        };
        let was_valid = match self.cache.get(digest, now, times, is_void) {
            Known::Valid(principal) => {
                metrics::api_key("hit");
                return Outcome::Ready(Ok(principal));
            }
            Known::Invalid(denied) => {
                metrics::api_key("hit_invalid");
                return Outcome::Ready(Err(denied));
            }
            Known::Once => true,
            Known::Nothing => false,
        };
        let joined = self.flights.join(digest, generation, || {
            self.lanes.enter(was_valid, now.instant)
        });
        let (landing, started) = match joined {
            Ok(joined) => joined,
            Err(wait) => {
                metrics::api_key("busy");
                return Outcome::Ready(Err(unreachable(Some(wait))));
            }
        };
        if let Some((place, flight)) = started {
            (self.ask)(KeyInQuestion {
                text: text.into(),
                question,
                place,
                flight: Some(flight),
                asked: Asked {
                    validator: Arc::clone(self),
                    digest,
                    since: now,
                    generation,
                    marks,
                    believed_for: keys.valid_for(),
                },
            });
        }
        let (this, text, keys) = (Arc::clone(self), Secret::from(text), keys.clone());
        Outcome::Pending(Box::pin(async move {
            let began_at = landing.generation();
            let verdict = landing.verdict().await;
            let verdict = verdict.unwrap_or_else(|| Err(unreachable(None)));
            // A change that was reported between the beginning of the call and that of this request may not
            // be in the answer.
            if let Ok(principal) = &verdict
                && this.changes.void(principal, began_at, generation)
            {
                return match this.validate(text.expose(), question, &keys) {
                    Outcome::Ready(verdict) => verdict,
                    Outcome::Pending(later) => later.await,
                };
            }
            count(&verdict);
            verdict
        }))
    }

    /// Forgets the validations that a change is about. A request that begins after this returns is not allowed
    /// by one of them.
    pub(crate) fn forget(&self, subject: Subject) {
        self.changes.add(subject);
    }

    /// Decides what an answer means, and keeps it.
    fn decide(&self, asked: &Asked, answer: Result<KeyOwner, KeyFailure>) -> Verdict {
        let seconds = asked.believed_for.as_secs_f64();
        // Rounded down, and saturating: nothing believes a validation for longer than it may.
        let validation = Validation {
            asked_at: asked.since.unix_seconds as i64,
            generation: asked.marks,
            expires_at: (asked.since.unix_seconds + seconds) as i64,
        };
        let is_known = |answer: &Result<KeyOwner, KeyFailure>| {
            matches!(answer, Ok(_) | Err(KeyFailure::Unknown))
        };
        let is_kept = is_known(&answer);
        let verdict = match answer {
            Ok(owner) => owner.into_principal(validation, &self.settings),
            Err(failure) => Err(self.denied(failure)),
        };
        let (digest, since) = (asked.digest, asked.since);
        match &verdict {
            Ok(principal) => {
                let (time, generation) = (asked.believed_for, asked.generation);
                self.cache
                    .insert_valid(digest, principal.clone(), since, time, generation);
            }
            Err(denied) if is_kept => self.cache.insert_invalid(digest, denied.clone(), since),
            Err(_) => {}
        }
        verdict
    }

    /// Returns the denial for a key whose owner PropelAuth did not name.
    fn denied(&self, failure: KeyFailure) -> Denied {
        match failure {
            KeyFailure::Unknown => InvalidApiKey::Unknown.into(),
            KeyFailure::Throttled(wait) => Denied::TooManyRequests {
                what: TooMany::ApiKeyUses,
                retry_after: whole_seconds(wait).max(RETRY_AFTER.0),
            },
            KeyFailure::RateLimited(wait) => {
                let wait = wait.unwrap_or(RETRY_AFTER.0);
                self.lanes.pause(wait, Instant::now());
                unreachable(Some(wait))
            }
            KeyFailure::Unreachable(wait) => unreachable(wait),
            KeyFailure::WrongIntegrationKey => Misconfigured::IntegrationKeyRejected.into(),
        }
    }
}

impl KeyInQuestion {
    /// Returns the key. It must not reach a log.
    pub(crate) fn text(&self) -> &Secret {
        &self.text
    }

    /// Returns what to ask.
    pub(crate) fn question(&self) -> Question {
        self.question
    }

    /// Waits until PropelAuth may be asked, or returns `None` if that takes too long.
    pub(crate) async fn wait(&self) -> Option<Turn> {
        self.place.wait().await
    }

    /// Passes the answer on to the waiting requests.
    pub(crate) fn answer(mut self, answer: Result<KeyOwner, KeyFailure>) {
        self.end(answer);
    }

    fn end(&mut self, answer: Result<KeyOwner, KeyFailure>) {
        if let Some(flight) = self.flight.take() {
            let verdict = self.asked.validator.decide(&self.asked, answer);
            flight.land(verdict);
        }
    }
}

impl Drop for KeyInQuestion {
    fn drop(&mut self) {
        self.end(Err(KeyFailure::Unreachable(None)));
    }
}

/// Counts a request by what PropelAuth answered.
fn count(verdict: &Verdict) {
    metrics::api_key(match verdict {
        Ok(_) => "valid",
        Err(Denied::Unauthorized(_) | Denied::Forbidden(_)) => "invalid",
        Err(Denied::TooManyRequests { .. }) => "throttled",
        Err(Denied::Misconfigured(_)) => "misconfigured",
        Err(_) => "unreachable",
    });
}

/// Returns the denial for a key that cannot be validated now, which may be valid.
fn unreachable(wait: Option<Duration>) -> Denied {
    let (shortest, longest) = RETRY_AFTER;
    Denied::Unreachable {
        what: Unreachable::ApiKey,
        retry_after: whole_seconds(wait.unwrap_or(shortest)).clamp(shortest, longest),
    }
}

/// Rounds up to whole seconds, as `Retry-After` is written.
fn whole_seconds(time: Duration) -> Duration {
    let rest = u64::from(time.subsec_nanos() > 0);
    Duration::from_secs(time.as_secs().saturating_add(rest))
}
