//! Logins: with a password or a magic link.

use crate::emulator::{
    control::{EmulatedUser, Emulator, EmulatorError},
    state::EmulatedMagicLink,
};

impl Emulator {
    /// Logs in a user with an email address or username and a password, and returns an access
    /// token that is valid for 30 minutes.
    ///
    /// Ten wrong passwords in a row lock the user.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if
    ///
    /// - the user does not exist, is disabled or is locked;
    /// - the password is wrong;
    /// - the user has a second factor, whose code this method cannot take;
    /// - the password was migrated as a hash, because the emulator cannot verify bcrypt and argon2
    ///   hashes.
    pub fn log_in_with_password(
        &self,
        email_or_username: &str,
        password: &str,
    ) -> Result<String, EmulatorError> {
        let mut store = self.store();
        let found = store.users.by_email_or_username(email_or_username);
        let user_id = found.map(|user| user.metadata.user_id.clone());
        let user_id = user_id.ok_or_else(|| EmulatorError::missing("user", email_or_username))?;
        if !store.try_password(&user_id, password) {
            return Err(EmulatorError::rejected("the password is wrong"));
        }
        let user = store.users.get(&user_id);
        if user.is_some_and(|user| user.account.second_factor.is_some()) {
            return Err(EmulatorError::rejected(
                "a code of the second factor is needed",
            ));
        }
        drop(store);
        EmulatedUser::new(&self.shared, user_id).log_in()
    }

    /// Opens a magic link: logs in the user, creating the account if the link allows it, and
    /// confirms the email address.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the link does not exist, has expired or was already
    /// used, or if its user does not exist, is disabled or is locked.
    pub fn open_magic_link(&self, url: &str) -> Result<EmulatedUser, EmulatorError> {
        let user_id = self
            .store()
            .open_magic_link(url)
            .map_err(EmulatorError::rejected)?;
        Ok(EmulatedUser::new(&self.shared, user_id))
    }

    /// Returns every magic link that was created.
    ///
    /// ```
    /// use actix_web_propelauth::{api::CreateMagicLink, emulator::Emulator};
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let auth = emulator.propel_auth().await?;
    /// auth.user().create_magic_link("alice@example.com").await?;
    ///
    /// let link = &emulator.magic_links()[0];
    /// let alice = emulator.open_magic_link(&link.url)?;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn magic_links(&self) -> Vec<EmulatedMagicLink> {
        let store = self.store();
        store.login_state.magic_links.values().cloned().collect()
    }
}
