//! What members of a role may do in their organization.

use serde::{Deserialize, Serialize};

/// The settings of a role, under the names of PropelAuth's Terraform provider. What is not set depends on
/// the place of the role.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RoleSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) can_invite: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) can_change_roles: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) can_manage_api_keys: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) can_remove_users: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) can_setup_saml: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) can_delete_org: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) can_edit_org_access: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) can_update_org_metadata: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) can_view_other_members: Option<bool>,
    /// The roles that members of this one give and take, if the project allows several roles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) roles_can_manage: Option<Vec<String>>,
    /// Whether members can neither give the role nor see who has it.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) is_internal: bool,
    /// Whether members cannot give the role.
    #[serde(skip_serializing_if = "is_false")]
    pub(crate) disabled: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // as serde calls it
fn is_false(flag: &bool) -> bool {
    !flag
}

/// What a member does for the organization.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ability {
    Invite,
    ChangeRoles,
    ManageApiKeys,
    RemoveUsers,
    SetupSaml,
    DeleteOrg,
    EditOrgAccess,
    UpdateOrgMetadata,
    ViewOtherMembers,
}

/// The place of a role among the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    First,
    Between,
    Last,
}

impl RoleSettings {
    /// Returns `true` if members of the role may do it.
    pub(super) fn has(&self, ability: Ability, place: Place) -> bool {
        let set = match ability {
            Ability::Invite => self.can_invite,
            Ability::ChangeRoles => self.can_change_roles,
            Ability::ManageApiKeys => self.can_manage_api_keys,
            Ability::RemoveUsers => self.can_remove_users,
            Ability::SetupSaml => self.can_setup_saml,
            Ability::DeleteOrg => self.can_delete_org,
            Ability::EditOrgAccess => self.can_edit_org_access,
            Ability::UpdateOrgMetadata => self.can_update_org_metadata,
            Ability::ViewOtherMembers => self.can_view_other_members,
        };
        set.unwrap_or(match place {
            Place::First => true,
            Place::Between => matches!(
                ability,
                Ability::Invite
                    | Ability::ChangeRoles
                    | Ability::RemoveUsers
                    | Ability::ViewOtherMembers
            ),
            Place::Last => ability == Ability::ViewOtherMembers,
        })
    }
}
