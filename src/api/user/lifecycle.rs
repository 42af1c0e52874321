//! Users let in, kept out, logged out and deleted.

use serde::{Deserialize, Serialize};

use super::UserApi;
use crate::{
    api::declare::endpoints,
    endpoint::{
        NotFound,
        refusal::{Detail, refusals},
    },
    id::UserId,
};

endpoints! {
    pub part of UserApi;

    /// Deletes a user, the memberships included.
    Idempotent DELETE "/api/backend/v1/user/{user_id}"
    delete_user: DeleteUser(user_id: UserId) -> () | NotFound;

    /// Keeps a user from logging in; access tokens that were given out stay valid until they
    /// expire.
    #[doc(alias = "block_user")]
    Idempotent POST "/api/backend/v1/user/{user_id}/disable"
    disable_user: DisableUser(user_id: UserId) -> () | NotFound;

    /// Lets a user log in again.
    #[doc(alias = "unblock_user")]
    Idempotent POST "/api/backend/v1/user/{user_id}/enable"
    enable_user: EnableUser(user_id: UserId) -> () | NotFound;

    /// Takes a user's second factor away, for one who has lost it.
    Idempotent POST "/api/backend/v1/user/{user_id}/disable_2fa"
    disable_user_2fa: DisableUser2fa(user_id: UserId) -> () | NotFound;

    /// Lets a user create organizations.
    #[doc(alias = "allow_user_to_create_orgs")]
    Idempotent PUT "/api/backend/v1/user/{user_id}/can_create_orgs/enable"
    | POST "/api/backend/v1/user/{user_id}/can_create_orgs/enable"
    enable_user_can_create_orgs: EnableUserCanCreateOrgs(user_id: UserId) -> () | NotFound;

    /// Keeps a user from creating organizations.
    Idempotent PUT "/api/backend/v1/user/{user_id}/can_create_orgs/disable"
    | POST "/api/backend/v1/user/{user_id}/can_create_orgs/disable"
    disable_user_can_create_orgs: DisableUserCanCreateOrgs(user_id: UserId) -> () | NotFound;

    /// Sends a user the e-mail that asks to confirm the address once more.
    ///
    /// An address that is confirmed already is [`Error::BadRequest`](crate::Error::BadRequest),
    /// whose [`user_facing_error`](crate::api::FieldErrors::user_facing_error) says so.
    Create POST "/api/backend/v1/resend_email_confirmation"
    resend_email_confirmation: ResendEmailConfirmation(user_id: UserId)
    -> () | ResendEmailConfirmationRefusal, answered 204;

    /// Ends all sessions of a user; access tokens that were given out stay valid until they
    /// expire.
    Idempotent POST "/api/backend/v1/user/{user_id}/logout_all_sessions"
    logout_all_user_sessions: LogoutAllUserSessions(user_id: UserId)
    -> () | NotFound, answered 204;
}

refusals! {
    /// Why no e-mail was sent.
    pub enum ResendEmailConfirmationRefusal {
        /// There is no such user.
        missing 404 UserNotFound: "there is no such user";
        /// The user was sent too many e-mails of this kind. A 429 without words for the user is
        /// PropelAuth's own limit: [`Error::RateLimited`](crate::Error::RateLimited).
        429 TooManyEmails(UserFacing): "the user was sent too many of these e-mails";
    }
}

/// A refusal in words that a user may be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserFacing {
    /// The sentence.
    pub user_facing_error: String,
}

impl Detail for UserFacing {}

#[cfg(feature = "emulator")]
impl From<&str> for UserFacing {
    fn from(sentence: &str) -> Self {
        Self {
            user_facing_error: sentence.to_owned(),
        }
    }
}
