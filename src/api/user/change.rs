//! Creating and changing users.

use serde_json::{Map, Value};

use super::UserApi;
use crate::{
    api::declare::endpoints,
    endpoint::{Never, NotFound, SerializableSecret, response::entity},
    words::ids::UserId,
};

endpoints! {
    pub part of UserApi;

    /// Creates a user.
    ///
    /// # Errors
    ///
    /// Returns [`Error::BadRequest`](crate::Error::BadRequest) if the email address or username
    /// is taken, or another argument is invalid.
    Create POST "/api/backend/v1/user/"
    create_user: CreateUser(email: String) {
        /// Sets whether the email address is already confirmed. By default, `false`.
        email_confirmed: bool,
        /// Sets whether to send an email that asks the user to confirm the address, unless it is
        /// already confirmed. By default, `true`. With `false`, the email is sent at the first
        /// login.
        send_email_to_confirm_email_address: bool = true,
        /// Sets whether the user must choose a new password at the first login. By default,
        /// `false`.
        ask_user_to_update_password_on_login: bool,
        /// Sets the password. By default, the user has none.
        password: SerializableSecret,
        /// Sets the username.
        username: String,
        /// Sets the first name.
        first_name: String,
        /// Sets the last name.
        last_name: String,
        /// Sets the custom properties.
        properties: Map<String, Value>,
        /// Sets whether to skip the project's domain allowlist and blocklist. By default,
        /// `false`.
        ignore_domain_restrictions: bool,
    } -> CreatedUser | Never;

    /// Changes the email address of a user.
    ///
    /// With `require_email_confirmation`, the address changes once the user follows the link in
    /// an email that is sent to the new address, otherwise at once.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) on `new_email` if the address is taken or
    /// invalid.
    Create PUT "/api/backend/v1/user/{user_id}/email"
    update_user_email: UpdateUserEmail(
        user_id: UserId,
        new_email: String,
        require_email_confirmation: bool,
    ) -> () | NotFound;

    /// Changes the profile of a user. Fields that are not set are left unchanged.
    ///
    /// `metadata` is replaced as a whole; of `properties`, only the given ones are replaced.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) if the username is taken or another
    /// argument is invalid.
    #[doc(alias = "update_user")]
    Idempotent PUT "/api/backend/v1/user/{user_id}"
    update_user_metadata: UpdateUserMetadata(user_id: UserId) {
        /// Sets the username.
        username: String,
        /// Sets the first name.
        first_name: String,
        /// Sets the last name.
        last_name: String,
        /// Sets the URL of the user's picture.
        picture_url: String,
        /// Replaces the metadata, which the user cannot see.
        metadata: Map<String, Value>,
        /// Sets custom properties. Properties that are not given are left unchanged.
        properties: Map<String, Value>,
        /// Sets whether the user must choose a new password at the next login.
        update_password_required: bool,
        /// Sets the id that the user had in the system that it was migrated from.
        legacy_user_id: String,
    } -> () | NotFound;

    /// Sets the password of a user.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) if the password does not meet the
    /// project's rules.
    Idempotent PUT "/api/backend/v1/user/{user_id}/password"
    update_user_password: UpdateUserPassword(user_id: UserId, password: SerializableSecret) {
        /// Sets whether the user must choose a new password at the next login. By default,
        /// `false`.
        ask_user_to_update_password_on_login: bool,
    } -> () | NotFound;

    /// Removes the password of a user. Other ways to log in are left unchanged.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user.
    Idempotent PUT "/api/backend/v1/user/{user_id}/clear_password"
    clear_user_password: ClearUserPassword(user_id: UserId) -> () | NotFound;
}

entity! {
    /// The id of a new user.
    #[derive(PartialEq, Eq)]
    pub struct CreatedUser {
        required {
            /// The id of the user.
            user_id: UserId,
        }
    }
}

impl From<&str> for CreateUser {
    fn from(email: &str) -> Self {
        Self::new(email)
    }
}

impl From<String> for CreateUser {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

impl From<&String> for CreateUser {
    fn from(text: &String) -> Self {
        Self::new(text)
    }
}

impl From<std::borrow::Cow<'_, str>> for CreateUser {
    fn from(text: std::borrow::Cow<'_, str>) -> Self {
        Self::new(text)
    }
}
