//! How many grants of one user are verified at a time: 4, and 16 more wait for up to a second.
//!
//! A grant costs a call, so that one user could take all places of the others.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{
    access::callers::key_lanes::{Lane, Place, Turn},
    words::ids::UserId,
};

type Lanes = HashMap<UserId, UserLane>;

/// The lane of a user, and how many places in it are taken.
struct UserLane {
    lane: Lane,
    taken: usize,
}

/// The places of all users of one handle. Only those who have one now are known.
#[derive(Default)]
pub(super) struct UserPlaces(Arc<Mutex<Lanes>>);

/// A place of a user, until it is dropped.
pub(super) struct UserPlace {
    place: Place,
    lanes: Arc<Mutex<Lanes>>,
    user_id: UserId,
}

impl UserPlaces {
    /// Takes a place, or returns `None` if the user has taken all.
    pub(super) fn enter(&self, user_id: &UserId) -> Option<UserPlace> {
        let mut lanes = lock(&self.0);
        let of_user = lanes.entry(user_id.clone());
        let of_user = of_user.or_insert_with(|| UserLane {
            lane: Lane::new(4, 16),
            taken: 0,
        });
        let place = of_user.lane.enter()?;
        of_user.taken = of_user.taken.saturating_add(1);
        Some(UserPlace {
            place,
            lanes: Arc::clone(&self.0),
            user_id: user_id.clone(),
        })
    }
}

impl UserPlace {
    /// Waits until the grant may be verified, or returns `None` if that takes too long.
    pub(super) async fn wait(&self) -> Option<Turn> {
        self.place.wait().await
    }
}

impl Drop for UserPlace {
    fn drop(&mut self) {
        let mut lanes = lock(&self.lanes);
        if let Some(of_user) = lanes.get_mut(&self.user_id) {
            of_user.taken = of_user.taken.saturating_sub(1);
            if of_user.taken == 0 {
                lanes.remove(&self.user_id);
            }
        }
    }
}

fn lock(lanes: &Mutex<Lanes>) -> MutexGuard<'_, Lanes> {
    lanes.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::{UserPlaces, lock};
    use crate::words::ids::UserId;

    #[test]
    fn a_user_has_twenty_places_and_is_forgotten_when_all_are_free() {
        let places = UserPlaces::default();
        let (mallory, alice) = (UserId::from("mallory"), UserId::from("alice"));
        let mut taken: Vec<_> = (0..30).filter_map(|_| places.enter(&mallory)).collect();
        assert_eq!(taken.len(), 20);
        assert!(places.enter(&alice).is_some());
        taken.truncate(1);
        assert_eq!(lock(&places.0).len(), 1);
        assert!(places.enter(&mallory).is_some());
        taken.clear();
        assert_eq!(lock(&places.0).len(), 0);
    }

    #[actix_web::test]
    async fn four_grants_are_verified_at_a_time() {
        let places = UserPlaces::default();
        let user = UserId::from("u");
        let taken: Vec<_> = (0..5).filter_map(|_| places.enter(&user)).collect();
        let mut turns = Vec::new();
        for place in &taken {
            turns.push(place.wait().await);
        }
        let had: Vec<bool> = turns.iter().map(Option::is_some).collect();
        assert_eq!(had, [true, true, true, true, false]);
    }
}
