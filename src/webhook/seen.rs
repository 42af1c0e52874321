//! Which deliveries were handled, so that one that comes again is not handled twice.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How long a delivery is remembered. Svix's last attempt is 27.6 hours after the first one.
const MEMORY: Duration = Duration::from_secs(28 * 3600);

/// The most deliveries that are remembered. The oldest is forgotten for a new one.
const MAX: usize = 100_000;

/// The deliveries of one application, by the path that they came to and their id: Svix sends a message to several
/// endpoints under one id.
#[derive(Debug, Default)]
pub(crate) struct Seen(Mutex<Deliveries>);

#[derive(Debug, Default)]
struct Deliveries {
    states: HashMap<Arc<str>, State>,
    /// Those that were handled, in this order.
    handled: VecDeque<(Instant, Arc<str>)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Running,
    Handled,
}

/// What is known of a delivery.
#[derive(Debug)]
pub(super) enum Sighting<'a> {
    /// It is new. Until this is dropped, it is being handled.
    New(Handling<'a>),
    /// It is being handled by another request.
    Running,
    /// It was handled.
    Handled,
}

/// A delivery that is being handled. Dropped without [`finish`](Self::finish), it was not.
#[derive(Debug)]
pub(super) struct Handling<'a> {
    seen: &'a Seen,
    key: Arc<str>,
    is_handled: bool,
}

impl Seen {
    /// Begins to handle a delivery, unless it was seen.
    pub(super) fn begin(&self, path: &str, id: &str) -> Sighting<'_> {
        self.begin_at(path, id, Instant::now())
    }

    fn begin_at(&self, path: &str, id: &str, now: Instant) -> Sighting<'_> {
        // No id has a space.
        let key: Arc<str> = format!("{id} {path}").into();
        let mut deliveries = self.lock();
        deliveries.forget(now);
        match deliveries.states.get(&key) {
            Some(State::Running) => return Sighting::Running,
            Some(State::Handled) => return Sighting::Handled,
            None => {}
        }
        deliveries.states.insert(Arc::clone(&key), State::Running);
        Sighting::New(Handling {
            seen: self,
            key,
            is_handled: false,
        })
    }

    fn lock(&self) -> MutexGuard<'_, Deliveries> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Deliveries {
    fn forget(&mut self, now: Instant) {
        while let Some((at, _)) = self.handled.front() {
            let is_old = now.saturating_duration_since(*at) > MEMORY;
            if !is_old && self.handled.len() < MAX {
                return;
            }
            if let Some((_, key)) = self.handled.pop_front() {
                self.states.remove(&key);
            }
        }
    }
}

impl Handling<'_> {
    /// Remembers the delivery as handled.
    pub(super) fn finish(mut self) {
        self.is_handled = true;
    }
}

/// A request may be dropped at any time, such as when its connection is closed.
impl Drop for Handling<'_> {
    fn drop(&mut self) {
        let mut deliveries = self.seen.lock();
        if self.is_handled {
            let key = Arc::clone(&self.key);
            deliveries.states.insert(Arc::clone(&key), State::Handled);
            deliveries.handled.push_back((Instant::now(), key));
        } else {
            deliveries.states.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{MAX, MEMORY, Seen, Sighting};

    fn handle(seen: &Seen, id: &str) -> bool {
        match seen.begin("/", id) {
            Sighting::New(handling) => {
                handling.finish();
                true
            }
            Sighting::Running | Sighting::Handled => false,
        }
    }

    #[test]
    fn a_delivery_is_handled_once_for_each_path() {
        let seen = Seen::default();
        let first = seen.begin("/", "a");
        assert!(matches!(first, Sighting::New(_)));
        assert!(matches!(seen.begin("/", "a"), Sighting::Running));
        assert!(matches!(seen.begin("/other", "a"), Sighting::New(_)));
        drop(first);
        assert!(handle(&seen, "a"), "it was not handled before");
        assert!(matches!(seen.begin("/", "a"), Sighting::Handled));
    }

    #[test]
    fn memory_is_bounded_in_time_and_number() {
        let seen = Seen::default();
        assert!(handle(&seen, "a"));
        let later = Instant::now() + MEMORY - Duration::from_secs(60);
        assert!(matches!(seen.begin_at("/", "a", later), Sighting::Handled));
        let later = later + Duration::from_secs(120);
        assert!(matches!(seen.begin_at("/", "a", later), Sighting::New(_)));
        for number in 0..MAX + 10 {
            assert!(handle(&seen, &number.to_string()));
        }
        assert!(seen.lock().states.len() <= MAX);
        assert!(matches!(seen.begin("/", "100009"), Sighting::Handled));
        assert!(matches!(seen.begin("/", "0"), Sighting::New(_)));
    }
}
