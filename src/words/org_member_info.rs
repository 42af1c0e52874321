//! Memberships: a user's roles and permissions in one organization, in the form that access tokens
//! and the backend API share.

use std::{ops::Deref, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Map, Value};

use crate::words::{
    ids::OrgId,
    open_string_enum::open_string_enum,
    strict_json::{StrictMap, strict_json_object},
};

open_string_enum! {
    /// How the roles of an organization relate to each other.
    ///
    /// It is chosen in PropelAuth's dashboard, and decides what [`OrgMember::is_at_least_role`]
    /// means.
    #[derive(Default)]
    pub enum OrgRoleStructure {
        /// Each member has one role, which includes the roles below it.
        #[default]
        SingleRoleInHierarchy = "single_role_in_hierarchy",
        /// Each member may have several roles. Roles have no order and include no other role.
        MultiRole = "multi_role",
    }
}

/// One user's membership in one organization.
///
/// It dereferences to [`OrgMember`], which has the fields and the checks. A clone costs a reference
/// count, so it can be kept beyond the request.
///
/// Handlers behind a guard take it as an argument. It can also be read from JSON, as below.
///
/// ```
/// # use actix_web_propelauth::OrgMemberInfo;
/// # let json = r#"{"org_id":"1","org_name":"Acme Inc","user_role":"Admin",
/// #   "inherited_user_roles_plus_current_role":["Admin","Member"],"user_permissions":[]}"#;
/// # let org_member_info: OrgMemberInfo = serde_json::from_str(json).unwrap();
/// assert_eq!(org_member_info.org_name, "Acme Inc");
/// assert!(org_member_info.is_role("Admin"));
/// assert!(org_member_info.is_at_least_role("Member"));
/// assert!(!org_member_info.has_permission("can_view_billing"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrgMemberInfo(Arc<OrgMember>);

/// The fields of an [`OrgMemberInfo`], under the names that they have in a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct OrgMember {
    /// The id of the organization.
    pub org_id: OrgId,
    /// The name of the organization, as it was entered. Names are not unique: identify an
    /// organization by its id.
    pub org_name: String,
    /// The name in URL-safe form: lower case, with hyphens instead of spaces.
    pub url_safe_org_name: String,
    /// The metadata that you set on the organization; empty if there is none.
    pub org_metadata: Map<String, Value>,
    /// How the organization's roles relate to each other.
    pub org_role_structure: OrgRoleStructure,
    /// The user's role in this organization, such as `Admin`.
    #[doc(alias = "assigned_role")]
    pub user_role: String,
    /// The user's role and, in a hierarchy, every role below it, highest first.
    pub inherited_user_roles_plus_current_role: Vec<String>,
    /// The permissions that the user's roles grant.
    #[doc(alias = "permissions")]
    pub user_permissions: Vec<String>,
    /// The user's roles beside `user_role`, if the structure is [`OrgRoleStructure::MultiRole`].
    pub additional_roles: Vec<String>,
    /// The id of the organization in the system that it was migrated from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legacy_org_id: Option<String>,
}

impl OrgMember {
    /// Returns `true` if the user has exactly this role; inherited roles do not count.
    ///
    /// With [`OrgRoleStructure::MultiRole`] the additional roles count as well.
    ///
    /// ```
    /// # use actix_web_propelauth::OrgMemberInfo;
    /// # let json = r#"{"org_id":"1","user_role":"Admin",
    /// #   "inherited_user_roles_plus_current_role":["Admin","Member"]}"#;
    /// # let admin: OrgMemberInfo = serde_json::from_str(json).unwrap();
    /// assert!(admin.is_role("Admin"));
    /// assert!(!admin.is_role("Member"));
    /// assert!(!admin.is_role("admin")); // case-sensitive
    /// ```
    #[must_use]
    pub fn is_role(&self, role: &str) -> bool {
        self.user_role == role || (self.is_multi_role() && contains(&self.additional_roles, role))
    }

    /// Returns `true` if the user has this role or one above it.
    ///
    /// With [`OrgRoleStructure::MultiRole`], roles have no order, so this is the same as
    /// [`is_role`](Self::is_role).
    ///
    /// The hierarchy is the one in the token (`inherited_user_roles_plus_current_role`). A role
    /// that the project does not have is never reached, so a misspelled one denies everyone.
    ///
    /// ```
    /// # use actix_web_propelauth::OrgMemberInfo;
    /// # let json = r#"{"org_id":"1","user_role":"Admin",
    /// #   "inherited_user_roles_plus_current_role":["Admin","Member"]}"#;
    /// # let admin: OrgMemberInfo = serde_json::from_str(json).unwrap();
    /// assert!(admin.is_at_least_role("Member"));
    /// assert!(admin.is_at_least_role("Admin"));
    /// assert!(!admin.is_at_least_role("Owner"));
    /// ```
    #[must_use]
    pub fn is_at_least_role(&self, role: &str) -> bool {
        if self.is_multi_role() {
            self.is_role(role)
        } else {
            contains(&self.inherited_user_roles_plus_current_role, role)
        }
    }

    /// Returns `true` if the user's roles grant this permission. The comparison is case-sensitive.
    ///
    /// ```
    /// # use actix_web_propelauth::OrgMemberInfo;
    /// # let json = r#"{"org_id":"1","user_role":"Admin","user_permissions":["can_view_billing"]}"#;
    /// # let admin: OrgMemberInfo = serde_json::from_str(json).unwrap();
    /// assert!(admin.has_permission("can_view_billing"));
    /// assert!(!admin.has_permission("can_edit_billing"));
    /// ```
    #[must_use]
    pub fn has_permission(&self, permission: &str) -> bool {
        contains(&self.user_permissions, permission)
    }

    /// Returns `true` if the user's roles grant all of these permissions.
    ///
    /// Returns `true` for an empty slice, as the official SDKs do. Guards do not accept an empty
    /// list, because it is more likely a mistake than a wish to let every member in.
    ///
    /// ```
    /// # use actix_web_propelauth::OrgMemberInfo;
    /// # let json = r#"{"org_id":"1","user_role":"Admin","user_permissions":["read","write"]}"#;
    /// # let admin: OrgMemberInfo = serde_json::from_str(json).unwrap();
    /// assert!(admin.has_all_permissions(&["read", "write"]));
    /// assert!(!admin.has_all_permissions(&["read", "delete"]));
    /// assert!(admin.has_all_permissions::<&str>(&[]));
    /// ```
    #[must_use]
    pub fn has_all_permissions<P: AsRef<str>>(&self, permissions: &[P]) -> bool {
        permissions
            .iter()
            .all(|permission| self.has_permission(permission.as_ref()))
    }

    // An unknown structure counts as a hierarchy, as in the official SDKs.
    fn is_multi_role(&self) -> bool {
        self.org_role_structure == OrgRoleStructure::MultiRole
    }
}

fn contains(list: &[String], wanted: &str) -> bool {
    list.iter().any(|item| item == wanted)
}

impl Deref for OrgMemberInfo {
    type Target = OrgMember;

    fn deref(&self) -> &OrgMember {
        &self.0
    }
}

impl From<OrgMember> for OrgMemberInfo {
    fn from(fields: OrgMember) -> Self {
        Self(Arc::new(fields))
    }
}

impl Serialize for OrgMemberInfo {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for OrgMemberInfo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        OrgMemberWire::deserialize(deserializer)?.identified(None)
    }
}

strict_json_object! {
    /// An [`OrgMember`] as it is received: older servers omit some fields.
    ///
    /// Absent roles and permissions are empty lists, which grant nothing.
    pub(crate) struct OrgMemberWire {
        org_id: Option<OrgId> = or_default,
        org_name: String = or_default,
        url_safe_org_name: String = or_default,
        org_metadata: StrictMap = or_default,
        org_role_structure: OrgRoleStructure = or_default,
        user_role: String = or_default,
        inherited_user_roles_plus_current_role: Vec<String> = or_default,
        user_permissions: Vec<String> = or_default,
        additional_roles: Vec<String> = or_default,
        legacy_org_id: Option<String> = or_default,
    }
}

impl OrgMemberWire {
    /// Returns the membership, with the id of its organization taken from the map's key or from
    /// inside.
    ///
    /// Fails if the two differ, both are missing, or the id is empty. A check by the key and a
    /// handler that reads the id inside must mean the same organization: otherwise a check of one
    /// could open another.
    pub(crate) fn identified<E: de::Error>(self, key: Option<&OrgId>) -> Result<OrgMemberInfo, E> {
        let org_id = match (key, self.org_id) {
            (Some(key), Some(inner)) if *key != inner => {
                return Err(E::custom("org_id differs from the key of its entry"));
            }
            (_, Some(inner)) => inner,
            (Some(key), None) => key.clone(),
            (None, None) => return Err(E::missing_field("org_id")),
        };
        if org_id.is_empty() {
            return Err(E::custom("org_id is empty"));
        }
        let [mut inherited, mut permissions, mut additional] = [
            self.inherited_user_roles_plus_current_role,
            self.user_permissions,
            self.additional_roles,
        ];
        // A cached token keeps these lists in memory, and up to half of a grown list is unused.
        for list in [&mut inherited, &mut permissions, &mut additional] {
            list.shrink_to_fit();
        }
        Ok(OrgMemberInfo::from(OrgMember {
            org_id,
            org_name: self.org_name,
            url_safe_org_name: self.url_safe_org_name,
            org_metadata: self.org_metadata.0,
            org_role_structure: self.org_role_structure,
            user_role: self.user_role,
            inherited_user_roles_plus_current_role: inherited,
            user_permissions: permissions,
            additional_roles: additional,
            legacy_org_id: self.legacy_org_id,
        }))
    }
}
