//! The calls in flight: requests that need the same answer wait for the same call.
//!
//! A call does not belong to a request, so that a request that is canceled does not cancel it.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

type Waiting<K, V> = HashMap<K, Landing<V>>;

/// The calls in flight of one handle, by what they are about. There are as many as the lanes have places.
pub(in crate::access) struct Flights<K, V>(Arc<Mutex<Waiting<K, V>>>);

/// A call in flight. If it is dropped, the waiting requests are told.
pub(in crate::access) struct Flight<K: Eq + Hash, V> {
    waiting: Arc<Mutex<Waiting<K, V>>>,
    /// What it is about.
    key: K,
    /// Passes the verdict on to the waiting requests.
    sender: watch::Sender<Option<V>>,
    /// Whether it has, so that another flight may have begun.
    has_landed: bool,
}

impl<K, V> Default for Flights<K, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Eq + Hash + Clone, V> Flights<K, V> {
    /// Joins the flight of this key, and returns a new one if there was none. A new one begins at this
    /// generation of changes.
    ///
    /// # Errors
    ///
    /// Returns the error of `enter`, which is called for a new flight.
    pub(in crate::access) fn join<P, E>(
        &self,
        key: K,
        generation: u64,
        enter: impl FnOnce() -> Result<P, E>,
    ) -> Result<Joined<K, V, P>, E> {
        let mut waiting = lock(&self.0);
        Ok(match waiting.entry(key.clone()) {
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
                    key,
                    sender,
                    has_landed: false,
                };
                (landing, Some((place, flight)))
            }
        })
    }
}

/// The end of the flight, and the flight itself if it is a new one.
type Joined<K, V, P> = (Landing<V>, Option<(P, Flight<K, V>)>);

/// The end of a flight, for those who wait for it.
pub(in crate::access) struct Landing<V> {
    verdict: watch::Receiver<Option<V>>,
    generation: u64,
}

impl<V> Clone for Landing<V> {
    fn clone(&self) -> Self {
        Self {
            verdict: self.verdict.clone(),
            generation: self.generation,
        }
    }
}

impl<V: Clone> Landing<V> {
    /// Returns the number of changes that had been reported when the flight began.
    pub(in crate::access) fn generation(&self) -> u64 {
        self.generation
    }

    /// Returns the verdict, or `None` if the flight ends without one.
    pub(in crate::access) async fn verdict(mut self) -> Option<V> {
        let verdict = self.verdict.wait_for(Option::is_some).await.ok()?;
        verdict.clone()
    }
}

impl<K: Eq + Hash, V> Flight<K, V> {
    /// Ends the flight. A request that comes later finds what was kept of the verdict, or asks again.
    pub(in crate::access) fn land(mut self, verdict: V) {
        lock(&self.waiting).remove(&self.key);
        // From here on, another flight may be that of this key.
        self.has_landed = true;
        // There is no receiver if all requests were canceled.
        let _ = self.sender.send(Some(verdict));
    }
}

impl<K: Eq + Hash, V> Drop for Flight<K, V> {
    fn drop(&mut self) {
        if !self.has_landed {
            lock(&self.waiting).remove(&self.key);
        }
    }
}

fn lock<K, V>(waiting: &Mutex<Waiting<K, V>>) -> MutexGuard<'_, Waiting<K, V>> {
    waiting.lock().unwrap_or_else(PoisonError::into_inner)
}
