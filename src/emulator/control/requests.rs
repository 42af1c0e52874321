//! The requests that the emulator received, to assert what a service asked.

use crate::emulator::{control::Emulator, state::RecordedRequest};

impl Emulator {
    /// Returns the requests that were received over HTTP, oldest first: the last 10,000.
    ///
    /// Requests under `/propelauth-dev/` and the calls of these methods are not among them.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let auth = emulator.propel_auth().await?;
    /// emulator.clear_requests(); // the verifier key was fetched
    ///
    /// auth.user().create_user("alice@example.com").password("correct horse").await?;
    ///
    /// let requests = emulator.requests();
    /// assert_eq!(requests.len(), 1);
    /// assert_eq!(requests[0].operation.as_deref(), Some("create_user"));
    /// let body = requests[0].request_body.as_ref().unwrap();
    /// assert_eq!(body["email"], "alice@example.com");
    /// assert_eq!(body["password"], "[redacted]");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.shared.requests().list()
    }

    /// Forgets the requests that were received. The numbers of later ones continue.
    pub fn clear_requests(&self) {
        self.shared.requests().clear();
    }
}
