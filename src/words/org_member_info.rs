//! What one user is in one organization: the shape shared by access tokens and the backend API.

use std::{ops::Deref, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::{Map, Value};

use crate::{
    id::OrgId,
    strict::{StrictMap, strict_object},
    wire_enum::wire_enum,
};

wire_enum! {
    /// How the roles of an organization relate to each other.
    #[derive(Default)]
    pub enum OrgRoleStructure {
        /// One role for each member; a role includes those below it.
        #[default]
        SingleRoleInHierarchy = "single_role_in_hierarchy",
        /// Any number of roles for each member, none of which includes another.
        MultiRole = "multi_role",
    }
}

/// One user's membership in one organization.
///
/// The fields are those of [`OrgMember`], reached by `Deref`. A clone costs a reference count.
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
    /// The name of the organization, as people wrote it. Names are not unique.
    pub org_name: String,
    /// The name in the form that URLs use: lower case, hyphens for spaces.
    pub url_safe_org_name: String,
    /// The organization's own metadata; empty when it has none.
    pub org_metadata: Map<String, Value>,
    /// How the organization's roles relate to each other.
    pub org_role_structure: OrgRoleStructure,
    /// The user's role in this organization, such as `Admin`.
    #[doc(alias = "assigned_role")]
    pub user_role: String,
    /// The user's role and, in a hierarchy, every role below it, highest first.
    pub inherited_user_roles_plus_current_role: Vec<String>,
    /// The permissions that the user's roles give.
    #[doc(alias = "permissions")]
    pub user_permissions: Vec<String>,
    /// Further roles of the user, where the structure is [`OrgRoleStructure::MultiRole`].
    pub additional_roles: Vec<String>,
    /// The id that the organization had in the system it was migrated from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legacy_org_id: Option<String>,
}

impl OrgMember {
    /// Tells whether the user has this role: exactly, and not by inheritance.
    ///
    /// With [`OrgRoleStructure::MultiRole`] the additional roles count as well.
    #[must_use]
    pub fn is_role(&self, role: &str) -> bool {
        self.user_role == role || (self.is_multi_role() && contains(&self.additional_roles, role))
    }

    /// Tells whether the user has this role or one above it.
    ///
    /// With [`OrgRoleStructure::MultiRole`] there is no above: this is [`is_role`](Self::is_role).
    #[must_use]
    pub fn is_at_least_role(&self, role: &str) -> bool {
        if self.is_multi_role() {
            self.is_role(role)
        } else {
            contains(&self.inherited_user_roles_plus_current_role, role)
        }
    }

    /// Tells whether the user's roles give this permission; upper and lower case differ.
    #[must_use]
    pub fn has_permission(&self, permission: &str) -> bool {
        contains(&self.user_permissions, permission)
    }

    /// Tells whether the user's roles give every one of these permissions.
    ///
    /// Of no permissions at all the user has every one: the answer is `true`, as in
    /// PropelAuth's own libraries. The guards refuse such a list when they are built.
    #[must_use]
    pub fn has_all_permissions<P: AsRef<str>>(&self, permissions: &[P]) -> bool {
        permissions
            .iter()
            .all(|permission| self.has_permission(permission.as_ref()))
    }

    // A structure that we do not know is read as a hierarchy, as PropelAuth's libraries do.
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

strict_object! {
    /// An [`OrgMember`] as it comes, where older servers leave fields out.
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
    /// Settles which organization this is: the key of the map around it and the id inside must
    /// not disagree, and one of them must be there.
    pub(crate) fn identified<E: de::Error>(self, key: Option<&OrgId>) -> Result<OrgMemberInfo, E> {
        let org_id = match (key, self.org_id) {
            (Some(key), Some(inner)) if *key != inner => {
                return Err(E::custom(
                    "org_id differs from the key that it stands under",
                ));
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
        // Kept for as long as the token is: up to half of a list that was grown is room to spare.
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
