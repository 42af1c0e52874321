//! Authentication by a token without a request.

use super::{handle::PropelAuth, validate::counted};
use crate::access::{Denied, User};

impl PropelAuth {
    /// Verifies an access token and returns its user, as the middleware does.
    ///
    /// It is for tokens that no request has, such as one in the first message of a WebSocket, or in a job of a
    /// queue. The text is the token itself, without `Bearer`. Like the middleware, it uses the cache, denies what
    /// is marked as [stale](crate::freshness), and fetches the verifier key again if the signature does not match, for
    /// which it waits. API keys are not accepted.
    ///
    /// The user is as of now. For how long that holds is decided by the caller.
    ///
    /// ```
    /// # use actix_web_propelauth::PropelAuth;
    /// # async fn example(auth: PropelAuth, token: &str) {
    /// match auth.authenticate(token).await {
    ///     Ok(user) => println!("{} is calling", user.user_id),
    ///     Err(denied) => println!("{}: {denied}", denied.status_code()),
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Denied::Unauthorized`] if the token is invalid, [`Denied::TokenTooLong`] if it is too long, and
    /// [`Denied::Unavailable`] if no verifier key can be fetched.
    #[doc(alias = "validate_access_token")]
    pub async fn authenticate(&self, token: &str) -> Result<User, Denied> {
        counted(self.authenticator().authenticate_token(token).await)
    }
}
