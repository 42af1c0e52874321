//! Access tokens that the backend creates, for scripts and tests.

use crate::{
    api::declare::endpoints,
    endpoint::{SerializableSecret, refusal::refusals, response::entity},
    words::ids::{OrgId, UserId},
};

endpoints! {
    /// Creates access tokens on behalf of users, for scripts and tests.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     auth: &actix_web_propelauth::PropelAuth,
    /// # ) -> Result<(), Box<dyn std::error::Error>> {
    /// let user = auth.user().fetch_user_metadata_by_email("alice@example.com").await?;
    /// let token = auth.access_token().create_access_token(&user.user_id, 15).await?;
    /// let header = format!("Bearer {}", token.access_token.expose());
    /// # Ok(())
    /// # }
    /// ```
    pub group AccessTokenApi;

    /// Creates an access token for a user, like the one that a login returns.
    ///
    /// The token is valid for the given number of minutes and cannot be revoked.
    ///
    /// # Errors
    ///
    /// Returns [`CreateAccessTokenRefusal`] if there is no such user, or the project does not
    /// allow its backend to create access tokens, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) if the user is not a member of the active
    /// organization.
    Create POST "/api/backend/v1/access_token"
    create_access_token: CreateAccessToken(user_id: UserId, duration_in_minutes: u32) {
        /// Sets the active organization, which is then the only one in the token. By default,
        /// the token has all organizations of the user.
        active_org_id: OrgId,
    } -> AccessToken | CreateAccessTokenRefusal;
}

refusals! {
    /// The reason why no access token was created.
    pub enum CreateAccessTokenRefusal {
        /// There is no such user.
        missing 403 UserNotFound: "there is no such user";
        /// The project does not allow its backend to create access tokens.
        404 NotEnabled: "the project does not allow its backend to create access tokens";
    }
}

entity! {
    /// A new access token.
    pub struct AccessToken {
        required {
            /// The token, for the header `Authorization: Bearer …`.
            access_token: SerializableSecret,
        }
    }
}
