//! The calls in flight: requests that need the same answer wait for the same call.
//!
//! A call does not belong to a request, so that a request that is canceled does not cancel it.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::{key_text::Digest, principal::Principal};
use crate::access::denied::Denied;

/// The result of a validation.
pub(super) type Verdict = Result<Principal, Denied>;
type Waiting = HashMap<Digest, Landing>;

/// The calls in flight of one handle. There are as many as the lanes have places.
#[derive(Default)]
pub(super) struct Flights(Arc<Mutex<Waiting>>);

/// A call in flight. If it is dropped, the waiting requests are told.
pub(super) struct Flight {
    waiting: Arc<Mutex<Waiting>>,
    /// The hash of the key.
    digest: Digest,
    /// Passes the verdict on to the waiting requests.
    sender: watch::Sender<Option<Verdict>>,
    /// Whether it has, so that another flight may have begun.
    has_landed: bool,
}

impl Flights {
    /// Joins the flight of this key, and returns a new one if there was none. A new one begins at this
    /// generation of changes.
    ///
    /// # Errors
    ///
    /// Returns the error of `enter`, which is called for a new flight.
    pub(super) fn join<P, E>(
        &self,
        digest: Digest,
        generation: u64,
        enter: impl FnOnce() -> Result<P, E>,
    ) -> Result<(Landing, Option<(P, Flight)>), E> {
        let mut waiting = lock(&self.0);
        Ok(match waiting.entry(digest) {
            Entry::Occupied(entry) => (entry.get().clone(), None),
            Entry::Vacant(entry) => {
                let place = enter()?;
                let (sender, verdict) = watch::channel(None);
                let landing = Landing {
                    verdict,
                    generation,
                };
                entry.insert(landing.clone());
                let flight = Flight {
                    waiting: Arc::clone(&self.0),
                    digest,
                    sender,
                    has_landed: false,
                };
                (landing, Some((place, flight)))
            }
        })
    }
}

/// The end of a flight, for those who wait for it.
#[derive(Clone)]
pub(super) struct Landing {
    verdict: watch::Receiver<Option<Verdict>>,
    generation: u64,
}

impl Landing {
    /// Returns the number of changes that had been reported when the flight began.
    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns the verdict, or `None` if the flight ends without one.
    pub(super) async fn verdict(mut self) -> Option<Verdict> {
        let verdict = self.verdict.wait_for(Option::is_some).await.ok()?;
        verdict.clone()
    }
}

impl Flight {
    /// Ends the flight. A request that comes later finds what was kept of the verdict, or asks again.
    pub(super) fn land(mut self, verdict: Verdict) {
        lock(&self.waiting).remove(&self.digest);
        // From here on, another flight may be that of this key.
        self.has_landed = true;
        // There is no receiver if all requests were canceled.
        let _ = self.sender.send(Some(verdict));
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if !self.has_landed {
            lock(&self.waiting).remove(&self.digest);
        }
    }
}

fn lock(waiting: &Mutex<Waiting>) -> MutexGuard<'_, Waiting> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}
