//! The verifier key in use, and how a new one takes its place while requests are served.
//!
//! A fetch belongs to nobody who waits for it. It is started by the first request that needs it,
//! runs where the source lets it run, and ends by handing its outcome to the ring; whoever waits is
//! told that it ended and looks at the key then in use. So a request that is given up takes nothing
//! with it, and all who wait have the same outcome at the same time.

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
};
use crate::causes::Causes;

/// Starts to fetch a key, and returns at once: handed in from outside, as this wing makes no
/// connections. Whoever fetches hands the outcome to [`Fetch::end`].
pub(crate) type KeySource = Box<dyn Fn(Fetch) + Send + Sync>;

pub(crate) type FetchError = Box<dyn Error + Send + Sync>;

/// The shortest time that a caller is asked to wait before it tries again.
const SHORTEST_RETRY_AFTER: Duration = Duration::from_secs(1);

/// Holds the key, and has it replaced when tokens stop verifying.
#[derive(Clone)]
pub(crate) struct KeyRing(Arc<Inner>);

struct Inner {
    current: ArcSwapOption<VerifierKey>,
    refreshing: Option<Refreshing>,
}

/// What a ring has whose key may be fetched.
struct Refreshing {
    source: KeySource,
    state: Mutex<State>,
}

struct State {
    schedule: Schedule,
    /// Those who wait for the fetch that is under way.
    waiting: Option<watch::Receiver<()>>,
    /// The key before the one in use.
    last: Option<Arc<VerifierKey>>,
}

/// What becomes of a request for a new key.
pub(crate) enum Refresh {
    /// There is another key already.
    Done,
    /// A key is being fetched.
    UnderWay(Ended),
    /// None may be fetched yet.
    NotYet,
}

/// Waits for the end of a fetch, however it ends.
pub(crate) struct Ended(watch::Receiver<()>);

impl Ended {
    pub(crate) async fn wait(mut self) {
        // Nothing is ever sent: the sender goes when the fetch has ended.
        while self.0.changed().await.is_ok() {}
    }
}

impl KeyRing {
    /// Holds this one key for good.
    pub(crate) fn fixed(key: VerifierKey) -> Self {
        Self(Arc::new(Inner {
            current: ArcSwapOption::from_pointee(key),
            refreshing: None,
        }))
    }

    /// Holds a key that may be fetched anew, as often as [`Schedule`] says.
    pub(crate) fn refreshable(
        key: Option<VerifierKey>,
        source: KeySource,
        interval: Duration,
    ) -> Self {
        Self(Arc::new(Inner {
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

    pub(crate) fn current(&self) -> Option<Arc<VerifierKey>> {
        self.0.current.load_full()
    }

    pub(crate) fn current_id(&self) -> Option<KeyId> {
        self.0.current.load().as_ref().map(|key| key.id())
    }

    pub(crate) fn is_refreshable(&self) -> bool {
        self.0.refreshing.is_some()
    }

    /// Has the key fetched anew if `seen` is still the one in use, and a fetch is permitted or
    /// under way.
    pub(crate) fn refresh(&self, seen: Option<KeyId>, now: Instant) -> Refresh {
        let Some(refreshing) = &self.0.refreshing else {
            return Refresh::NotYet;
        };
        let mut state = refreshing.state();
        let current = self.current_id();
        if current != seen {
            return Refresh::Done;
        }
        match state.schedule.ask(now) {
            Permission::UnderWay => match &state.waiting {
                Some(waiting) => Refresh::UnderWay(Ended(waiting.clone())),
                None => Refresh::NotYet,
            },
            Permission::NotBefore(_) => Refresh::NotYet,
            Permission::Granted => {
                let (sender, receiver) = watch::channel(());
                state.waiting = Some(receiver.clone());
                // The source may end the fetch before it returns.
                drop(state);
                (refreshing.source)(Fetch {
                    ring: self.clone(),
                    ended: Some(sender),
                });
                Refresh::UnderWay(Ended(receiver))
            }
        }
    }

    /// Returns how long a caller should wait that could not be served for want of a key.
    pub(crate) fn retry_after(&self, now: Instant) -> Duration {
        let next = self
            .0
            .refreshing
            .as_ref()
            .and_then(|refreshing| refreshing.state().schedule.not_before());
        next.map(|next| next.saturating_duration_since(now))
            .unwrap_or_default()
            .max(SHORTEST_RETRY_AFTER)
    }

    /// Notes how a fetch ended, before those are told who wait for it.
    fn end(&self, outcome: Result<VerifierKey, FetchError>, now: Instant) {
        let Some(refreshing) = &self.0.refreshing else {
            return;
        };
        let mut state = refreshing.state();
        state.waiting = None;
        let current = self.current();
        let is_news = match outcome {
            Ok(key) if current.as_deref() == Some(&key) => false,
            Ok(key) => {
                tracing::info!("the verifier key was replaced by {key:?}");
                // A key that comes back once more may be one of two that alternate, as behind a
                // load balancer, which must not make for a fetch with every request.
                let is_back = state.last.as_deref() == Some(&key);
                self.0.current.store(Some(Arc::new(key)));
                state.last = current;
                !is_back
            }
            Err(error) => {
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
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn warn(error: &FetchError, has_key: bool, wait: Option<Duration>) {
    let until_then = if has_key {
        "the last one stays in use"
    } else {
        "there is none yet, so requests with a token are answered 503"
    };
    tracing::warn!(
        "the verifier key could not be fetched: {}; {until_then}, and the next attempt may be made \
         in {:.1} s",
        Causes(&**error),
        wait.unwrap_or_default().as_secs_f64()
    );
}

/// A fetch under way. To drop it is to say that it failed.
pub(crate) struct Fetch {
    ring: KeyRing,
    ended: Option<watch::Sender<()>>,
}

impl Fetch {
    /// Hands over what was fetched, or why nothing was.
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
            let error = "it was broken off, as when its thread cannot be started or panics".into();
            self.ring.end(Err(error), Instant::now());
            drop(ended);
        }
    }
}

#[cfg(test)]
mod interleavings;
