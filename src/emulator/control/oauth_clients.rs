//! Clients of OAuth 2.

use crate::emulator::{
    control::{Emulator, EmulatorError},
    http::Shared,
    state::{ClientGrant, NewOauthClient, OauthClient},
};

impl Emulator {
    /// Adds a client of OAuth 2: an application that logs its users in with OAuth 2 or OpenID Connect.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::{Emulator, NewOauthClient};
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let client = NewOauthClient::new(["https://*.example.com/callback"]);
    /// let client = emulator.add_oauth_client(client)?;
    /// println!("id {}, secret {}", client.client_id, client.secret());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if there is a client with this id already, or if the id, the secret
    /// or a redirect URI is invalid.
    pub fn add_oauth_client(&self, client: NewOauthClient) -> Result<OauthClient, EmulatorError> {
        add(&self.shared, client).map_err(EmulatorError::Rejected)
    }

    /// Returns the clients of OAuth 2, in the order in which they were added.
    #[must_use]
    pub fn oauth_clients(&self) -> Vec<OauthClient> {
        self.store().project.oauth_clients.clone()
    }

    /// Removes a client of OAuth 2, given by its id, and ends the sessions that it holds.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if there is no such client.
    pub fn remove_oauth_client(&self, client_id: &str) -> Result<(), EmulatorError> {
        remove(&self.shared, client_id).map_err(EmulatorError::Rejected)?;
        Ok(())
    }
}

/// Adds a client.
pub(super) fn add(shared: &Shared, client: NewOauthClient) -> Result<OauthClient, String> {
    shared.lock_store().project.add_oauth_client(client)
}

/// Removes a client, and returns it.
pub(super) fn remove(shared: &Shared, client_id: &str) -> Result<OauthClient, String> {
    let mut store = shared.lock_store();
    let found = store.project.oauth_client(client_id).cloned();
    let found =
        found.ok_or_else(|| format!("there is no OAuth client with the id {client_id:?}"))?;
    store
        .project
        .oauth_clients
        .retain(|it| it.client_id != client_id);
    let is_its = |grant: &ClientGrant| grant.client_id == client_id;
    store
        .sessions
        .retain(|session| !session.grant.as_ref().is_some_and(is_its));
    Ok(found)
}
