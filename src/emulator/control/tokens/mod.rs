//! Access tokens: with anything in them that a test needs, broken in every way, and taken apart.

mod broken;
mod kinds;
mod report;
mod valid;
mod verdict;

pub use self::{
    broken::BrokenToken,
    report::{TokenCheck, TokenReport},
    verdict::TokenVerdict,
};
use crate::emulator::{
    control::{Emulator, EmulatorError},
    state::{CreatedToken, Store, TokenOptions},
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

    /// Returns a token of a user for each way to break one: expired, signed by another key, without a
    /// signature, with another algorithm, with claims that are missing or come twice, and more. A service must
    /// refuse all of them.
    ///
    /// The user is given by email address, username or id.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// emulator.create_user("alice@example.com")?;
    /// let auth = emulator.propel_auth().await?;
    /// for broken in emulator.broken_tokens("alice@example.com")? {
    ///     let header = format!("Bearer {}", broken.token);
    ///     let verified = auth.validate_access_token_and_get_user(header.as_str());
    ///     assert!(verified.is_err(), "{}", broken.about);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the user does not exist.
    pub fn broken_tokens(&self, user: &str) -> Result<Vec<BrokenToken>, EmulatorError> {
        broken(&self.store(), user).map_err(EmulatorError::Rejected)
    }

    /// Takes a token apart: its header and claims, each check of a verifier with its outcome, and what this
    /// crate says about it.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::{Emulator, TokenOptions};
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// emulator.create_user("alice@example.com")?;
    /// let options = TokenOptions::new("alice@example.com").expires_in(-7200);
    /// let expired = emulator.create_token(&options)?;
    ///
    /// let report = emulator.explain_token(&expired.access_token)?;
    /// assert_eq!(report.verdict.code, Some("token_expired"));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if no verifier can be created, which would be a defect of this crate.
    pub fn explain_token(&self, token: &str) -> Result<TokenReport, EmulatorError> {
        explain(&self.store(), token).map_err(EmulatorError::Rejected)
    }
}

/// Returns a token for each way to break one.
pub(super) fn broken(store: &Store, user: &str) -> Result<Vec<BrokenToken>, String> {
    broken::broken(store, user)
}

/// Takes a token apart.
pub(super) fn explain(store: &Store, token: &str) -> Result<TokenReport, String> {
    report::report(store, token)
}
