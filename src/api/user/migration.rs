//! Migration of users from another system.

use serde_json::{Map, Value};

use super::{UserApi, change::CreatedUser};
use crate::{
    api::declare::endpoints,
    endpoint::{Never, NotFound, SerializableSecret},
    words::ids::UserId,
};

endpoints! {
    pub part of UserApi;

    /// Creates a user that has an account in another system.
    ///
    /// # Errors
    ///
    /// Returns [`Error::BadRequest`](crate::Error::BadRequest) if the email address or username
    /// is taken, or another argument is invalid.
    #[doc(alias = "migrate_user")]
    Create POST "/api/backend/v1/migrate_user/"
    migrate_user_from_external_source:
    MigrateUserFromExternalSource(email: String, email_confirmed: bool) {
        /// Sets the id of the user in the other system, which becomes the `legacy_user_id`.
        existing_user_id: String,
        /// Sets the bcrypt or argon2 hash of the user's password. By default, the user has no
        /// password.
        existing_password_hash: SerializableSecret,
        /// Sets the secret of the user's authenticator app, in base32. By default, the user has
        /// no second factor.
        existing_mfa_base32_encoded_secret: SerializableSecret,
        /// Sets whether the user must choose a new password at the first login. By default,
        /// `false`.
        #[doc(alias = "ask_user_to_update_password_on_login")]
        update_password_required: bool,
        /// Sets whether the user can log in. By default, `true`.
        enabled: bool,
        /// Sets the first name.
        first_name: String,
        /// Sets the last name.
        last_name: String,
        /// Sets the username.
        username: String,
        /// Sets the URL of the user's picture.
        picture_url: String,
        /// Sets the custom properties.
        properties: Map<String, Value>,
    } -> CreatedUser | Never;

    /// Sets the password of a user by the bcrypt or argon2 hash from another system.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user, and
    /// [`Error::BadRequest`](crate::Error::BadRequest) if the hash is not supported.
    Idempotent POST "/api/backend/v1/migrate_user/password"
    migrate_user_password: MigrateUserPassword(user_id: UserId, password_hash: SerializableSecret)
    -> () | NotFound;
}
