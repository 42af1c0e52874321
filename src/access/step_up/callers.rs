//! The methods of callers for what only a handler knows: an amount, or a loaded record.

use actix_web::HttpRequest;

use super::{
    proof::{Proof, by_key},
    proven::is_proven,
};
use crate::{
    access::{
        authorized::Authorized, callers::principal::Principal, denied::Denied,
        required_org::RequiredOrg, requirement::Requirement, user::User,
    },
    words::org_member_info::OrgMemberInfo,
};

impl User {
    /// Verifies that the request has a step-up grant of this user for a type of action.
    ///
    /// It is for decisions that only the handler can make. If a whole route requires a grant, use
    /// [`require_step_up`](crate::PropelAuth::require_step_up), and in combination with roles and permissions
    /// [`Requirement::step_up`]. What one of them, or a call of this method, has verified holds for the rest of the
    /// request, so that a one-time grant is not used up twice.
    ///
    /// `POST /api/backend/v1/mfa/step-up/verify-grant`
    ///
    /// ```
    /// use actix_web::{HttpRequest, web};
    /// use actix_web_propelauth::{Denied, User};
    ///
    /// async fn pay(user: User, cents: web::Path<u64>, request: HttpRequest) -> Result<String, Denied> {
    ///     if *cents > 1_000_000 {
    ///         user.verify_step_up("PAY", &request).await?;
    ///     }
    ///     Ok(format!("{} pays {cents} cents", user.email))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// - [`Unauthorized::StepUpRequired`](crate::Unauthorized::StepUpRequired) (401) if the request has no grant that is good for this.
    /// - [`Forbidden::KeyWithoutStepUp`](crate::Forbidden::KeyWithoutStepUp) (403) if the user sent an API key.
    /// - [`Denied::TooManyRequests`] (429) if the user sends too many grants that PropelAuth does not know.
    /// - [`Denied::Unreachable`] (503) if PropelAuth cannot be asked.
    /// - [`Denied::Misconfigured`] (500) if the plan of the project has no step-up.
    pub async fn verify_step_up(
        &self,
        action_type: impl Into<String>,
        request: &HttpRequest,
    ) -> Result<(), Denied> {
        let proof = Proof::new(self, vec![action_type.into()])?;
        proof.require(request).await
    }

    /// Returns the user's membership in an organization if it meets the requirement, which may include a
    /// [step-up grant](Requirement::step_up) of the request.
    ///
    /// It is [`authorize`](Self::authorize) for such requirements. PropelAuth is asked only if the grant decides: not
    /// if the requirement is met without it, and not if it is not met with it either.
    ///
    /// ```
    /// use actix_web::{HttpRequest, web};
    /// use actix_web_propelauth::{Denied, Requirement, User};
    ///
    /// async fn delete(user: User, org_id: web::Path<String>, request: HttpRequest) -> Result<String, Denied> {
    ///     let requirement = Requirement::role("Owner").and(Requirement::step_up("DELETE_ORG"));
    ///     let org = user.authorize_with_step_up(org_id.as_str(), &requirement, &request).await?;
    ///     Ok(format!("{} is deleted", org.org_name))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`authorize`](Self::authorize) and of [`verify_step_up`](Self::verify_step_up).
    pub async fn authorize_with_step_up(
        &self,
        required_org: impl Into<RequiredOrg>,
        requirement: &Requirement,
        request: &HttpRequest,
    ) -> Result<&OrgMemberInfo, Denied> {
        let is_proven = |action: &str| is_proven(request, self, action);
        let authorized = self.decide(&required_org.into(), requirement, &is_proven)?;
        after_step_up(authorized, request).await
    }
}

impl Principal {
    /// Verifies that the request has a step-up grant of this caller for a type of action, as
    /// [`User::verify_step_up`].
    ///
    /// ```
    /// use actix_web::HttpRequest;
    /// use actix_web_propelauth::{Denied, Principal};
    ///
    /// async fn rotate(caller: Principal, request: HttpRequest) -> Result<&'static str, Denied> {
    ///     // A program has no second factor, and rotates its own key without one.
    ///     if caller.key().is_none() {
    ///         caller.verify_step_up("ROTATE_KEY", &request).await?;
    ///     }
    ///     Ok("rotated")
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`User::verify_step_up`]. A caller by API key is denied with 403.
    pub async fn verify_step_up(
        &self,
        action_type: impl Into<String>,
        request: &HttpRequest,
    ) -> Result<(), Denied> {
        match self.user() {
            Some(user) => user.verify_step_up(action_type, request).await,
            None => Err(by_key(&[action_type.into()]).into()),
        }
    }

    /// Returns the caller's membership in an organization if it meets the requirement, which may include a
    /// [step-up grant](Requirement::step_up) of the request, as [`User::authorize_with_step_up`].
    ///
    /// # Errors
    ///
    /// Returns the errors of [`authorize`](Self::authorize) and of [`verify_step_up`](Self::verify_step_up).
    pub async fn authorize_with_step_up(
        &self,
        required_org: impl Into<RequiredOrg>,
        requirement: &Requirement,
        request: &HttpRequest,
    ) -> Result<&OrgMemberInfo, Denied> {
        let is_proven = |action: &str| {
            let user = self.user();
            user.is_some_and(|user| is_proven(request, user, action))
        };
        let authorized = self.decide(&required_org.into(), requirement, &is_proven)?;
        after_step_up(authorized, request).await
    }
}

async fn after_step_up<'a>(
    authorized: Authorized<'a>,
    request: &HttpRequest,
) -> Result<&'a OrgMemberInfo, Denied> {
    match authorized {
        Authorized::Now(org) => Ok(org),
        Authorized::After(proof, org) => proof.require(request).await.map(|()| org),
    }
}
