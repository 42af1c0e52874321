//! Whether a member meets a requirement.
//!
//! This is the only place where roles and permissions are compared to allow or deny a request, so
//! guards, handlers and the `validate_…` methods cannot disagree.

use super::requirement::Requirement;
use crate::words::org_member_info::OrgMemberInfo;

/// Whether a member meets a requirement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::access) enum Standing {
    /// The member meets it.
    Met,
    /// The member meets it with a grant for any of these actions, of which there is at least one.
    MetWithAnyOf(Vec<String>),
    /// The member does not meet it with any grant.
    NotMet,
}

impl Requirement {
    /// Returns `true` if a member meets this requirement, and always `false` for an empty
    /// requirement.
    ///
    /// A membership says neither whether the user is impersonated nor what a grant has proven, so that
    /// [`NotImpersonated`](Self::NotImpersonated) and [`StepUp`](Self::StepUp) are not met here;
    /// [`User::authorize`](crate::User::authorize) knows the first, and
    /// [`User::authorize_with_step_up`](crate::User::authorize_with_step_up) both.
    ///
    /// ```
    /// use actix_web_propelauth::{Requirement, User};
    ///
    /// /// Returns the organizations in which the user can export data.
    /// fn exportable(user: &User) -> Vec<&str> {
    ///     let requirement = Requirement::permission("data::export");
    ///     let orgs = user.orgs().filter(|org| requirement.is_met_by(org));
    ///     orgs.map(|org| org.org_name.as_str()).collect()
    /// }
    /// ```
    #[must_use]
    pub fn is_met_by(&self, org_member_info: &OrgMemberInfo) -> bool {
        self.check(org_member_info, true, &|_| false) == Standing::Met
    }

    /// Decides whether a member meets this requirement who is, or is not, impersonated, and who has proven these
    /// actions by a grant.
    pub(in crate::access) fn check(
        &self,
        org: &OrgMemberInfo,
        is_impersonated: bool,
        is_proven: &dyn Fn(&str) -> bool,
    ) -> Standing {
        let holds = |is_proven: &dyn Fn(&str) -> bool| {
            self.holds(&|part| part.is_met_alone(org, is_impersonated, is_proven))
        };
        if self.is_vacuous() {
            return Standing::NotMet;
        }
        if holds(is_proven) {
            return Standing::Met;
        }
        if !self.has_step_up() {
            return Standing::NotMet;
        }
        // A request has one grant, and a grant is for one action.
        let mut actions = self.actions();
        actions.retain(|action| holds(&|proven| proven == *action || is_proven(proven)));
        if actions.is_empty() {
            return Standing::NotMet;
        }
        Standing::MetWithAnyOf(actions.into_iter().map(str::to_owned).collect())
    }

    /// Returns `true` if a member meets this requirement as far as it is not about grants and impersonation, so
    /// that the log can name the part which is not met.
    pub(in crate::access) fn is_met_otherwise(&self, org: &OrgMemberInfo) -> bool {
        self.check(org, false, &|_| true) == Standing::Met
    }

    /// Returns `true` if the parts hold as this requirement combines them.
    fn holds(&self, part_holds: &impl Fn(&Self) -> bool) -> bool {
        match self {
            Self::All(parts) => parts.iter().all(|part| part.holds(part_holds)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(part_holds)),
            part => part_holds(part),
        }
    }

    /// Returns `true` if a member meets this requirement, which is no combination.
    fn is_met_alone(
        &self,
        org: &OrgMemberInfo,
        is_impersonated: bool,
        is_proven: &dyn Fn(&str) -> bool,
    ) -> bool {
        match self {
            Self::Member => true,
            Self::Role(role) => org.is_role(role),
            Self::MinimumRole(role) => org.is_at_least_role(role),
            Self::Permission(permission) => org.has_permission(permission),
            Self::AllPermissions(permissions) => org.has_all_permissions(permissions),
            Self::AnyRole(roles) => roles.iter().any(|role| org.is_role(role)),
            Self::AnyPermission(list) => list.iter().any(|one| org.has_permission(one)),
            Self::NotImpersonated => !is_impersonated,
            Self::StepUp(action) => is_proven(action),
            Self::All(_) | Self::Any(_) => false,
        }
    }

    /// Returns the actions that grants are required for, in any part and without duplicates.
    fn actions(&self) -> Vec<&str> {
        let mut actions = Vec::new();
        self.add_actions(&mut actions);
        actions
    }

    fn add_actions<'a>(&'a self, actions: &mut Vec<&'a str>) {
        match self {
            Self::StepUp(action) if !actions.contains(&action.as_str()) => actions.push(action),
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.add_actions(actions);
                }
            }
            _ => {}
        }
    }

    /// Returns `true` if a grant is required in any part.
    pub(crate) fn has_step_up(&self) -> bool {
        match self {
            Self::StepUp(_) => true,
            Self::All(parts) | Self::Any(parts) => parts.iter().any(Self::has_step_up),
            _ => false,
        }
    }

    /// Returns `true` if only two grants would do: a request has one, which is for one action.
    pub(crate) fn needs_two_grants(&self) -> bool {
        let holds_with = |proven: Option<&str>| {
            self.holds(&|part| match part {
                Self::StepUp(action) => Some(action.as_str()) == proven,
                _ => true,
            })
        };
        let actions = self.actions();
        let with_one = || actions.iter().any(|action| holds_with(Some(action)));
        !actions.is_empty() && !holds_with(None) && !with_one()
    }

    /// Returns `true` if a role or a permission is blank or a list is empty, in any part of the requirement.
    pub(crate) fn is_vacuous(&self) -> bool {
        match self {
            Self::Member | Self::NotImpersonated => false,
            Self::Role(text)
            | Self::MinimumRole(text)
            | Self::Permission(text)
            | Self::StepUp(text) => is_blank(text),
            Self::AllPermissions(list) | Self::AnyRole(list) | Self::AnyPermission(list) => {
                list.is_empty() || list.iter().any(|text| is_blank(text))
            }
            Self::All(parts) | Self::Any(parts) => {
                parts.is_empty() || parts.iter().any(Self::is_vacuous)
            }
        }
    }
}

fn is_blank(text: &str) -> bool {
    // Unlike a comparison of what is trimmed, this ends with the first character of most texts.
    text.chars().all(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Requirement, Standing};
    use crate::words::org_member_info::{OrgMember, OrgMemberInfo, OrgRoleStructure};

    const ACTIONS: [&str; 3] = ["PAY", "SIGN", "DELETE"];

    fn member() -> OrgMemberInfo {
        OrgMember {
            org_id: "o".into(),
            org_name: "Acme".to_owned(),
            url_safe_org_name: "acme".to_owned(),
            org_metadata: serde_json::Map::new(),
            org_role_structure: OrgRoleStructure::default(),
            user_role: "Held".to_owned(),
            inherited_user_roles_plus_current_role: vec!["Held".to_owned()],
            user_permissions: Vec::new(),
            additional_roles: Vec::new(),
            legacy_org_id: None,
        }
        .into()
    }

    fn requirements() -> impl Strategy<Value = Requirement> {
        let leaf = prop_oneof![
            Just(Requirement::role("Held")),
            Just(Requirement::role("Lacking")),
            (0..ACTIONS.len()).prop_map(|index| Requirement::step_up(ACTIONS[index])),
        ];
        leaf.prop_recursive(3, 12, 3, |part| {
            let parts = || prop::collection::vec(part.clone(), 1..4);
            prop_oneof![
                parts().prop_map(Requirement::all),
                parts().prop_map(Requirement::any)
            ]
        })
    }

    /// A model: what holds if exactly these actions are proven, and the role is held or not.
    fn holds(requirement: &Requirement, proven: &[&str], role: Option<&str>) -> bool {
        match requirement {
            Requirement::Role(name) => role.is_none_or(|role| role == name),
            Requirement::StepUp(action) => proven.contains(&action.as_str()),
            Requirement::All(parts) => !parts.iter().any(|part| !holds(part, proven, role)),
            Requirement::Any(parts) => parts.iter().any(|part| holds(part, proven, role)),
            other => panic!("{other}"),
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        /// PropelAuth is asked about exactly the actions of which one more decides.
        #[test]
        fn a_grant_is_asked_about_if_and_only_if_it_decides(
            requirement in requirements(),
            proven in prop::sample::subsequence(ACTIONS.to_vec(), 0..3),
        ) {
            let found = requirement.check(&member(), false, &|action| proven.contains(&action));
            let with = |action: &str| {
                let mut all = proven.clone();
                all.extend(ACTIONS.iter().filter(|one| **one == action));
                holds(&requirement, &all, Some("Held"))
            };
            match found {
                Standing::Met => prop_assert!(holds(&requirement, &proven, Some("Held"))),
                Standing::NotMet => {
                    prop_assert!(!holds(&requirement, &proven, Some("Held")));
                    prop_assert!(!ACTIONS.iter().any(|action| with(action)));
                }
                Standing::MetWithAnyOf(found) => {
                    prop_assert!(!holds(&requirement, &proven, Some("Held")));
                    let mut found: Vec<_> = found.iter().map(String::as_str).collect();
                    found.sort_unstable();
                    let mut expected: Vec<_> = ACTIONS.into_iter().filter(|it| with(it)).collect();
                    expected.sort_unstable();
                    prop_assert!(!expected.is_empty());
                    prop_assert_eq!(found, expected);
                }
            }
            let with_one = |action: &str| holds(&requirement, &[action], None);
            let needs_two = !holds(&requirement, &[], None) && !ACTIONS.iter().any(|it| with_one(it));
            prop_assert_eq!(requirement.needs_two_grants(), needs_two);
            let text = requirement.to_string();
            prop_assert_eq!(requirement.has_step_up(), text.contains("step-up"));
        }
    }

    #[test]
    fn the_actions_are_asked_about_in_the_order_in_which_they_are_written() {
        let any = Requirement::any(ACTIONS.map(Requirement::step_up));
        let twice = any.clone().or(any);
        let found = twice.check(&member(), false, &|_| false);
        assert_eq!(
            found,
            Standing::MetWithAnyOf(ACTIONS.map(str::to_owned).into())
        );
    }

    #[test]
    fn a_membership_alone_meets_neither_a_grant_nor_that_nobody_impersonates_the_user() {
        let org = member();
        assert!(Requirement::member().is_met_by(&org));
        assert!(!Requirement::step_up("PAY").is_met_by(&org));
        assert!(!Requirement::not_impersonated().is_met_by(&org));
    }
}
