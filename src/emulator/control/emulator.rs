//! The running emulator: its addresses, its keys and its state.

use std::{fmt, sync::Arc};

use crate::{
    emulator::{
        control::{
            error::{EmulatorError, into_emulator_result},
            origin::Origin,
        },
        http::{Server, Shared},
        operations::handler::Handler,
        state::Store,
        webhooks::StoreGuard,
    },
    endpoint::Endpoint,
};

/// A running emulator. Dropping it stops the server and frees the port.
///
/// Several emulators can run side by side, each with its own state: start one for each test. The
/// methods have the same effect and the same checks as the corresponding calls over HTTP.
///
/// ```
/// use actix_web_propelauth::emulator::Emulator;
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let emulator = Emulator::start().await?;
/// let alice = emulator.create_user("alice@example.com")?;
/// let acme = emulator.create_org("Acme Inc")?;
/// emulator.add_user_to_org(&alice, &acme, "Admin")?;
///
/// let auth = emulator.propel_auth().await?;
/// let header = format!("Bearer {}", alice.log_in()?);
/// let user = auth.validate_access_token_and_get_user(header.as_str())?;
/// assert_eq!(user.email, "alice@example.com");
/// # Ok(())
/// # }
/// ```
pub struct Emulator {
    pub(super) shared: Arc<Shared>,
    auth_url: String,
    issuer: String,
    pub(super) origin: Origin,
    _server: Server,
}

impl Emulator {
    pub(super) fn new(
        shared: Arc<Shared>,
        auth_url: String,
        issuer: String,
        origin: Origin,
        server: Server,
    ) -> Self {
        Self {
            shared,
            auth_url,
            issuer,
            origin,
            _server: server,
        }
    }

    /// Returns the URL of the auth pages and the backend API, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn auth_url(&self) -> &str {
        &self.auth_url
    }

    /// Returns the auth URL for browsers, such as `http://localhost:40123`, which is where pages and the links
    /// in emails are.
    ///
    /// It is the [auth URL](Self::auth_url) with the host name of the setting `application_url`, if that is
    /// `localhost` or `127.0.0.1`: browsers share cookies among the ports of one host, not among hosts. By
    /// default, the host is `localhost`.
    #[must_use]
    pub fn pages_url(&self) -> String {
        self.store().project.pages_url()
    }

    /// Returns the integration API key that the backend API requires.
    #[must_use]
    pub fn api_key(&self) -> &str {
        self.shared.api_key.expose()
    }

    /// Returns the issuer of access tokens. By default, this is the auth URL.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// Locks the state for one change or look.
    pub(super) fn store(&self) -> StoreGuard<'_> {
        self.shared.lock_store()
    }

    /// Runs an operation of the backend API, without HTTP.
    pub(super) fn call<E: Endpoint>(&self, request: E) -> Result<E::Response, EmulatorError>
    where
        Store: Handler<E>,
    {
        into_emulator_result(self.store().handle_call(request))
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
