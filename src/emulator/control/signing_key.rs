//! The key that signs access tokens, and its rotation.

use crate::emulator::control::Emulator;

impl Emulator {
    /// Returns the public key that verifies access tokens, in PEM format.
    #[must_use]
    pub fn verifier_key(&self) -> &'static str {
        self.store().signing_key.verifier_key()
    }

    /// Replaces the key that signs access tokens, as PropelAuth does when a key is rotated.
    ///
    /// From now on, the backend API returns the public half of the new key, and tokens that were
    /// signed with the previous key no longer verify. There are three keys, used in a fixed order
    /// that starts again after the last one. All three are published, and rejected by every
    /// `PropelAuth` that was built without `.emulator()`. A [snapshot](Self::snapshot) includes
    /// which of them is in use. An
    /// [exposed](crate::emulator::EmulatorBuilder::expose) emulator generates each of its keys instead.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let alice = emulator.create_user("alice@example.com")?;
    /// let auth = emulator
    ///     .propel_auth_builder()
    ///     .key_refresh_interval(std::time::Duration::ZERO)
    ///     .fetch_and_init()
    ///     .await?;
    /// let header = format!("Bearer {}", alice.log_in()?);
    /// assert!(auth.validate_access_token_and_get_user(header.as_str()).is_ok());
    ///
    /// emulator.rotate_signing_key();
    /// assert!(auth.refresh_verifier_key().await); // the middleware does this on its own
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
}
