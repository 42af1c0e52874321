//! The emulator's clock: stopped, moved forward and resumed.

use std::time::Duration;

use crate::emulator::{control::Emulator, state::Clock};

impl Emulator {
    /// Returns the emulator's time, as a Unix timestamp in seconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.store().now()
    }

    /// Stops the emulator's clock at a Unix timestamp in seconds.
    ///
    /// Everything that depends on time uses this clock, such as the expiry of tokens and API keys.
    /// A `PropelAuth` that [`propel_auth`](Self::propel_auth) returned uses it as well. One in another
    /// process has a clock of its own.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// emulator.freeze_clock(1_700_000_000);
    /// emulator.advance_clock(Duration::from_secs(60));
    /// assert_eq!(emulator.now(), 1_700_000_060);
    /// # Ok(())
    /// # }
    /// ```
    pub fn freeze_clock(&self, at: i64) {
        self.store().change_clock(|clock| clock.freeze(at));
    }

    /// Moves the emulator's clock forward by whole seconds, whether it runs or is frozen.
    pub fn advance_clock(&self, by: Duration) {
        let seconds = i64::try_from(by.as_secs()).unwrap_or(i64::MAX);
        self.store().change_clock(|clock| clock.advance(seconds));
    }

    /// Resumes the emulator's clock and undoes all freezing and advancing.
    pub fn resume_clock(&self) {
        self.store().change_clock(Clock::resume);
    }
}
