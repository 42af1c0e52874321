//! Disabling, enabling, logging out and deleting users.

use serde::{Deserialize, Serialize};

use super::UserApi;
use crate::{
    api::declare::endpoints,
    endpoint::{
        NotFound,
        refusal::{Detail, refusals},
    },
    words::ids::UserId,
};

endpoints! {
    pub part of UserApi;

    /// Deletes a user together with its memberships.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user.
    Idempotent DELETE "/api/backend/v1/user/{user_id}"
    delete_user: DeleteUser(user_id: UserId) -> () | NotFound;

    /// Prevents a user from logging in.
    ///
    /// Access tokens that were already issued stay valid until they expire, except for this handle and its
    /// fleet: they deny them ([`freshness`](crate::freshness)).
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user.
    #[doc(alias = "block_user")]
    Idempotent POST "/api/backend/v1/user/{user_id}/disable"
    disable_user: DisableUser(user_id: UserId) -> () | NotFound;

    /// Allows a disabled user to log in again.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user.
    #[doc(alias = "unblock_user")]
    Idempotent POST "/api/backend/v1/user/{user_id}/enable"
    enable_user: EnableUser(user_id: UserId) -> () | NotFound;

    /// Removes the second factor of a user, for example after the user lost it.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user.
    Idempotent POST "/api/backend/v1/user/{user_id}/disable_2fa"
    disable_user_2fa: DisableUser2fa(user_id: UserId) -> () | NotFound;

    /// Allows a user to create organizations.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user.
    #[doc(alias = "allow_user_to_create_orgs")]
    Idempotent PUT "/api/backend/v1/user/{user_id}/can_create_orgs/enable"
    | POST "/api/backend/v1/user/{user_id}/can_create_orgs/enable"
    enable_user_can_create_orgs: EnableUserCanCreateOrgs(user_id: UserId) -> () | NotFound;

    /// Prevents a user from creating organizations.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user.
    Idempotent PUT "/api/backend/v1/user/{user_id}/can_create_orgs/disable"
    | POST "/api/backend/v1/user/{user_id}/can_create_orgs/disable"
    disable_user_can_create_orgs: DisableUserCanCreateOrgs(user_id: UserId) -> () | NotFound;

    /// Sends a user the email that asks for confirmation of the address again.
    ///
    /// # Errors
    ///
    /// Returns [`Error::BadRequest`](crate::Error::BadRequest) if the address is already
    /// confirmed; its [`user_facing_error`](crate::api::FieldErrors::user_facing_error) says so.
    Create POST "/api/backend/v1/resend_email_confirmation"
    resend_email_confirmation: ResendEmailConfirmation(user_id: UserId)
    -> () | ResendEmailConfirmationRefusal, status 204;

    /// Ends all sessions of a user.
    ///
    /// Access tokens that were already issued stay valid until they expire, except for this handle and its
    /// fleet: they deny them ([`freshness`](crate::freshness)).
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user.
    Idempotent POST "/api/backend/v1/user/{user_id}/logout_all_sessions"
    logout_all_user_sessions: LogoutAllUserSessions(user_id: UserId)
    -> () | NotFound, status 204;
}

refusals! {
    /// The reason why no email was sent.
    pub enum ResendEmailConfirmationRefusal {
        /// There is no such user.
        missing 404 UserNotFound: "there is no such user";
        /// Too many emails of this kind were sent to the user. A 429 without a message for the user is
        /// the limit of your own backend: [`Error::RateLimited`](crate::Error::RateLimited).
        429 TooManyEmails(UserFacing): "too many of these emails were sent to the user";
    }
}

/// A message that can be shown to the user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct UserFacing {
    /// The message.
    pub user_facing_error: String,
}

impl Detail for UserFacing {}

impl UserFacing {
    /// Creates the detail, for the emulator.
    #[cfg(feature = "emulator")]
    pub(crate) fn new(sentence: &str) -> Self {
        Self {
            user_facing_error: sentence.to_owned(),
        }
    }
}
