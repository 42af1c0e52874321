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

pub use self::entrance::{EmailKind, EmulatedEmail, EmulatedMagicLink};
pub(super) use self::{
    account::{Account, Phone, SecondFactor},
    check::{is_email, same},
    entrance::Entrance,
};
use super::{
    dispatch::Rejection,
    store::{Store, UserRecord},
};
use crate::{
    api::{NotFound, UserMetadata},
    id::UserId,
};

impl Store {
    /// Returns the user that an operation is about.
    fn user_mut(&mut self, user_id: &UserId) -> Result<&mut UserRecord, Rejection<NotFound>> {
        let user = self.users.get_mut(user_id);
        user.ok_or(Rejection::Refused(NotFound::NotFound))
    }

    fn find_user(&self, is_it: impl Fn(&UserMetadata) -> bool) -> Option<&UserRecord> {
        self.users.values().find(|user| is_it(&user.metadata))
    }
}
