//! Users, as the emulator keeps them.

mod change;
pub(crate) mod check;
mod enter;
mod fetch;
mod lifecycle;
pub(crate) mod social;

use crate::{
    api::NotFound,
    emulator::{
        operations::handler::Rejection,
        state::{Store, UserMut},
    },
    id::UserId,
};

impl Store {
    /// Returns the user that an operation is about.
    fn user_mut(&mut self, user_id: &UserId) -> Result<UserMut<'_>, Rejection<NotFound>> {
        let user = self.users.get_mut(user_id);
        user.ok_or_else(|| Rejection::missing("user", user_id))
    }
}
