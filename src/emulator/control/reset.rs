//! Returning to the state at the start.

use crate::emulator::control::{Emulator, EmulatorError};

impl Emulator {
    /// Returns to the state at the start: what the builder, a snapshot and seeds created.
    ///
    /// Users and organizations have the same ids again. The signing key and the clock are those of
    /// the start, and there are no faults, no recorded requests and no webhook messages. Nothing is sent to
    /// webhooks.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let alice = emulator.create_user("alice@example.com")?;
    /// emulator.reset()?;
    /// assert_eq!(alice.metadata(), None);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if the state at the start cannot be read, which would be
    /// a defect of this crate.
    pub fn reset(&self) -> Result<(), EmulatorError> {
        self.shared.reset().map_err(EmulatorError::Rejected)
    }
}
