//! What PropelAuth answers about a valid API key, in the words of this room.
//!
//! The entities of the backend API are in a room that this one does not know.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::words::{
    ids::{OrgId, UserId},
    org_member_info::OrgMemberInfo,
};

/// The owner of a valid key.
#[derive(Debug, Default)]
pub(crate) struct KeyOwner {
    /// The user, if the key has one.
    pub(crate) user: Option<KeyUser>,
    /// The organization, if the key has one.
    pub(crate) org: Option<KeyOrg>,
    /// The membership of the user in the organization.
    pub(crate) user_in_org: Option<OrgMemberInfo>,
    /// The id of the user, once more.
    pub(crate) user_id: Option<UserId>,
    /// The id of the organization, once more.
    pub(crate) org_id: Option<OrgId>,
    /// The metadata of the key.
    pub(crate) metadata: Option<Map<String, Value>>,
    /// Whether the key is of another system.
    pub(crate) is_imported: bool,
}

/// The user of a key.
#[derive(Debug)]
pub(crate) struct KeyUser {
    /// The id.
    pub(crate) user_id: UserId,
    /// The email address.
    pub(crate) email: String,
    /// The first name, if the project collects names.
    pub(crate) first_name: Option<String>,
    /// The last name, if the project collects names.
    pub(crate) last_name: Option<String>,
    /// The username, if the project has usernames.
    pub(crate) username: Option<String>,
    /// The id in the system that the user was migrated from.
    pub(crate) legacy_user_id: Option<String>,
    /// The custom properties.
    pub(crate) properties: Option<Map<String, Value>>,
    /// The metadata of the user.
    pub(crate) metadata: Option<Map<String, Value>>,
    /// All memberships of the user.
    pub(crate) orgs: BTreeMap<OrgId, OrgMemberInfo>,
    /// Whether the account is enabled.
    pub(crate) is_enabled: bool,
}

/// The organization of a key.
#[derive(Debug)]
pub(crate) struct KeyOrg {
    /// The id.
    pub(crate) org_id: OrgId,
    /// The name, which is not unique.
    pub(crate) org_name: String,
    /// The metadata; empty if there is none.
    pub(crate) metadata: Map<String, Value>,
    /// The id in the system that the organization was migrated from.
    pub(crate) legacy_org_id: Option<String>,
}
