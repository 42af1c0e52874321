//! Users made and changed.

use serde_json::{Map, Value};

use super::UserApi;
use crate::{
    api::declare::endpoints,
    endpoint::{Never, NotFound, SerializableSecret, response::entity},
    id::UserId,
};

endpoints! {
    pub part of UserApi;

    /// Creates a user.
    ///
    /// An e-mail address or username that is taken, and anything else that is wrong with the
    /// arguments, is [`Error::BadRequest`](crate::Error::BadRequest).
    Create POST "/api/backend/v1/user/"
    create_user: CreateUser(email: String) {
        /// Tells whether the e-mail address counts as confirmed. By default it does not.
        email_confirmed: bool,
        /// Sends an e-mail that asks to confirm the address, unless it counts as confirmed. By
        /// default, it is sent. Without it, the user gets such an e-mail at the first login.
        send_email_to_confirm_email_address: bool = true,
        /// Asks for a new password at the first login. By default it does not.
        ask_user_to_update_password_on_login: bool,
        /// Sets a password. By default the user has none.
        password: SerializableSecret,
        /// Sets the username. By default there is none.
        username: String,
        /// Sets the first name. By default there is none.
        first_name: String,
        /// Sets the last name. By default there is none.
        last_name: String,
        /// Sets the custom properties. By default there are none.
        properties: Map<String, Value>,
        /// Lets addresses in that the domain allow and block lists keep out. By default it
        /// does not.
        ignore_domain_restrictions: bool,
    } -> CreatedUser | Never;

    /// Gives a user another e-mail address.
    ///
    /// Either at once, or once the user has confirmed it by the e-mail that is then sent to it.
    /// An address that is taken is [`Error::BadRequest`](crate::Error::BadRequest) on
    /// `new_email`.
    Create PUT "/api/backend/v1/user/{user_id}/email"
    update_user_email: UpdateUserEmail(
        user_id: UserId,
        new_email: String,
        require_email_confirmation: bool,
    ) -> () | NotFound;

    /// Changes what is known of a user; what is not set stays what it is.
    ///
    /// `metadata` is replaced as a whole; of `properties` those that are given are replaced.
    #[doc(alias = "update_user")]
    Idempotent PUT "/api/backend/v1/user/{user_id}"
    update_user_metadata: UpdateUserMetadata(user_id: UserId) {
        /// Sets the username. By default it stays.
        username: String,
        /// Sets the first name. By default it stays.
        first_name: String,
        /// Sets the last name. By default it stays.
        last_name: String,
        /// Sets the URL of a picture. By default it stays.
        picture_url: String,
        /// Sets the metadata, which users cannot see. By default it stays.
        metadata: Map<String, Value>,
        /// Sets custom properties. By default they stay.
        properties: Map<String, Value>,
        /// Tells whether the user must choose a new password at the next login. By default it
        /// stays.
        update_password_required: bool,
        /// Sets the id that the user had elsewhere. By default it stays.
        legacy_user_id: String,
    } -> () | NotFound;

    /// Gives a user another password.
    Idempotent PUT "/api/backend/v1/user/{user_id}/password"
    update_user_password: UpdateUserPassword(user_id: UserId, password: SerializableSecret) {
        /// Asks for a new password at the next login. By default it does not.
        ask_user_to_update_password_on_login: bool,
    } -> () | NotFound;

    /// Takes a user's password away; the other ways to log in stay.
    Idempotent PUT "/api/backend/v1/user/{user_id}/clear_password"
    clear_user_password: ClearUserPassword(user_id: UserId) -> () | NotFound;
}

entity! {
    /// A user that was just created.
    #[derive(PartialEq, Eq)]
    pub struct CreatedUser {
        required {
            /// The id of the new user.
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
