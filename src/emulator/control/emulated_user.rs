//! A user of the emulator, as tests hold it.

use std::{
    fmt,
    sync::{Arc, PoisonError},
};

use crate::{
    api::UserMetadata,
    emulator::{control::EmulatorError, http::Shared, state::ids::canonical},
    id::{OrgId, UserId},
    testing::HasAccessToken,
};

/// How long a token of [`EmulatedUser::login`] lives, in seconds: as long as one of a login.
pub(crate) const LIFETIME: i64 = 30 * 60;

/// A user of an [`Emulator`](super::Emulator): stands for its id, and logs in.
///
/// ```
/// use actix_web::test::TestRequest;
/// use actix_web_propelauth::{emulator::Emulator, testing::TestRequestExt as _};
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::start().await?;
/// let alice = emulator.create_user("alice@example.com")?;
/// let request = TestRequest::get().uri("/whoami").as_user(&alice);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct EmulatedUser {
    shared: Arc<Shared>,
    user_id: UserId,
}

impl EmulatedUser {
    pub(crate) fn new(shared: &Arc<Shared>, user_id: impl Into<UserId>) -> Self {
        Self {
            shared: Arc::clone(shared),
            user_id: canonical(user_id),
        }
    }

    /// Returns the id of the user.
    #[must_use]
    pub fn id(&self) -> &UserId {
        &self.user_id
    }

    /// Returns the user as it is now, with its organizations, unless it was deleted.
    #[must_use]
    pub fn metadata(&self) -> Option<UserMetadata> {
        let store = self.shared.store.lock();
        let store = store.unwrap_or_else(PoisonError::into_inner);
        store.user_metadata_by_id(&self.user_id, true)
    }

    /// Signs the access token that the user has after a login, good for 30 minutes.
    ///
    /// The user counts as active at this moment.
    ///
    /// # Errors
    ///
    /// Fails when the user was deleted, disabled or locked.
    pub fn log_in(&self) -> Result<String, EmulatorError> {
        self.session_token(None)
    }

    /// Signs the access token that the user has after choosing an active organization, good for
    /// 30 minutes.
    ///
    /// The user counts as active at this moment.
    ///
    /// # Errors
    ///
    /// Fails when the user was deleted, disabled or locked, or is not in the organization.
    pub fn log_in_to_org(&self, org_id: impl Into<OrgId>) -> Result<String, EmulatorError> {
        self.session_token(Some(&canonical::<OrgId>(org_id)))
    }

    fn session_token(&self, active_org: Option<&OrgId>) -> Result<String, EmulatorError> {
        let store = self.shared.store.lock();
        let mut store = store.unwrap_or_else(PoisonError::into_inner);
        let token = store
            .token(&self.user_id, active_org, LIFETIME)
            .map_err(EmulatorError::Rejected)?;
        store
            .start_session(&self.user_id)
            .map_err(|why| EmulatorError::Rejected(why.to_owned()))?;
        store.send_first_confirmation(&self.user_id);
        Ok(token)
    }
}

/// # Panics
///
/// Panics if the user was deleted, disabled or locked.
impl HasAccessToken for EmulatedUser {
    #[allow(clippy::expect_used)] // in a test, a panic is the error message
    fn access_token(&self) -> String {
        self.log_in().expect("the user can log in")
    }
}

impl From<EmulatedUser> for UserId {
    fn from(user: EmulatedUser) -> Self {
        user.user_id
    }
}

impl From<&EmulatedUser> for UserId {
    fn from(user: &EmulatedUser) -> Self {
        user.user_id.clone()
    }
}

impl fmt::Debug for EmulatedUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EmulatedUser").field(&self.user_id).finish()
    }
}
