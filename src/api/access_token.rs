//! Access tokens made by the backend, for scripts and tests.

use crate::{
    api::declare::endpoints,
    endpoint::{SerializableSecret, refusal::refusals, response::entity},
    id::{OrgId, UserId},
};

endpoints! {
    /// Creates access tokens.
    pub group AccessTokenApi;

    /// Creates an access token for a user, as if the user had logged in.
    ///
    /// It lives as long as is asked for, in minutes, and cannot be revoked.
    Create POST "/api/backend/v1/access_token"
    create_access_token: CreateAccessToken(user_id: UserId, duration_in_minutes: u32) {
        /// Makes this the active organization: the token then names no other. By default it
        /// names all of the user's.
        active_org_id: OrgId,
    } -> AccessToken | CreateAccessTokenRefusal;
}

refusals! {
    /// Why no access token was created.
    pub enum CreateAccessTokenRefusal {
        /// There is no such user.
        missing 403 UserNotFound: "there is no such user";
        /// The project does not let its backend create access tokens.
        404 NotEnabled: "the project does not let its backend create access tokens";
    }
}

entity! {
    /// An access token that was just created.
    pub struct AccessToken {
        required {
            /// The token, to be sent as `Authorization: Bearer …`.
            access_token: SerializableSecret,
        }
    }
}
