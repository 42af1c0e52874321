//! What happened when, as far as reports ask for it and no record tells.
//!
//! It is kept by looking at the users who changed: at the first request or call of each second,
//! and when somebody asks. So no operation can forget to tell it.

use crate::{
    emulator::{
        control::{Emulator, EmulatorError},
        state::{Store, ids::canonical},
    },
    id::UserId,
};

impl Emulator {
    /// Notes that a user is active at this moment, as a login does: it shows in `last_active_at`
    /// and in reports.
    ///
    /// # Errors
    ///
    /// Fails when there is no such user.
    pub fn record_activity(&self, user_id: impl Into<UserId>) -> Result<(), EmulatorError> {
        let user_id: UserId = canonical(user_id);
        let mut store = self.store();
        existing(&store, &user_id)?;
        store.note_activity(&user_id);
        Ok(())
    }

    /// Notes that a user invites somebody at this moment, which users do on PropelAuth's own
    /// pages: it shows in reports.
    ///
    /// # Errors
    ///
    /// Fails when there is no such user.
    pub fn record_invite(&self, inviter: impl Into<UserId>) -> Result<(), EmulatorError> {
        let inviter: UserId = canonical(inviter);
        let mut store = self.store();
        existing(&store, &inviter)?;
        store.note_invite(inviter);
        Ok(())
    }
}

fn existing(store: &Store, user_id: &UserId) -> Result<(), EmulatorError> {
    if store.users.contains_key(user_id) {
        return Ok(());
    }
    Err(EmulatorError::Rejected(format!(
        "there is no user {user_id:?}"
    )))
}
