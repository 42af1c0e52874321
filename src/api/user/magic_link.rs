//! Magic links: URLs that log in a user.

use std::collections::BTreeMap;

use super::UserApi;
use crate::{
    api::declare::endpoints,
    endpoint::{Never, SerializableSecret, response::entity},
};

endpoints! {
    pub part of UserApi;

    /// Creates a link that logs in any user who opens it. PropelAuth does not send the link.
    ///
    /// # Errors
    ///
    /// Returns [`Error::BadRequest`](crate::Error::BadRequest) if an argument is invalid.
    Create POST "/api/backend/v1/magic_link"
    create_magic_link: CreateMagicLink(email: String) {
        /// Sets the URL that the user is redirected to after the login. By default, the
        /// project's own page.
        redirect_to_url: String,
        /// Sets how long the link is valid, in hours. By default, the project decides.
        expires_in_hours: u32,
        /// Sets whether to create a user when the link is opened, if no user has the address.
        /// By default, `true`. With `false`, the call returns
        /// [`Error::BadRequest`](crate::Error::BadRequest) on `email` if no user has the address.
        create_new_user_if_one_doesnt_exist: bool,
        /// Sets whether the link is valid for one login only. By default, the project decides.
        expire_after_first_use: bool,
        /// Sets whether a page with a button is shown first, because some mail programs open
        /// links on their own. By default, the project decides.
        requires_interstitial: bool,
        /// Sets the query parameters that are recorded for the sign-up if a user is created.
        user_signup_query_parameters: BTreeMap<String, String>,
    } -> MagicLink | Never;
}

entity! {
    /// A link that logs in any user who opens it.
    pub struct MagicLink {
        required {
            /// The URL of the link.
            url: SerializableSecret,
        }
    }
}
