//! A handle for a user of the emulator.

use std::{fmt, sync::Arc};

use crate::{
    LoginMethod,
    api::UserMetadata,
    emulator::{
        control::EmulatorError,
        http::Shared,
        state::{NewSession, TOKEN_LIFETIME, ids::canonical},
    },
    testing::HasAccessToken,
    words::ids::{OrgId, UserId},
};

/// A user of an [`Emulator`](super::Emulator), to log in and to pass wherever its id is expected.
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
    pub(super) fn new(shared: &Arc<Shared>, user_id: impl Into<UserId>) -> Self {
        Self {
            shared: Arc::clone(shared),
            user_id: canonical(user_id),
        }
    }

    /// Returns the state that the user is part of.
    pub(super) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    /// Returns the id of the user.
    #[must_use]
    pub fn id(&self) -> &UserId {
        &self.user_id
    }

    /// Returns the user as it is now, with its organizations, or `None` if it was deleted.
    #[must_use]
    pub fn metadata(&self) -> Option<UserMetadata> {
        let store = self.shared.lock_store();
        store.user_metadata_by_id(&self.user_id, true)
    }

    /// Returns an access token like the one issued at login, valid for 30 minutes.
    ///
    /// The user counts as active now.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user was deleted, disabled or locked.
    pub fn log_in(&self) -> Result<String, EmulatorError> {
        self.session_token(None)
    }

    /// Returns an access token with an active organization, valid for 30 minutes.
    ///
    /// The user counts as active now.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user was deleted, disabled or locked, or is not a
    /// member of the organization.
    pub fn log_in_to_org(&self, org_id: impl Into<OrgId>) -> Result<String, EmulatorError> {
        self.session_token(Some(&canonical::<OrgId>(org_id)))
    }

    /// Starts a session as a browser has it, and returns its refresh token: the value of the cookie
    /// `refresh_token` of the auth URL.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let alice = emulator.create_user("alice@example.com")?;
    /// let cookie = format!("refresh_token={}", alice.start_session()?);
    ///
    /// let request = awc::Client::new().get(format!("{}/api/v1/refresh_token", emulator.auth_url()));
    /// let mut response = request.insert_header(("Cookie", cookie)).send().await?;
    /// let session: serde_json::Value = response.json().await?;
    /// assert_eq!(session["user"]["email"], "alice@example.com");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user was deleted, disabled or locked.
    pub fn start_session(&self) -> Result<String, EmulatorError> {
        let session = NewSession {
            user_id: self.user_id.clone(),
            login_method: LoginMethod::Password,
            skips_second_factor: true,
        };
        let token = self.shared.lock_store().open_session(session);
        let token = token.map_err(EmulatorError::rejected)?;
        Ok(token.expose().to_owned())
    }

    fn session_token(&self, active_org: Option<&OrgId>) -> Result<String, EmulatorError> {
        let mut store = self.shared.lock_store();
        let token = store
            .token(&self.user_id, active_org, TOKEN_LIFETIME)
            .map_err(EmulatorError::Rejected)?;
        store
            .start_session(&self.user_id, active_org)
            .map_err(EmulatorError::rejected)?;
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

/// Two handles are equal if they are for the same id.
impl PartialEq for EmulatedUser {
    fn eq(&self, other: &Self) -> bool {
        self.user_id == other.user_id
    }
}

impl Eq for EmulatedUser {}

impl fmt::Debug for EmulatedUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EmulatedUser").field(&self.user_id).finish()
    }
}
