//! [`Forbidden`]: why an authenticated caller is not allowed (403).

use crate::{
    access::{
        required_org::RequiredOrg, requirement::Requirement, shortfall::Held,
        unspecified_org::UnspecifiedOrg,
    },
    words::ids::OrgId,
};

/// The reason why an authenticated user is not allowed.
///
/// ```
/// use actix_web_propelauth::{Denied, Forbidden, Requirement, User};
///
/// /// Distinguishes members who lack the role from users who are not members.
/// fn message(user: &User, org_id: &str) -> &'static str {
///     match user.authorize(org_id, &Requirement::role("Owner")) {
///         Ok(_) => "welcome",
///         Err(Denied::Forbidden(Forbidden::RequirementNotMet { .. })) => "ask an owner",
///         Err(_) => "not found",
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Forbidden {
    /// The request names no organization, or more than one.
    #[error("no usable organization in the request: {0}")]
    OrgUnspecified(UnspecifiedOrg),
    /// The user is not a member of the organization.
    #[error("the user is not a member of the organization {0}")]
    UserIsNotInOrg(RequiredOrg),
    /// The name matches more than one of the user's organizations. Choosing one of them could give
    /// access to the wrong one.
    #[error("more than one of the user's organizations is called {0:?}; look it up by id")]
    AmbiguousOrgName(String),
    /// The name is only the display name of one of the user's organizations. Any other organization
    /// of the project can have the same display name, so the name does not identify it.
    #[error(
        "an organization of the user is called {name:?}, but any other may be called so as well; \
         look it up by its URL-safe name, which is {url_safe_org_name:?}, or by id"
    )]
    #[non_exhaustive]
    OrgNameNotUnique {
        /// The name that the organization was looked up by.
        name: String,
        /// The URL-safe name of the user's organization.
        url_safe_org_name: String,
    },
    /// An employee is impersonating the user, and this is only for the user.
    #[error("an employee is impersonating the user, and this is only for the user")]
    Impersonated,
    /// The token is one that browsers send on their own, such as in a cookie, and another site may have made
    /// the browser send it ([`TokenSource`](crate::TokenSource#requests-of-other-sites)).
    #[error(
        "the token is one that browsers send on their own, and the request is not known to come from the same \
         origin: {0}"
    )]
    OtherOrigin(String),
    /// The user is a member, but does not meet the requirement.
    #[error(
        "the user is in the organization {org_id}, but {requirement} is required; {}",
        held.compared_with(requirement)
    )]
    #[non_exhaustive]
    RequirementNotMet {
        /// The organization.
        org_id: OrgId,
        /// The requirement that is not met.
        requirement: Requirement,
        /// The user's membership, with the roles and permissions that the user has.
        held: Held,
    },
    /// The token for a protected resource lacks a scope.
    #[error("the token has the scopes {granted:?}, and {required:?} are required")]
    #[non_exhaustive]
    InsufficientScope {
        /// The scopes that are required.
        required: Vec<String>,
        /// The scopes that the token has.
        granted: Vec<String>,
    },
    /// The handler needs a user, and the caller is an organization, by an API key without a user.
    #[error(
        "the API key belongs to the organization {0} and has no user, and the handler needs one; \
         send a token or a key of a user, or let the handler take a `Principal`"
    )]
    NotAUser(OrgId),
    /// The API key is valid, and has neither a user nor an organization that is known for certain.
    #[error(
        "the API key is valid, and PropelAuth's answer names no owner, or contradicts itself; keys that \
         were created without a user and an organization authenticate nobody"
    )]
    UnclearKeyOwner,
    /// The API key belongs to the organization and is bound to a user who is not a member of it.
    #[error(
        "the API key belongs to the organization {0}, and its user is not a member of it; the user may have \
         left"
    )]
    KeyUserNotInOrg(OrgId),
    /// The caller is an organization, by an API key without a user, and the request is for another one.
    #[error("the API key belongs to another organization than {0}")]
    KeyOfAnotherOrg(RequiredOrg),
    /// The caller is the organization, by an API key without a user. It has no role and no permission.
    #[error(
        "the API key belongs to the organization {org_id} and has no user, so that it has no role and no \
         permission, and {requirement} is required"
    )]
    #[non_exhaustive]
    KeyWithoutUser {
        /// The organization.
        org_id: OrgId,
        /// The requirement that is not met.
        requirement: Requirement,
    },
    /// A step-up grant is required, and the caller sent an API key: a program has no second factor.
    #[error(
        "a step-up grant for the action {action_type:?} is required, and the caller sent an API key; a program has no \
         second factor, so that no grant that it sends is used"
    )]
    #[non_exhaustive]
    KeyWithoutStepUp {
        /// The type of action that the grant would have to be for.
        action_type: String,
    },
}
