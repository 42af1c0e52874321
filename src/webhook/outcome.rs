//! What the function of an application returns for a webhook.

use std::error::Error;

/// The result of [`on_event`](super::WebhookService::on_event): nothing, or a `Result` whose error is logged and
/// lets the webhook be sent again.
pub trait WebhookOutcome {
    /// Returns the error, if there is one.
    ///
    /// # Errors
    ///
    /// Returns the error of the application.
    fn into_result(self) -> Result<(), Box<dyn Error>>;
}

impl WebhookOutcome for () {
    fn into_result(self) -> Result<(), Box<dyn Error>> {
        Ok(())
    }
}

impl<E: Into<Box<dyn Error>>> WebhookOutcome for Result<(), E> {
    fn into_result(self) -> Result<(), Box<dyn Error>> {
        self.map_err(Into::into)
    }
}
