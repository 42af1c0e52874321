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
    text.trim().is_empty()
}
