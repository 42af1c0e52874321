//! Access tokens with anything in them that a test needs.

use crate::emulator::{
    control::{Emulator, EmulatorError},
    state::{CreatedToken, TokenOptions},
};

impl Emulator {
    /// Creates an access token for a user: expired, forged, of another issuer, of an employee who
    /// impersonates the user, or with a role that the user does not have.
    ///
    /// Nothing else changes: no session starts, and the user does not count as active.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::{Emulator, TokenOptions};
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// emulator.create_user("alice@example.com")?;
    /// emulator.create_org("Acme Inc")?;
    /// let auth = emulator.propel_auth().await?;
    ///
    /// let options = TokenOptions::new("alice@example.com").org("Acme Inc").role("Admin");
    /// let header = format!("Bearer {}", emulator.create_token(&options)?.access_token);
    /// let user = auth.validate_access_token_and_get_user(header.as_str())?;
    /// assert!(user.orgs().next().unwrap().is_role("Admin"));
    ///
    /// let forged = emulator.create_token(&options.forged())?.access_token;
    /// let header = format!("Bearer {forged}");
    /// assert!(auth.validate_access_token_and_get_user(header.as_str()).is_err());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user, the organization or the role does not exist,
    /// if the user is not a member of the active organization, or if a role or permission was given
    /// without an organization, and the user is not in exactly one.
    pub fn create_token(&self, options: &TokenOptions) -> Result<CreatedToken, EmulatorError> {
        self.store()
            .create_token(options)
            .map_err(EmulatorError::Rejected)
    }
}
