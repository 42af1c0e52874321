//! Calls of the backend API that are no group's.

use super::PropelAuth;
use crate::{api::Endpoint, client::Call};

impl PropelAuth {
    /// Sends a request that was made beforehand, of whichever operation it is.
    ///
    /// The groups, such as [`user`](Self::user), do the same with the arguments at hand. This is
    /// for requests that are kept, compared, queued, or sent by code that does not care which
    /// they are.
    ///
    /// ```
    /// use actix_web_propelauth::{Error, PropelAuth, api::{CreateUser, Never}};
    ///
    /// # async fn example(auth: PropelAuth) -> Result<(), Error<Never>> {
    /// let request = CreateUser::new("alice@example.com").first_name("Alice");
    /// let created = auth.call(request).await?;
    /// println!("{}", created.user_id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn call<E: Endpoint>(&self, request: E) -> Call<'_, E> {
        self.0.client.call(request)
    }
}
