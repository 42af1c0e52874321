//! The user of an operation.

use crate::{
    api::NotFound,
    emulator::{
        operations::handler::Rejection,
        state::{Store, UserMut},
    },
    words::ids::UserId,
};

impl Store {
    /// Returns the user of an operation, or rejects it if the user does not exist.
    pub(crate) fn user_mut(
        &mut self,
        user_id: &UserId,
    ) -> Result<UserMut<'_>, Rejection<NotFound>> {
        let user = self.users.get_mut(user_id);
        user.ok_or_else(|| Rejection::missing("user", user_id))
    }
}
