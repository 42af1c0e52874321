//! The emulator as its owner holds it.

use std::{
    fmt,
    sync::{Arc, MutexGuard, PoisonError},
    time::Duration,
};

use serde_json::Value;

use crate::{
    api::{
        AddUserToOrg, ChangeUserRoleInOrg, CreateAccessToken, CreateOrg, CreateUser, Organization,
        UserMetadata,
    },
    emulator::{
        control::{EmulatedUser, EmulatorBuilder, EmulatorError, error::into_emulator_result},
        http::{Server, Shared},
        state::{Clock, Store, ids::canonical},
    },
    id::{OrgId, UserId},
};

/// A running emulator; dropping it stops it and frees its port.
///
/// Several may run side by side, each with its own state. What its methods do is what the same
/// calls over HTTP do.
pub struct Emulator {
    pub(crate) shared: Arc<Shared>,
    pub(crate) auth_url: String,
    pub(crate) issuer: String,
    pub(crate) _server: Server,
}

impl Emulator {
    /// Starts an emulator on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// Fails when the operating system gives no port or no thread.
    pub async fn start() -> Result<Self, EmulatorError> {
        Self::builder().start().await
    }

    /// Returns a builder, to choose the port, the key, the roles and more.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder::default()
    }

    /// Returns the URL of both the auth pages and the backend API, such as
    /// `http://127.0.0.1:40123`.
    #[must_use]
    pub fn auth_url(&self) -> &str {
        &self.auth_url
    }

    /// Returns the integration API key that the backend API asks for.
    #[must_use]
    pub fn api_key(&self) -> &str {
        self.shared.api_key.expose()
    }

    /// Returns the issuer of its tokens: by default its own URL.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Returns the public key that its tokens are verified with, as PEM text.
    #[must_use]
    pub fn verifier_key(&self) -> &'static str {
        self.store().signing_key.verifier_key()
    }

    /// Signs tokens with another key from now on, and gives out its public half instead of the
    /// last one's, as PropelAuth does when a key is rotated.
    ///
    /// There are three keys, always in the same order, the first again after the last. All three
    /// are published, and refused by every `PropelAuth` that was not built with `.emulator()`. A
    /// [snapshot](Self::snapshot) says which of them is in use.
    ///
    /// ```
    /// use actix_web_propelauth::{PropelAuth, emulator::Emulator};
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let alice = emulator.create_user("alice@example.com")?;
    /// let auth = PropelAuth::builder(emulator.auth_url(), emulator.api_key())
    ///     .emulator()
    ///     .key_refresh_interval(std::time::Duration::ZERO)
    ///     .fetch_and_init()
    ///     .await?;
    /// let header = format!("Bearer {}", alice.log_in()?);
    /// assert!(auth.validate_access_token_and_get_user(header.as_str()).is_ok());
    ///
    /// emulator.rotate_signing_key();
    /// assert!(auth.refresh_verifier_key().await); // middleware does so when it must
    /// assert!(auth.validate_access_token_and_get_user(header.as_str()).is_err());
    /// let header = format!("Bearer {}", alice.log_in()?);
    /// assert!(auth.validate_access_token_and_get_user(header.as_str()).is_ok());
    /// # Ok(())
    /// # }
    /// ```
    pub fn rotate_signing_key(&self) {
        let mut store = self.store();
        store.signing_key = store.signing_key.next();
    }

    /// Creates a user, from an e-mail address or a whole [`CreateUser`].
    ///
    /// # Errors
    ///
    /// Fails when the address is no address or is taken, or another argument is wrong.
    pub fn create_user(&self, user: impl Into<CreateUser>) -> Result<EmulatedUser, EmulatorError> {
        let created = into_emulator_result(self.store().handle_call(user.into()))?;
        Ok(EmulatedUser::new(&self.shared, created.user_id))
    }

    /// Creates an organization, from a name or a whole [`CreateOrg`].
    ///
    /// # Errors
    ///
    /// Fails when the name is empty or the project has no organizations.
    pub fn create_org(&self, org: impl Into<CreateOrg>) -> Result<OrgId, EmulatorError> {
        let created = into_emulator_result(self.store().handle_call(org.into()))?;
        Ok(created.org_id)
    }

    /// Adds a user to an organization, in a role.
    ///
    /// # Errors
    ///
    /// Fails when one of the three does not exist, or the user is a member already.
    pub fn add_user_to_org(
        &self,
        user_id: impl Into<UserId>,
        org_id: impl Into<OrgId>,
        role: impl Into<String>,
    ) -> Result<(), EmulatorError> {
        into_emulator_result(
            self.store()
                .handle_call(AddUserToOrg::new(user_id, org_id, role)),
        )
    }

    /// Gives a member another role.
    ///
    /// # Errors
    ///
    /// Fails when there is no such member or no such role.
    pub fn change_user_role_in_org(
        &self,
        user_id: impl Into<UserId>,
        org_id: impl Into<OrgId>,
        role: impl Into<String>,
    ) -> Result<(), EmulatorError> {
        into_emulator_result(
            self.store()
                .handle_call(ChangeUserRoleInOrg::new(user_id, org_id, role)),
        )
    }

    /// Signs the access token that a user has after a login, good for 30 minutes.
    ///
    /// [`EmulatedUser`] has more of this kind.
    ///
    /// # Errors
    ///
    /// Fails when there is no such user, or it is disabled or locked.
    pub fn access_token(&self, user_id: impl Into<UserId>) -> Result<String, EmulatorError> {
        EmulatedUser::new(&self.shared, user_id).log_in()
    }

    /// Creates an access token as the backend API does, for as long as is asked for.
    ///
    /// # Errors
    ///
    /// Fails when there is no such user, or the user is not in the organization.
    pub fn create_access_token(&self, request: CreateAccessToken) -> Result<String, EmulatorError> {
        let created = into_emulator_result(self.store().handle_call(request))?;
        Ok(created.access_token.expose().to_owned())
    }

    /// Returns a user and its organizations.
    #[must_use]
    pub fn user_metadata(&self, user_id: impl Into<UserId>) -> Option<UserMetadata> {
        self.store().user_metadata_by_id(&canonical(user_id), true)
    }

    /// Returns an organization.
    #[must_use]
    pub fn org(&self, org_id: impl Into<OrgId>) -> Option<Organization> {
        let store = self.store();
        store
            .orgs
            .get(&canonical::<OrgId>(org_id))
            .map(|record| record.to_organization())
    }

    /// Returns the time that the emulator has, in seconds since 1970.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.store().now()
    }

    /// Stops the emulator's clock at a time, in seconds since 1970.
    ///
    /// Whatever depends on time, such as tokens and API keys that expire, depends on this clock.
    /// A verifier has a clock of its own.
    pub fn freeze_clock(&self, at: i64) {
        self.store().change_clock(|clock| clock.freeze(at));
    }

    /// Moves the emulator's clock on by whole seconds, whether it runs or is frozen.
    pub fn advance_clock(&self, by: Duration) {
        let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        self.store().change_clock(|clock| clock.advance(seconds));
    }

    /// Lets the emulator's clock run again, and undoes what freezing and advancing changed.
    pub fn resume_clock(&self) {
        self.store().change_clock(Clock::resume);
    }

    /// Writes down everything that the emulator remembers, for
    /// [`EmulatorBuilder::snapshot`] or [`restore`](Self::restore).
    ///
    /// API keys are in it in plain text, and which of its keys signs tokens. The builder's settings
    /// and the time are not.
    #[must_use]
    pub fn snapshot(&self) -> Value {
        let mut store = self.store();
        store.observe();
        store.snapshot()
    }

    /// Replaces everything that the emulator remembers by a snapshot.
    ///
    /// # Errors
    ///
    /// Fails, and changes nothing, when it is no snapshot or does not fit the project's roles.
    pub fn restore(&self, snapshot: Value) -> Result<(), EmulatorError> {
        let mut store = self.store();
        *store = Store::from_snapshot(store.project.clone(), snapshot)
            .map_err(EmulatorError::Rejected)?;
        Ok(())
    }

    pub(crate) fn store(&self) -> MutexGuard<'_, Store> {
        let lock = self.shared.store.lock();
        let mut store = lock.unwrap_or_else(PoisonError::into_inner);
        store.tick();
        store
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("auth_url", &self.auth_url)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}
