//! Users brought in from elsewhere, and links that log in.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{UserApi, change::CreatedUser};
use crate::{
    api::declare::endpoints,
    endpoint::{Never, NotFound, SerializableSecret, response::entity},
    id::UserId,
};

endpoints! {
    pub part of UserApi;

    /// Creates a user who had an account elsewhere.
    ///
    /// An e-mail address or username that is taken, and anything else that is wrong with the
    /// arguments, is [`Error::BadRequest`](crate::Error::BadRequest).
    #[doc(alias = "migrate_user")]
    Create POST "/api/backend/v1/migrate_user/"
    migrate_user_from_external_source:
    MigrateUserFromExternalSource(email: String, email_confirmed: bool) {
        /// Sets the id that the user had, the `legacy_user_id` from then on. By default there is
        /// none.
        existing_user_id: String,
        /// Sets the hash of the password that the user had, by bcrypt or argon2. By default the
        /// user has no password.
        existing_password_hash: SerializableSecret,
        /// Sets the secret of the user's authenticator app, in base32. By default the user has
        /// no second factor.
        existing_mfa_base32_encoded_secret: SerializableSecret,
        /// Asks for a new password at the first login. By default it does not.
        #[doc(alias = "ask_user_to_update_password_on_login")]
        update_password_required: bool,
        /// Tells whether the user may log in. By default it may.
        enabled: bool,
        /// Sets the first name. By default there is none.
        first_name: String,
        /// Sets the last name. By default there is none.
        last_name: String,
        /// Sets the username. By default there is none.
        username: String,
        /// Sets the URL of a picture. By default there is none.
        picture_url: String,
        /// Sets the custom properties. By default there are none.
        properties: Map<String, Value>,
    } -> CreatedUser | Never;

    /// Gives a user the password that it had elsewhere, by its bcrypt or argon2 hash.
    Idempotent POST "/api/backend/v1/migrate_user/password"
    migrate_user_password: MigrateUserPassword(user_id: UserId, password_hash: SerializableSecret)
    -> () | NotFound;

    /// Creates a link that logs in whoever opens it. It is not sent to anybody.
    Create POST "/api/backend/v1/magic_link"
    create_magic_link: CreateMagicLink(email: String) {
        /// Sets where the link leads to after the login. By default it is the project's page.
        redirect_to_url: String,
        /// Sets for how many hours the link is good. By default the project decides.
        expires_in_hours: u32,
        /// Creates a user when the link is opened, if no user has the address. By default, it
        /// does. With `false`, an address that no user has is
        /// [`Error::BadRequest`](crate::Error::BadRequest) on `email`.
        create_new_user_if_one_doesnt_exist: bool,
        /// Makes the link good for one login only. By default the project decides.
        expire_after_first_use: bool,
        /// Shows a page with a button first, as some mail programs open links by themselves. By
        /// default the project decides.
        requires_interstitial: bool,
        /// Sets the query parameters that a user who is created counts as having signed up
        /// with. By default there are none.
        user_signup_query_parameters: BTreeMap<String, String>,
    } -> MagicLink | Never;
}

entity! {
    /// A link that logs in whoever opens it.
    pub struct MagicLink {
        required {
            /// The URL.
            url: SerializableSecret,
        }
    }
}
