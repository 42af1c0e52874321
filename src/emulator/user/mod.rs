//! Users, as the emulator keeps them.

mod account;
mod change;
mod check;
mod control;
mod enter;
mod entrance;
mod fetch;
mod lifecycle;
mod password;
mod social;
mod users;

pub use self::entrance::{EmailKind, EmulatedEmail, EmulatedMagicLink};
pub(super) use self::{
    account::{Account, Phone, SecondFactor},
    check::{blocked, fold, is_email, no_email},
    entrance::Entrance,
    users::{UserMut, Users},
};
use super::{dispatch::Rejection, store::Store};
use crate::{api::NotFound, id::UserId};

impl Store {
    /// Returns the user that an operation is about.
    fn user_mut(&mut self, user_id: &UserId) -> Result<UserMut<'_>, Rejection<NotFound>> {
        let user = self.users.get_mut(user_id);
        user.ok_or_else(|| Rejection::missing("user", user_id))
    }
}
