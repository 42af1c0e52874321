//! The verifier key in use, and its replacement while requests are served.
//!
//! A fetch does not belong to the requests that wait for it. The first request that needs a key
//! starts the fetch, the [`KeySource`] runs it on a thread of its own choice, and the fetch ends by
//! handing its outcome to the ring. Every waiting request is then notified and uses the key that is
//! current at that time. So a request that is canceled does not cancel the fetch, and all waiting
//! requests see the same outcome.

use std::{
    error::Error,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use arc_swap::ArcSwapOption;
use tokio::sync::watch;

use super::{
    key::{KeyId, VerifierKey},
    key_schedule::{Permission, Schedule},
    readiness::{FailedFetch, Readiness},
};
use crate::{observe::metrics, words::causes::Causes};

/// A function that starts to fetch a key and returns immediately. It passes the outcome to
/// [`Fetch::end`].
///
/// It is a parameter because this folder makes no connections: the client is a separate part of the
/// crate, and tests replace it with a function of their own.
pub(crate) type KeySource = Box<dyn Fn(Fetch) + Send + Sync>;

/// The reason why a fetch failed. It is only logged, so any error will do.
pub(crate) type FetchError = Box<dyn Error + Send + Sync>;

/// The shortest time that callers are asked to wait before they retry.
const SHORTEST_RETRY_AFTER: Duration = Duration::from_secs(1);

/// The verifier key, which can be replaced if tokens stop verifying.
///
/// Clones share the key. Reading it takes no lock, because every request reads it and it rarely
/// changes.
#[derive(Clone)]
pub(crate) struct KeyRing(Arc<Inner>);

struct Inner {
    current: ArcSwapOption<VerifierKey>,
    history: Mutex<History>,
    refreshing: Option<Refreshing>,
}

/// What happened to the key, for [`Readiness`]. It decides nothing.
struct History {
    in_use_since: Option<Instant>,
    /// The reason and the end of the last fetch, if it failed. The reason is text, because an error cannot
    /// be cloned.
    last_failure: Option<(String, Instant)>,
}

/// The part of a ring whose key may be fetched.
struct Refreshing {
    source: KeySource,
    state: Mutex<State>,
}

struct State {
    schedule: Schedule,
    /// The notification for the requests that wait for the current fetch.
    waiting: Option<watch::Receiver<()>>,
    /// The key before the current one.
    last: Option<Arc<VerifierKey>>,
}

/// The outcome of asking for a new key.
pub(crate) enum Refresh {
    /// The key was already replaced since the caller read it.
    Done,
    /// A key is being fetched.
    UnderWay(Ended),
    /// No key may be fetched at this time.
    NotYet,
}

/// The end of a fetch, whether it succeeds or fails.
pub(crate) struct Ended(watch::Receiver<()>);

impl Ended {
    /// Waits until the fetch has ended.
    pub(crate) async fn wait(mut self) {
        // No value is ever sent: the sender is dropped when the fetch has ended.
        while self.0.changed().await.is_ok() {}
    }
}

impl KeyRing {
    /// Creates a ring whose key is never replaced, because the application configured it.
    pub(crate) fn fixed(key: VerifierKey) -> Self {
        Self(Arc::new(Inner {
            current: ArcSwapOption::from_pointee(key),
            history: History::from(Some(Instant::now())),
            refreshing: None,
        }))
    }

    /// Creates a ring whose key may be fetched again, as often as [`Schedule`] permits.
    pub(crate) fn refreshable(
        key: Option<VerifierKey>,
        source: KeySource,
        interval: Duration,
    ) -> Self {
        Self(Arc::new(Inner {
            history: History::from(key.as_ref().map(|_| Instant::now())),
            current: ArcSwapOption::from_pointee(key),
            refreshing: Some(Refreshing {
                source,
                state: Mutex::new(State {
                    schedule: Schedule::new(interval),
                    waiting: None,
                    last: None,
                }),
            }),
        }))
    }

    /// Returns the key in use, or `None` if none has been fetched yet.
    pub(crate) fn current(&self) -> Option<Arc<VerifierKey>> {
        self.0.current.load_full()
    }

    /// Returns the id of the key in use. Unlike [`current`](Self::current), this does not change the
    /// reference count, which all threads would contend for.
    pub(crate) fn current_id(&self) -> Option<KeyId> {
        self.0.current.load().as_ref().map(|key| key.id())
    }

    /// Returns `true` if the key may be fetched again.
    pub(crate) fn is_refreshable(&self) -> bool {
        self.0.refreshing.is_some()
    }

    /// Starts a fetch if `seen` is still the key in use and the schedule permits one.
    ///
    /// `seen` is the key that a token was checked against. If another request has replaced it since,
    /// the token only has to be verified again, and no fetch is needed.
    pub(crate) fn refresh(&self, seen: Option<KeyId>, now: Instant) -> Refresh {
        let Some(refreshing) = &self.0.refreshing else {
            return Refresh::NotYet;
        };
        let mut state = refreshing.state();
        let current = self.current_id();
        if current != seen {
            return Refresh::Done;
        }
        match state.schedule.request(now) {
            Permission::UnderWay => match &state.waiting {
                Some(waiting) => Refresh::UnderWay(Ended(waiting.clone())),
                None => Refresh::NotYet,
            },
            Permission::NotBefore(_) => Refresh::NotYet,
            Permission::Granted => {
                let (sender, receiver) = watch::channel(());
                state.waiting = Some(receiver.clone());
                // Release the lock first: the source may end the fetch before it returns, and `end`
                // takes the lock.
                drop(state);
                (refreshing.source)(Fetch {
                    ring: self.clone(),
                    ended: Some(sender),
                });
                Refresh::UnderWay(Ended(receiver))
            }
        }
    }

    /// Returns whether there is a key, and what is known of it.
    ///
    /// It takes the locks one after the other, so that a probe does not keep a fetch from ending. What it
    /// returns may be of two moments, if a fetch ends in between.
    pub(crate) fn readiness(&self, now: Instant) -> Readiness {
        let since = |time| now.saturating_duration_since(time);
        let (key_age, last_fetch_error) = {
            let history = lock(&self.0.history);
            let failure = history.last_failure.as_ref();
            let failure = failure.map(|(reason, ended)| FailedFetch {
                reason: reason.clone(),
                ago: since(*ended),
            });
            (history.in_use_since.map(since), failure)
        };
        let state = self.0.refreshing.as_ref().map(Refreshing::state);
        let state = state.as_deref();
        let not_before = state.and_then(|state| state.schedule.not_before());
        Readiness {
            waits_for_fleet: false,
            is_ready: self.current_id().is_some(),
            key_age,
            is_fetching: state.is_some_and(|state| state.waiting.is_some()),
            last_fetch_error,
            next_fetch_in: not_before
                .map(|time| time.saturating_duration_since(now))
                .filter(|wait| !wait.is_zero()),
        }
    }

    /// Returns the time after which a caller should retry if there is no key: the `Retry-After` of
    /// the 503.
    pub(crate) fn retry_after(&self, now: Instant) -> Duration {
        let next = self.not_before();
        next.map(|next| next.saturating_duration_since(now))
            .unwrap_or_default()
            .max(SHORTEST_RETRY_AFTER)
    }

    /// Returns the time before which no key may be fetched, if there is one.
    pub(crate) fn not_before(&self) -> Option<Instant> {
        let refreshing = self.0.refreshing.as_ref()?;
        refreshing.state().schedule.not_before()
    }

    /// Stores the outcome of a fetch. Waiting requests are notified after this returns, so they see
    /// the new key.
    fn end(&self, outcome: Result<VerifierKey, FetchError>, now: Instant) {
        let Some(refreshing) = &self.0.refreshing else {
            return;
        };
        let mut state = refreshing.state();
        let mut history = lock(&self.0.history);
        history.last_failure = None;
        state.waiting = None;
        let current = self.current();
        let is_news = match outcome {
            Ok(key) if current.as_deref() == Some(&key) => {
                metrics::key_fetch("unchanged");
                false
            }
            Ok(key) => {
                tracing::info!("the verifier key was replaced by {key:?}");
                metrics::key_fetch("new");
                // Two keys may alternate, such as behind a load balancer in the middle of a
                // rotation. If each of them counted as news, every request would start a fetch.
                let is_back = state.last.as_deref() == Some(&key);
                self.0.current.store(Some(Arc::new(key)));
                state.last = current;
                history.in_use_since = Some(now);
                !is_back
            }
            Err(error) => {
                metrics::key_fetch("failed");
                history.last_failure = Some((Causes(&*error).to_string(), now));
                let has_key = current.is_some();
                state.schedule.end(has_key, false, now);
                let next = state.schedule.not_before();
                warn(
                    &error,
                    has_key,
                    next.map(|next| next.saturating_duration_since(now)),
                );
                return;
            }
        };
        state.schedule.end(true, is_news, now);
    }
}

impl Refreshing {
    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

/// Locks a mutex. A panic of another thread leaves what it guards usable: every change is complete.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl History {
    fn from(in_use_since: Option<Instant>) -> Mutex<Self> {
        Mutex::new(Self {
            in_use_since,
            last_failure: None,
        })
    }
}

/// Logs a failed fetch, with the consequence for requests.
fn warn(error: &FetchError, has_key: bool, wait: Option<Duration>) {
    let until_then = if has_key {
        "the last one stays in use"
    } else {
        "there is no key yet, so requests with a token are denied with 503"
    };
    tracing::warn!(
        "the verifier key could not be fetched: {}; {until_then}, and the next attempt may be made \
         in {:.1} s",
        Causes(&**error),
        wait.unwrap_or_default().as_secs_f64()
    );
}

/// A fetch in progress. Dropping it counts as a failure, so that a source that panics or cannot
/// start its thread does not leave requests waiting forever.
pub(crate) struct Fetch {
    ring: KeyRing,
    ended: Option<watch::Sender<()>>,
}

impl Fetch {
    /// Ends the fetch with a key, or with the reason why there is none.
    pub(crate) fn end(self, outcome: Result<VerifierKey, FetchError>) {
        self.end_at(outcome, Instant::now());
    }

    fn end_at(mut self, outcome: Result<VerifierKey, FetchError>, now: Instant) {
        if let Some(ended) = self.ended.take() {
            self.ring.end(outcome, now);
            drop(ended);
        }
    }
}

impl Drop for Fetch {
    fn drop(&mut self) {
        if let Some(ended) = self.ended.take() {
            let error =
                "the fetch was aborted; its thread could not be started, or panicked".into();
            self.ring.end(Err(error), Instant::now());
            drop(ended);
        }
    }
}

#[cfg(test)]
mod interleavings;
