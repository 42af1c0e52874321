//! [`Kept`]: what of a membership has to stay the same for a connection to go on.

use std::collections::BTreeSet;

use crate::{
    access::{authorized::Authorized, requirement::Requirement, user::User},
    words::{ids::OrgId, org_member_info::OrgMemberInfo},
};

/// What of a membership has to stay.
pub(super) enum Kept {
    /// The roles and the permissions. A route may have been open to exactly this role, so that a higher one is a
    /// change as well.
    Rights(Option<OrgMemberInfo>),
    /// That it meets a requirement, with whatever roles.
    Requirement(Requirement),
}

impl Kept {
    /// Returns `true` if a user with the memberships of now still has it.
    pub(super) fn is_kept_by(&self, user: &User, org_id: &OrgId) -> bool {
        match self {
            Self::Rights(then) => {
                let then_and_now = then.as_ref().zip(user.org(org_id));
                then_and_now.is_some_and(|(then, now)| has_same_rights(then, now))
            }
            Self::Requirement(requirement) => meets(user, org_id, requirement),
        }
    }
}

/// Returns `true` if a user meets a requirement, as far as that can change later.
///
/// A grant that a guard has verified when the connection began is not asked for again. API keys have none.
pub(super) fn meets(user: &User, org_id: &OrgId, requirement: &Requirement) -> bool {
    let has_grant = |_: &str| user.api_key().is_none();
    let decided = user.decide(&org_id.as_str().into(), requirement, &has_grant);
    matches!(decided, Ok(Authorized::Now(_)))
}

/// Returns `true` if the roles and the permissions are the same. The name or the metadata of the organization may
/// have changed.
fn has_same_rights(one: &OrgMemberInfo, other: &OrgMemberInfo) -> bool {
    let lists = |it: &OrgMemberInfo| {
        [
            &it.inherited_user_roles_plus_current_role,
            &it.user_permissions,
            &it.additional_roles,
        ]
        // In whatever order they are.
        .map(|list| list.iter().cloned().collect::<BTreeSet<String>>())
    };
    one.user_role == other.user_role
        && one.org_role_structure == other.org_role_structure
        && lists(one) == lists(other)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::has_same_rights;
    use crate::words::org_member_info::OrgMemberInfo;

    fn member(change: &Value) -> OrgMemberInfo {
        let mut org = json!({
            "org_id": "o", "org_name": "O", "user_role": "Admin", "user_permissions": ["a", "b"],
            "inherited_user_roles_plus_current_role": ["Admin", "Member"],
            "org_role_structure": "single_role_in_hierarchy", "additional_roles": ["Extra"],
        });
        for (name, value) in change.as_object().unwrap() {
            org[name] = value.clone();
        }
        serde_json::from_value(org).unwrap()
    }

    #[test]
    fn each_change_of_roles_and_permissions_is_one_and_no_other_change_is() {
        let before = member(&json!({}));
        for (change, is_same) in [
            (json!({}), true),
            (json!({"org_name": "P", "org_metadata": {"plan": 1}}), true),
            (json!({"user_permissions": ["b", "a"]}), true),
            (json!({"user_permissions": ["a"]}), false),
            (json!({"user_permissions": ["a", "b", "c"]}), false),
            (json!({"user_role": "Member"}), false),
            (json!({"additional_roles": []}), false),
            (json!({"org_role_structure": "multi_role"}), false),
            (
                json!({"inherited_user_roles_plus_current_role": ["Admin"]}),
                false,
            ),
        ] {
            let after = member(&change);
            assert_eq!(has_same_rights(&before, &after), is_same, "{change}");
            assert_eq!(has_same_rights(&after, &before), is_same, "{change}");
        }
    }
}
