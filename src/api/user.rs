//! Users.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{
    macros::endpoints,
    refusal::{Never, NotFound},
    reply::entity,
    value::SecretText,
};
use crate::{
    id::{OrgId, UserId},
    org_member_info::OrgMemberInfo,
};

endpoints! {
    /// Fetches, creates and changes users.
    pub group UserApi;

    /// Fetches one user by id.
    #[doc(alias = "fetch_user")]
    #[doc(alias = "get_user")]
    Read GET "/api/backend/v1/user/{user_id}"
    fetch_user_metadata_by_user_id: FetchUserMetadataByUserId(user_id: UserId) {
        /// Also fetches the organizations of the user. By default it does not.
        include_orgs: bool,
    } -> UserMetadata | NotFound;

    /// Creates a user.
    ///
    /// An e-mail address or username that is taken, and anything else that is wrong with the
    /// arguments, is [`Error::BadRequest`](crate::Error::BadRequest).
    Create POST "/api/backend/v1/user/"
    create_user: CreateUser(email: String) {
        /// Tells whether the e-mail address counts as confirmed. By default it does not.
        email_confirmed: bool,
        /// Sends an e-mail that asks to confirm the address. By default PropelAuth decides.
        send_email_to_confirm_email_address: bool,
        /// Asks for a new password at the first login. By default it does not.
        ask_user_to_update_password_on_login: bool,
        /// Sets a password. By default the user has none.
        password: SecretText,
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
}

entity! {
    /// A user, as the backend API tells it.
    #[derive(PartialEq)]
    pub struct UserMetadata {
        required {
            /// The id of the user.
            user_id: UserId,
            /// The e-mail address.
            email: String,
        }
        tolerant {
            /// Tells whether the address was confirmed.
            email_confirmed: bool,
            /// Tells whether the user can log in by password.
            has_password: bool,
            /// The username, where the project has usernames.
            #[serde(skip_serializing_if = "Option::is_none")]
            username: Option<String>,
            /// The first name.
            first_name: Option<String>,
            /// The last name.
            last_name: Option<String>,
            /// The address of a picture.
            picture_url: Option<String>,
            /// Tells whether the user is locked out after too many attempts to log in.
            locked: bool,
            /// Tells whether the user may log in at all.
            enabled: bool,
            /// Tells whether the user has set up a second factor.
            mfa_enabled: bool,
            /// Tells whether the user may create organizations.
            can_create_orgs: bool,
            /// Tells whether the user must choose a new password at the next login.
            update_password_required: bool,
            /// When the user was created, in seconds since 1970 (unix time).
            created_at: i64,
            /// When the user was last seen, in seconds since 1970 (unix time).
            last_active_at: i64,
            /// The id that the user had in the system that it was migrated from.
            #[serde(skip_serializing_if = "Option::is_none")]
            legacy_user_id: Option<String>,
            /// The user's metadata, which users cannot see.
            metadata: Option<Map<String, Value>>,
            /// The custom properties.
            properties: Option<Map<String, Value>>,
            /// The user's organizations; `None` unless they were asked for.
            #[serde(skip_serializing_if = "Option::is_none")]
            org_id_to_org_info: Option<BTreeMap<OrgId, OrgMemberInfo>>,
        }
    }
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
