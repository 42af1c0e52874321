//! What a user may do: the checks that guards make, for handlers.

use super::{
    authorized::Authorized,
    denied::{Denied, Forbidden},
    membership,
    required_org::RequiredOrg,
    requirement::{Requirement, Standing},
    shortfall::Held,
    step_up::proof::Proof,
    user::User,
};
use crate::words::org_member_info::OrgMemberInfo;

impl User {
    /// Denies a user whom an employee is impersonating.
    ///
    /// ```
    /// use actix_web_propelauth::{Denied, User};
    ///
    /// async fn delete_account(user: User) -> Result<&'static str, Denied> {
    ///     user.deny_impersonation()?;
    ///     Ok("deleted")
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Forbidden::Impersonated`] (403) if the token names an impersonator.
    pub fn deny_impersonation(&self) -> Result<(), Denied> {
        if self.is_impersonated() {
            return Err(Forbidden::Impersonated.into());
        }
        Ok(())
    }

    /// Returns the user's membership in an organization if it meets the requirement.
    ///
    /// This is the check that the guards make. Use it where the organization is known only in the
    /// handler, such as from the body or from a database. A handler returns the error with `?`,
    /// which responds with 403.
    ///
    /// ```
    /// use actix_web_propelauth::{Denied, Requirement, User};
    ///
    /// async fn rename(user: User, org_id: actix_web::web::Path<String>) -> Result<String, Denied> {
    ///     let org = user.authorize(org_id.as_str(), &Requirement::role("Owner"))?;
    ///     Ok(format!("renaming {}", org.org_name))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Denied::Forbidden`] with
    ///
    /// - [`Forbidden::OrgUnspecified`] if the id or name is empty or cannot be one,
    /// - [`Forbidden::UserIsNotInOrg`] if the user is not a member,
    /// - [`Forbidden::AmbiguousOrgName`] or [`Forbidden::OrgNameNotUnique`] if the name does not
    ///   identify one organization,
    /// - [`Forbidden::Impersonated`] if the user would meet the requirement if no employee were impersonating
    ///   the user,
    /// - [`Forbidden::RequirementNotMet`] if the user does not meet the requirement otherwise.
    ///
    /// Returns [`InvalidToken::Stale`](crate::InvalidToken::Stale) if the membership changed since the token was
    /// issued, and [`Misconfigured::StepUpNotAwaited`](crate::Misconfigured::StepUpNotAwaited) if the requirement includes a [step-up
    /// grant](Requirement::step_up), which [`authorize_with_step_up`](Self::authorize_with_step_up) verifies.
    pub fn authorize(
        &self,
        required_org: impl Into<RequiredOrg>,
        requirement: &Requirement,
    ) -> Result<&OrgMemberInfo, Denied> {
        self.decide(&required_org.into(), requirement, &|_| false)?
            .without_step_up(requirement)
    }

    /// Decides what of a requirement the user meets, given the actions that were proven by a grant.
    pub(super) fn decide(
        &self,
        required_org: &RequiredOrg,
        requirement: &Requirement,
        is_proven: &dyn Fn(&str) -> bool,
    ) -> Result<Authorized<'_>, Denied> {
        let org = match membership::find(&self.org_id_to_org_member_info, required_org) {
            Ok(org) => org,
            Err(forbidden @ Forbidden::UserIsNotInOrg(_)) => {
                return Err(self.stale_for(required_org).unwrap_or(forbidden.into()));
            }
            Err(forbidden) => return Err(forbidden.into()),
        };
        match requirement.check(org, self.is_impersonated(), is_proven) {
            Standing::Met => return Ok(Authorized::Now(org)),
            Standing::MetWithAnyOf(actions) => {
                let proof = Box::new(Proof::new(self, actions)?);
                return Ok(Authorized::After(proof, org));
            }
            Standing::NotMet => {}
        }
        let is_met_otherwise = || requirement.check(org, false, is_proven) != Standing::NotMet;
        if self.is_impersonated() && is_met_otherwise() {
            return Err(Forbidden::Impersonated.into());
        }
        let org_id = org.org_id.clone();
        Err(Forbidden::RequirementNotMet {
            org_id,
            requirement: requirement.clone(),
            held: Held(org.clone()),
        }
        .into())
    }
}
