//! Asking PropelAuth about tokens: by what is known of a token, or by one call for all requests that wait for it.
//!
//! | PropelAuth answers | response | kept |
//! |---|---|---|
//! | the token is active, and for this resource | the request continues | for `cache_for` |
//! | it is not active, or for another resource, or the answer is unclear | 401 | for 2 seconds |
//! | this backend asks too often | 503, `Retry-After` | no, and unknown tokens pause |
//! | nothing, or an error of its own | 503, `Retry-After` | no |
//! | the credentials of this backend are wrong | 500 | no |

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    caller::Facts,
    kept::{Kept, Known, Valid},
    reply::IntrospectionReply,
};
use crate::{
    access::{
        callers::{
            key_lanes::{Lanes, Place, Turn},
            key_text::Digest,
        },
        denied::{Denied, InvalidToken, Unreachable},
        flights::{Flight, Flights},
        misconfigured::Misconfigured,
        outcome::Outcome,
        settings::Settings,
    },
    words::secret::Secret,
};

/// For how long an invalid token is denied without asking again.
const INVALID_FOR: Duration = Duration::from_secs(2);
/// The shortest and the longest time that callers are asked to wait before they try again.
const RETRY_AFTER: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Who the caller is, or why the request is denied.
type Verdict = Result<Arc<Facts>, Denied>;

/// A function that asks PropelAuth about a token, and returns immediately.
///
/// It is a parameter because this folder makes no connections.
pub(crate) type AskAboutToken = Box<dyn Fn(TokenInQuestion) + Send + Sync>;

/// The reason why PropelAuth did not say whether a token is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenFailure {
    /// PropelAuth does not accept the credentials, or does not serve MCP clients in this environment.
    Rejected,
    /// This backend asks too often.
    RateLimited(Option<Duration>),
    /// There is no answer, or none that can be understood.
    Unreachable(Option<Duration>),
}

/// The tokens of one resource.
pub(crate) struct Tokens {
    /// The settings of the project, with its clock and its marks.
    settings: Arc<Settings>,
    /// The identifier of the resource, which tokens must be for.
    resource: String,
    /// For how long a valid token is believed.
    cache_for: Duration,
    /// Asks PropelAuth.
    ask: AskAboutToken,
    /// What PropelAuth said.
    kept: Kept,
    /// How many tokens PropelAuth is asked about at a time: unknown ones cannot take the places of known ones.
    lanes: Lanes,
    /// The calls in flight.
    flights: Flights<Digest, Verdict>,
}

/// A token that PropelAuth is to be asked about.
///
/// If it is dropped without an answer, such as by a thread that cannot be started, the waiting requests are denied
/// with 503.
pub(crate) struct TokenInQuestion {
    /// The token.
    text: Secret,
    /// The place among the calls that wait or are in flight.
    place: Place,
    /// The requests that wait for the answer, until they have one.
    flight: Option<Flight<Digest, Verdict>>,
    /// Where the answer is kept.
    tokens: Arc<Tokens>,
    /// Under which hash.
    digest: Digest,
    /// When the request that asks began. The answer is as old as this.
    since: Instant,
    /// The generation of the marks then.
    generation: u64,
}

impl Tokens {
    /// Creates the tokens of a resource, of which none is known.
    pub(crate) fn new(
        settings: Arc<Settings>,
        resource: String,
        cache_for: Duration,
        ask: AskAboutToken,
    ) -> Arc<Self> {
        Arc::new(Self {
            settings,
            resource,
            cache_for,
            ask,
            kept: Kept::new(),
            lanes: Lanes::new(),
            flights: Flights::default(),
        })
    }

    /// Returns what the caller of a token is, or why it is denied.
    pub(super) fn check(self: &Arc<Self>, token: &str) -> Outcome<Verdict> {
        if !is_token(token) {
            return Outcome::Ready(Err(InvalidToken::Inactive.into()));
        }
        let digest = Digest::of(token);
        let (now, generation) = (Instant::now(), self.settings.freshness.generation());
        let is_void = |valid: &Valid| self.is_void(&valid.facts, valid.generation);
        let times = (self.cache_for, INVALID_FOR);
        let was_valid = match self.kept.get(digest, now, times, is_void) {
            Known::Valid(facts) => return Outcome::Ready(self.in_time(facts)),
            Known::Invalid(denied) => return Outcome::Ready(Err(denied)),
            Known::Once => true,
            Known::Nothing => false,
        };
        let joined = self
            .flights
            .join(digest, generation, || self.lanes.enter(was_valid, now));
        let (landing, started) = match joined {
            Ok(joined) => joined,
            Err(wait) => return Outcome::Ready(Err(unreachable(Some(wait)))),
        };
        if let Some((place, flight)) = started {
            (self.ask)(TokenInQuestion {
                text: token.into(),
                place,
                flight: Some(flight),
                tokens: Arc::clone(self),
                digest,
                since: now,
                generation,
            });
        }
        let (this, token) = (Arc::clone(self), Secret::from(token));
        Outcome::Pending(Box::pin(async move {
            let began_at = landing.generation();
            let verdict = landing.verdict().await;
            let verdict = verdict.unwrap_or_else(|| Err(unreachable(None)));
            // A change that was reported after the call began and before this request did may not be in the answer.
            if let Ok(facts) = &verdict
                && began_at != generation
                && this.is_void(facts, began_at)
            {
                return match this.check(token.expose()) {
                    Outcome::Ready(verdict) => verdict,
                    Outcome::Pending(later) => later.await,
                };
            }
            verdict.and_then(|facts| this.in_time(facts))
        }))
    }

    /// Returns `true` if what was known at a generation of the marks may have changed since, or cannot be known.
    fn is_void(&self, facts: &Facts, generation: u64) -> bool {
        let freshness = &self.settings.freshness;
        freshness.trusts_memory().is_err()
            || freshness.changed(&facts.user_id, &facts.org_id, generation)
    }

    /// Denies a token that has expired since PropelAuth was asked.
    fn in_time(&self, facts: Arc<Facts>) -> Verdict {
        let now = self.settings.clock.unix_seconds();
        if facts.expires_at.is_none_or(|at| now < at) {
            return Ok(facts);
        }
        Err(InvalidToken::Expired.into())
    }

    /// Decides what an answer means, and keeps it.
    fn decide(
        &self,
        asked: &TokenInQuestion,
        answer: Result<IntrospectionReply, TokenFailure>,
    ) -> Verdict {
        let reply = answer.map_err(|failure| self.denied(failure))?;
        match reply.check(&self.resource, self.settings.clock.unix_seconds()) {
            Ok(facts) => {
                let facts = Arc::new(facts);
                let valid = Valid {
                    facts: Arc::clone(&facts),
                    since: asked.since,
                    generation: asked.generation,
                };
                self.kept.insert_valid(asked.digest, valid);
                Ok(facts)
            }
            Err(problem) => {
                let denied = Denied::from(problem);
                self.kept
                    .insert_invalid(asked.digest, denied.clone(), asked.since);
                Err(denied)
            }
        }
    }

    /// Returns the denial for a token about which PropelAuth said nothing. It is never 401: a client would throw away a
    /// token that may be valid.
    fn denied(&self, failure: TokenFailure) -> Denied {
        match failure {
            TokenFailure::Rejected => Misconfigured::IntrospectionRejected.into(),
            TokenFailure::RateLimited(wait) => {
                let wait = wait.unwrap_or(RETRY_AFTER.0);
                self.lanes.pause(wait, Instant::now());
                unreachable(Some(wait))
            }
            TokenFailure::Unreachable(wait) => unreachable(wait),
        }
    }

    #[cfg(test)]
    pub(super) fn kept(&self) -> (usize, usize) {
        self.kept.len()
    }
}

impl TokenInQuestion {
    /// Returns the token. It must not reach a log.
    pub(crate) fn text(&self) -> &Secret {
        &self.text
    }

    /// Waits until PropelAuth may be asked, or returns `None` if that takes too long.
    pub(crate) async fn wait(&self) -> Option<Turn> {
        self.place.wait().await
    }

    /// Passes the answer on to the waiting requests.
    pub(crate) fn answer(mut self, answer: Result<IntrospectionReply, TokenFailure>) {
        self.end(answer);
    }

    fn end(&mut self, answer: Result<IntrospectionReply, TokenFailure>) {
        if let Some(flight) = self.flight.take() {
            let tokens = Arc::clone(&self.tokens);
            flight.land(tokens.decide(self, answer));
        }
    }
}

impl Drop for TokenInQuestion {
    fn drop(&mut self) {
        self.end(Err(TokenFailure::Unreachable(None)));
    }
}

/// Returns `true` if a text can be a token ([RFC 6750 §2.1](https://www.rfc-editor.org/rfc/rfc6750#section-2.1)).
/// PropelAuth is not asked about any other.
fn is_token(text: &str) -> bool {
    let body = text.trim_end_matches('=');
    let is_char = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte);
    !body.is_empty() && body.bytes().all(is_char)
}

/// Returns the denial for a token that PropelAuth cannot be asked about now, which may be valid.
fn unreachable(wait: Option<Duration>) -> Denied {
    let (shortest, longest) = RETRY_AFTER;
    let wait = wait.unwrap_or(shortest).clamp(shortest, longest);
    // Rounded up to whole seconds, as `Retry-After` is written.
    let rest = u64::from(wait.subsec_nanos() > 0);
    Denied::Unreachable {
        what: Unreachable::Introspection,
        retry_after: Duration::from_secs(wait.as_secs().saturating_add(rest)).min(longest),
    }
}
