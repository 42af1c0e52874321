//! The stable codes of denials.

use super::{
    callers::invalid_api_key::InvalidApiKey,
    denied::{
        Denied, Forbidden, InvalidToken, MalformedHeader, MissingStepUp, TooMany, Unauthorized,
        UnexpectedCredential, Unreachable,
    },
    malformed_credential::MalformedCredential,
    misconfigured::Misconfigured,
    no_environment::NoEnvironment,
    requirement::Requirement,
    shortfall::Shortfall,
    unspecified_org::UnspecifiedOrg,
};
use crate::words::org_member_info::OrgMemberInfo;

impl Denied {
    /// Returns the stable code of the denial, such as `token_expired` or `missing_role`.
    ///
    /// Log lines have it in the field `code`, and [`explanation`](crate::explanation) returns what it
    /// means and what to do. It says more than the response, so do not send it to callers.
    ///
    /// ```
    /// use actix_web_propelauth::{Denied, InvalidToken, explanation};
    ///
    /// let denied = Denied::from(InvalidToken::Expired);
    /// assert_eq!(denied.code(), "token_expired");
    /// assert!(explanation(denied.code()).unwrap().remedy.contains("refresh"));
    /// ```
    #[must_use]
    #[doc(alias = "error_code")]
    #[doc(alias = "reason")]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unauthorized(unauthorized) => unauthorized.code(),
            Self::Forbidden(forbidden) => forbidden.code(),
            Self::Unavailable { .. } => "no_verifier_key",
            Self::Unreachable { what, .. } => match what {
                Unreachable::Membership => "membership_unreachable",
                Unreachable::ApiKey => "api_key_unreachable",
                Unreachable::Introspection => "introspection_unreachable",
                Unreachable::StepUpGrant => "step_up_grant_unreachable",
                Unreachable::Fleet => "fleet_unreachable",
            },
            Self::TokenTooLong { .. } => "token_too_long",
            Self::Misconfigured(Misconfigured::NoMiddleware(_)) => "no_middleware",
            Self::NoEnvironment(reason) => reason.code(),
            Self::TooManyRequests { what, .. } => match what {
                TooMany::ApiKeyUses => "api_key_rate_limited",
                TooMany::StepUpGrants => "too_many_step_up_grants",
            },
            Self::Misconfigured(Misconfigured::NoGuard(_)) => "no_guard",
            Self::Misconfigured(Misconfigured::NoMcpMiddleware(_)) => "no_mcp_middleware",
            Self::Misconfigured(Misconfigured::IntrospectionRejected) => "introspection_rejected",
            Self::Misconfigured(Misconfigured::StepUpNotIncluded) => "step_up_not_included",
            Self::Misconfigured(Misconfigured::StepUpNotAwaited) => "step_up_not_awaited",
            Self::Misconfigured(Misconfigured::StepUpWhileRouting(_)) => {
                "step_up_guard_while_routing"
            }
            Self::Misconfigured(Misconfigured::LiveWhileRouting(_)) => "live_guard_while_routing",
            Self::Misconfigured(Misconfigured::IntegrationKeyRejected) => {
                "integration_key_rejected"
            }
        }
    }
}

impl Unauthorized {
    fn code(&self) -> &'static str {
        match self {
            Self::NoCredentials => "no_credentials",
            Self::MalformedHeader(MalformedHeader::MultipleHeaders) => {
                "multiple_authorization_headers"
            }
            Self::MalformedHeader(MalformedHeader::InvalidBytes) => "invalid_header_bytes",
            Self::MalformedHeader(MalformedHeader::NotOneToken) => "not_one_token",
            Self::MalformedCredential(MalformedCredential::Ambiguous(..)) => {
                "ambiguous_credentials"
            }
            Self::MalformedCredential(MalformedCredential::Repeated(_)) => "repeated_credential",
            Self::MalformedCredential(MalformedCredential::NotOneToken(_)) => {
                "credential_not_one_token"
            }
            Self::InvalidToken(problem) => problem.code(),
            Self::InvalidApiKey(problem) => problem.code(),
            Self::StepUpRequired { problem, .. } => match problem {
                MissingStepUp::NoGrant => "no_step_up_grant",
                MissingStepUp::MalformedGrant => "malformed_step_up_grant",
                MissingStepUp::GrantNotFound => "unknown_step_up_grant",
            },
        }
    }
}

impl NoEnvironment {
    fn code(&self) -> &'static str {
        match self {
            Self::NoHost => "no_host",
            Self::SeveralHosts => "several_hosts",
            Self::MalformedHost(_) => "malformed_host",
            Self::UnknownHost(_) => "unknown_host",
            Self::UnknownPath(_) => "unknown_path",
            Self::AmbiguousPath(_) => "ambiguous_path",
        }
    }
}

impl InvalidApiKey {
    fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown_api_key",
            Self::NotAKey => "not_an_api_key",
            Self::UserDisabled => "api_key_of_disabled_user",
            Self::IntegrationKey => "integration_key_from_caller",
            Self::NotAccepted => "api_key_not_accepted",
        }
    }
}

impl InvalidToken {
    fn code(&self) -> &'static str {
        match self {
            Self::NotAnAccessToken(unexpected) => unexpected.code(),
            Self::NotCompactJws => "not_a_jwt",
            Self::Header(_) => "wrong_token_header",
            Self::Signature => "wrong_signature",
            Self::Claims(_) => "wrong_claims",
            Self::Issuer { .. } => "wrong_issuer",
            Self::Audience { .. } => "wrong_audience",
            Self::Expired => "token_expired",
            Self::NotYetValid => "token_not_yet_valid",
            Self::Inactive => "token_inactive",
            Self::Stale(_) => "token_stale",
        }
    }
}

impl UnexpectedCredential {
    fn code(self) -> &'static str {
        match self {
            Self::Nothing => "token_is_empty",
            Self::Placeholder => "token_is_placeholder",
            Self::Quoted => "token_in_quotes",
            Self::ApiKey => "token_is_api_key",
            Self::OpaqueToken => "token_is_opaque",
            Self::EncryptedToken => "token_is_encrypted",
        }
    }
}

impl Forbidden {
    /// Returns the difference between the requirement and what the user has, if that is the reason.
    pub(super) fn shortfall(&self) -> Option<Shortfall<'_>> {
        match self {
            Self::RequirementNotMet {
                requirement, held, ..
            } => Some(held.compared_with(requirement)),
            _ => None,
        }
    }

    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::OrgUnspecified(UnspecifiedOrg::NotInRequest(_)) => "org_not_in_request",
            Self::OrgUnspecified(UnspecifiedOrg::NoPathParameter(_)) => "no_path_parameter",
            Self::OrgUnspecified(UnspecifiedOrg::NoActiveOrg) => "no_active_org",
            Self::OrgUnspecified(UnspecifiedOrg::Unusable(_)) => "unusable_org",
            Self::UserIsNotInOrg(_) => "user_not_in_org",
            Self::AmbiguousOrgName(_) => "ambiguous_org_name",
            Self::OrgNameNotUnique { .. } => "org_name_not_unique",
            Self::InsufficientScope { .. } => "insufficient_scope",
            Self::UnclearKeyOwner => "unclear_key_owner",
            Self::KeyUserNotInOrg(_) => "key_user_not_in_org",
            Self::NotAUser(_) => "not_a_user",
            Self::KeyOfAnotherOrg(_) => "key_of_another_org",
            Self::KeyWithoutUser { .. } => "key_without_user",
            Self::KeyWithoutStepUp { .. } => "key_without_step_up",
            Self::OtherOrigin(_) => "other_origin",
            Self::Impersonated => "impersonated",
            Self::RequirementNotMet {
                requirement, held, ..
            } => requirement.code(held.org_member_info()),
        }
    }
}

impl Requirement {
    /// Returns the code of the denial of a member who does not meet it.
    fn code(&self, org: &OrgMemberInfo) -> &'static str {
        match self {
            // Every member meets it, so that this pair is never created.
            Self::Member => "user_not_in_org",
            // Nor is this: a grant that is missing is no lack of the member.
            Self::StepUp(_) => "no_step_up_grant",
            Self::Role(_) => "missing_role",
            Self::MinimumRole(_) => "missing_minimum_role",
            Self::Permission(_) => "missing_permission",
            Self::AllPermissions(_) => "missing_permissions",
            Self::AnyRole(_) => "missing_any_role",
            Self::AnyPermission(_) => "missing_any_permission",
            Self::NotImpersonated => "impersonated",
            Self::All(parts) => {
                let unmet = parts.iter().find(|part| !part.is_met_otherwise(org));
                unmet.map_or("no_requirement_met", |part| part.code(org))
            }
            Self::Any(_) => "no_requirement_met",
        }
    }
}
