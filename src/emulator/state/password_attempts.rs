//! Checking passwords, and locking users after too many wrong ones.
//!
//! Known differences to PropelAuth: `password-attempts` in docs/differences.md.

use crate::{emulator::state::Store, words::ids::UserId};

/// The number of wrong passwords in a row that locks a user.
pub(crate) const MAX_FAILED_LOGINS: u32 = 10;

impl Store {
    /// Returns `true` if this is the password of a user. A wrong one is counted, and too many lock the
    /// user.
    pub(crate) fn try_password(&mut self, user_id: &UserId, password: &str) -> bool {
        let Some(mut user) = self.users.get_mut(user_id) else {
            return false;
        };
        let known = user.account.password.as_ref();
        if known.is_some_and(|known| known.is(password)) {
            return true;
        }
        user.account.failed_logins = user.account.failed_logins.saturating_add(1);
        user.metadata.locked |= user.account.failed_logins >= MAX_FAILED_LOGINS;
        false
    }
}
