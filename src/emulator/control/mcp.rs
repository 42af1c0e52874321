//! MCP clients and the resources that take their tokens.

use crate::{
    emulator::{
        control::{EmulatedUser, Emulator, EmulatorError},
        state::{INTROSPECTION_CLIENT, ids::canonical},
    },
    words::{ids::OrgId, secret::Secret},
};

impl Emulator {
    /// Returns the client id and the secret with which a protected resource asks about tokens. They are the same in every
    /// run.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let (client_id, secret) = emulator.mcp_introspection_credentials();
    /// assert_eq!(client_id, "mcp-introspection");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn mcp_introspection_credentials(&self) -> (String, Secret) {
        let (client_id, secret) = INTROSPECTION_CLIENT;
        (client_id.to_owned(), secret.into())
    }
}

impl EmulatedUser {
    /// Returns an access token of an MCP client for a resource, as if the user had allowed these scopes; for no
    /// organization, and valid for 30 minutes.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let alice = emulator.create_user("alice@example.com")?;
    /// let token = alice.mcp_token("https://api.example.com/mcp", ["notes:read"])?;
    /// let authorization = format!("Bearer {token}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user was deleted, disabled or locked.
    pub fn mcp_token<S: Into<String>>(
        &self,
        resource: impl Into<String>,
        scopes: impl IntoIterator<Item = S>,
    ) -> Result<String, EmulatorError> {
        let scopes = scopes.into_iter().map(Into::into).collect();
        self.issue_mcp_token(resource.into(), scopes, None)
    }

    /// Returns an access token of an MCP client for a resource and one organization of the user.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user was deleted, disabled or locked, or is not a member of the
    /// organization.
    pub fn mcp_token_for_org<S: Into<String>>(
        &self,
        org_id: impl Into<OrgId>,
        resource: impl Into<String>,
        scopes: impl IntoIterator<Item = S>,
    ) -> Result<String, EmulatorError> {
        let scopes = scopes.into_iter().map(Into::into).collect();
        self.issue_mcp_token(resource.into(), scopes, Some(canonical(org_id)))
    }

    fn issue_mcp_token(
        &self,
        resource: String,
        scopes: Vec<String>,
        org_id: Option<OrgId>,
    ) -> Result<String, EmulatorError> {
        let mut store = self.shared().lock_store();
        let token = store.grant_mcp_token(self.id(), resource, scopes, org_id);
        let token = token.map_err(EmulatorError::rejected)?;
        Ok(token.expose().to_owned())
    }
}
