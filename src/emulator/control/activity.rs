//! Activity recorded for reports and charts.

use crate::{
    emulator::{
        control::{Emulator, EmulatorError},
        state::{Store, ids::canonical},
    },
    words::ids::UserId,
};

impl Emulator {
    /// Records that a user is active now, as a login does. The activity changes `last_active_at`
    /// and counts in reports.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user does not exist.
    pub fn record_activity(&self, user_id: impl Into<UserId>) -> Result<(), EmulatorError> {
        let user_id: UserId = canonical(user_id);
        let mut store = self.store();
        check_user(&store, &user_id)?;
        store.note_activity(&user_id);
        Ok(())
    }

    /// Records that a user sends an invitation now, as users do on PropelAuth's hosted pages. The
    /// invitation counts in reports; nothing is sent.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user does not exist.
    pub fn record_invite(&self, inviter: impl Into<UserId>) -> Result<(), EmulatorError> {
        let inviter: UserId = canonical(inviter);
        let mut store = self.store();
        check_user(&store, &inviter)?;
        store.note_invite(inviter);
        Ok(())
    }
}

fn check_user(store: &Store, user_id: &UserId) -> Result<(), EmulatorError> {
    if store.users.contains_key(user_id) {
        return Ok(());
    }
    Err(EmulatorError::missing("user", user_id))
}
