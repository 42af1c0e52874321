//! Users: created, read and changed as PropelAuth's dashboard or the user's browser would.

use std::collections::BTreeMap;

use crate::{
    api::{
        CreateAccessToken, CreateUser, SocialLoginToken, SocialLoginTokenProvider, UserMetadata,
    },
    emulator::{
        control::{EmulatedUser, Emulator, EmulatorError},
        operations::user::social::TOKEN_LIFETIME,
        state::{Store, UserRecord, ids::canonical},
    },
    words::ids::UserId,
};

impl Emulator {
    /// Creates a user, from an email address or a whole [`CreateUser`].
    ///
    /// ```
    /// use actix_web_propelauth::{api::CreateUser, emulator::Emulator};
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let alice = emulator.create_user("alice@example.com")?;
    /// let bob = emulator.create_user(CreateUser::new("bob@example.com").first_name("Bob"))?;
    /// assert_ne!(alice.id(), bob.id());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the email address is invalid or taken, or if another
    /// argument is invalid.
    pub fn create_user(&self, user: impl Into<CreateUser>) -> Result<EmulatedUser, EmulatorError> {
        let created = self.call(user.into())?;
        Ok(EmulatedUser::new(&self.shared, created.user_id))
    }

    /// Returns the metadata of a user with its organizations, or `None` if there is no such user.
    #[must_use]
    pub fn user_metadata(&self, user_id: impl Into<UserId>) -> Option<UserMetadata> {
        self.store().user_metadata_by_id(&canonical(user_id), true)
    }

    /// Returns an access token like the one issued at login, valid for 30 minutes.
    ///
    /// The same as [`EmulatedUser::log_in`], for a user known by id.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user does not exist, is disabled or is locked.
    pub fn access_token(&self, user_id: impl Into<UserId>) -> Result<String, EmulatorError> {
        EmulatedUser::new(&self.shared, user_id).log_in()
    }

    /// Creates an access token as the backend API does, with the lifetime in the request.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user does not exist or is not a member of the
    /// active organization.
    pub fn create_access_token(&self, request: CreateAccessToken) -> Result<String, EmulatorError> {
        let created = self.call(request)?;
        Ok(created.access_token.expose().to_owned())
    }

    /// Confirms a user's email address, as the link in the email does. If the user has requested
    /// another address, that address replaces the current one.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user does not exist, or if the new address has
    /// meanwhile been taken or blocked.
    pub fn confirm_email(&self, user_id: impl Into<UserId>) -> Result<(), EmulatorError> {
        confirm_email(&mut self.store(), &canonical(user_id))
    }

    /// Locks a user, as too many wrong passwords do.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user does not exist.
    pub fn lock_user(&self, user_id: impl Into<UserId>) -> Result<(), EmulatorError> {
        set_locked(&mut self.store(), &canonical(user_id), true)
    }

    /// Unlocks a user, who can then log in again.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user does not exist.
    pub fn unlock_user(&self, user_id: impl Into<UserId>) -> Result<(), EmulatorError> {
        set_locked(&mut self.store(), &canonical(user_id), false)
    }

    /// Returns the number of a user's sessions: logins that were not followed by a logout. The
    /// number is 0 if the user does not exist.
    #[must_use]
    pub fn session_count(&self, user_id: impl Into<UserId>) -> u64 {
        self.with_user(&canonical::<UserId>(user_id), |user| user.account.sessions)
            .unwrap_or_default()
    }

    /// Sets the query parameters of the page on which a user signed up.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user does not exist.
    pub fn set_signup_query_parameters(
        &self,
        user_id: impl Into<UserId>,
        parameters: impl Into<BTreeMap<String, String>>,
    ) -> Result<(), EmulatorError> {
        let parameters = parameters.into().into_iter();
        let parameters = parameters.map(|(name, value)| (name, value.into()));
        let parameters = parameters.collect();
        self.with_user(&canonical::<UserId>(user_id), |user| {
            user.account.signup_query_parameters = parameters;
        })
    }

    /// Adds an OAuth token of a social login provider to a user. The token expires in one hour and
    /// can be refreshed.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user does not exist.
    pub fn add_oauth_token(
        &self,
        user_id: impl Into<UserId>,
        provider: impl Into<SocialLoginTokenProvider>,
        scopes: &[&str],
    ) -> Result<SocialLoginToken, EmulatorError> {
        let provider = provider.into();
        let mut store = self.store();
        let token = SocialLoginToken {
            access_token: store.ids.hex(4).into(),
            token_provider: provider.clone(),
            refresh_token: Some(store.ids.hex(4).into()),
            token_expiration: Some(store.now().saturating_add(TOKEN_LIFETIME)),
            authorized_scopes: Some(scopes.iter().map(|it| (*it).to_owned()).collect()),
        };
        drop(store);
        self.with_user(&canonical::<UserId>(user_id), |user| {
            user.account.oauth_tokens.insert(provider, token.clone());
            token
        })
    }

    /// Applies a function to the record of a user.
    pub(super) fn with_user<T>(
        &self,
        user_id: &UserId,
        f: impl FnOnce(&mut UserRecord) -> T,
    ) -> Result<T, EmulatorError> {
        with_user(&mut self.store(), user_id, f)
    }
}

/// Applies a function to the record of a user.
pub(super) fn with_user<T>(
    store: &mut Store,
    user_id: &UserId,
    f: impl FnOnce(&mut UserRecord) -> T,
) -> Result<T, EmulatorError> {
    let user = store.users.get_mut(user_id);
    let user = user.map(|mut user| f(&mut user));
    user.ok_or_else(|| EmulatorError::missing("user", user_id))
}

/// Confirms the requested email address, or else the current one.
pub(super) fn confirm_email(store: &mut Store, user_id: &UserId) -> Result<(), EmulatorError> {
    let user = store.users.get(user_id);
    let user = user.ok_or_else(|| EmulatorError::missing("user", user_id))?;
    let pending = user.account.pending_email.as_ref();
    let email = pending.unwrap_or(&user.metadata.email).clone();
    let confirmed = store.confirm_address(user_id, &email);
    confirmed.map_err(EmulatorError::rejected)
}

/// Locks or unlocks a user.
pub(super) fn set_locked(
    store: &mut Store,
    user_id: &UserId,
    is_locked: bool,
) -> Result<(), EmulatorError> {
    with_user(store, user_id, |user| {
        user.metadata.locked = is_locked;
        if !is_locked {
            user.account.failed_logins = 0;
        }
    })
}
