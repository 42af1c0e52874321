//! Faults of the way from the emulator to an endpoint.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What goes wrong with webhooks on their way, to test what a service does about it.
///
/// All of it happens with real webhooks: they are late, come twice or in another order, and are sent again
/// after an attempt was lost. [`set_webhook_faults`](crate::emulator::Emulator::set_webhook_faults) turns
/// it on.
///
/// ```
/// use std::time::Duration;
///
/// use actix_web_propelauth::emulator::WebhookFaults;
///
/// let faults = WebhookFaults::new().duplicate().reorder().delay(Duration::from_secs(60));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WebhookFaults {
    pub(super) duplicate: bool,
    pub(super) reorder: bool,
    pub(super) delay_seconds: u32,
    pub(super) lose_attempts: u32,
}

impl WebhookFaults {
    /// Creates faults of which none is on.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sends every message twice, with the same id.
    #[must_use]
    pub fn duplicate(mut self) -> Self {
        self.duplicate = true;
        self
    }

    /// Holds every second message back for 100 ms, so that a later one overtakes it.
    #[must_use]
    pub fn reorder(mut self) -> Self {
        self.reorder = true;
        self
    }

    /// Sends every message this long after its event, in whole seconds of the emulator's clock.
    #[must_use]
    pub fn delay(mut self, delay: Duration) -> Self {
        self.delay_seconds = u32::try_from(delay.as_secs()).unwrap_or(u32::MAX);
        self
    }

    /// Loses this number of attempts of every message. They count as failed, and further ones follow as the
    /// schedule says.
    #[must_use]
    pub fn lose_attempts(mut self, attempts: u32) -> Self {
        self.lose_attempts = attempts;
        self
    }
}
