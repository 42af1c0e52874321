//! What users do themselves, done for them from Rust.

use std::collections::BTreeMap;

use crate::{
    api::{SocialLoginToken, SocialLoginTokenProvider},
    emulator::{
        control::{EmulatedUser, Emulator, EmulatorError},
        operations::user::social::TOKEN_LIFETIME,
        state::{EmulatedEmail, EmulatedMagicLink, UserRecord, ids::canonical},
    },
    id::UserId,
};

/// How many wrong passwords in a row lock a user.
const MAX_FAILED_LOGINS: u32 = 10;

impl Emulator {
    /// Logs a user in by e-mail address or username and password, and returns an access token
    /// good for 30 minutes.
    ///
    /// Ten wrong passwords in a row lock the user.
    ///
    /// # Errors
    ///
    /// Fails when there is no such user or the password is wrong, when the user is disabled or
    /// locked, and when a code of a second factor would be needed. A password that was migrated
    /// as a hash is never right, as the emulator does not know bcrypt and argon2.
    pub fn log_in_with_password(
        &self,
        email_or_username: &str,
        password: &str,
    ) -> Result<String, EmulatorError> {
        let mut store = self.store();
        let found = store.users.by_email_or_username(email_or_username);
        let user_id = found.map(|user| user.metadata.user_id.clone());
        let user_id = user_id.ok_or_else(|| no_user(email_or_username))?;
        if let Some(mut user) = store.users.get_mut(&user_id) {
            let known = user.account.password.as_ref();
            if !known.is_some_and(|known| known.is(password)) {
                user.account.failed_logins = user.account.failed_logins.saturating_add(1);
                user.metadata.locked |= user.account.failed_logins >= MAX_FAILED_LOGINS;
                return Err(rejected("the password is wrong"));
            }
            if user.account.second_factor.is_some() {
                return Err(rejected("a code of the second factor is needed"));
            }
        }
        drop(store);
        EmulatedUser::new(&self.shared, user_id).log_in()
    }

    /// Opens a magic link: logs its user in, whom it creates if it was made to, and confirms the
    /// address.
    ///
    /// # Errors
    ///
    /// Fails when there is no such link, or when it has expired or was used up, and when its
    /// user does not exist, is disabled or locked.
    pub fn open_magic_link(&self, url: &str) -> Result<EmulatedUser, EmulatorError> {
        let user_id = self.store().open_magic_link(url).map_err(rejected)?;
        Ok(EmulatedUser::new(&self.shared, user_id))
    }

    /// Returns every magic link that was created.
    #[must_use]
    pub fn magic_links(&self) -> Vec<EmulatedMagicLink> {
        self.store()
            .login_state
            .magic_links
            .values()
            .cloned()
            .collect()
    }

    /// Returns every e-mail that would have been sent, the oldest first.
    #[must_use]
    pub fn email_outbox(&self) -> Vec<EmulatedEmail> {
        self.store().login_state.emails.clone()
    }

    /// Confirms a user's address, as the link in the e-mail does; an address that waited for it
    /// takes the place of the present one.
    ///
    /// # Errors
    ///
    /// Fails when there is no such user, or another user has the new address by now.
    pub fn confirm_email(&self, user_id: impl Into<UserId>) -> Result<(), EmulatorError> {
        let user_id: UserId = canonical(user_id);
        let pending = self.with_user(&user_id, |user| user.account.pending_email.clone())?;
        if let Some(email) = &pending {
            let store = self.store();
            if store.users.is_email_taken(email, Some(&user_id)) {
                return Err(rejected("the address is in use by now"));
            }
            if store.is_domain_blocked(email) {
                return Err(rejected("addresses of this domain are kept out by now"));
            }
        }
        self.with_user(&user_id, |user| {
            if let Some(email) = user.account.pending_email.take() {
                user.metadata.email = email;
            }
            user.metadata.email_confirmed = true;
        })
    }

    /// Locks a user, as too many wrong passwords do.
    ///
    /// # Errors
    ///
    /// Fails when there is no such user.
    pub fn lock_user(&self, user_id: impl Into<UserId>) -> Result<(), EmulatorError> {
        self.with_user(&canonical::<UserId>(user_id), |user| {
            user.metadata.locked = true;
        })
    }

    /// Lets a user who was locked log in again.
    ///
    /// # Errors
    ///
    /// Fails when there is no such user.
    pub fn unlock_user(&self, user_id: impl Into<UserId>) -> Result<(), EmulatorError> {
        self.with_user(&canonical::<UserId>(user_id), |user| {
            user.metadata.locked = false;
            user.account.failed_logins = 0;
        })
    }

    /// Returns how many logins of a user have not been ended; none of one who does not exist.
    #[must_use]
    pub fn session_count(&self, user_id: impl Into<UserId>) -> u64 {
        self.with_user(&canonical::<UserId>(user_id), |user| user.account.sessions)
            .unwrap_or_default()
    }

    /// Sets the query parameters of the page on which a user signed up.
    ///
    /// # Errors
    ///
    /// Fails when there is no such user.
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

    /// Logs a user in at another provider, which gives a token that expires an hour from now and
    /// can be renewed.
    ///
    /// # Errors
    ///
    /// Fails when there is no such user.
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

    pub(crate) fn with_user<T>(
        &self,
        user_id: &UserId,
        f: impl FnOnce(&mut UserRecord) -> T,
    ) -> Result<T, EmulatorError> {
        let mut store = self.store();
        let user = store.users.get_mut(user_id);
        let user = user.map(|mut user| f(&mut user));
        user.ok_or_else(|| no_user(user_id))
    }
}

fn no_user(name: &str) -> EmulatorError {
    rejected(&format!("there is no user {name:?}"))
}

fn rejected(why: &str) -> EmulatorError {
    EmulatorError::Rejected(why.to_owned())
}
