//! The paths of all operations.

use super::{
    AccessTokenApi, ApiKeyApi, EmployeeApi, MfaApi, OrgApi, SamlApi, ScimApi, UserApi,
    UserInsightsApi, VerificationApi,
};
use crate::endpoint::PathConflicts;

/// The path templates of every group, which arguments are compared with before they are sent.
pub(crate) static PATHS: PathConflicts = PathConflicts::new(
    &[
        AccessTokenApi::TEMPLATES,
        ApiKeyApi::TEMPLATES,
        EmployeeApi::TEMPLATES,
        MfaApi::TEMPLATES,
        OrgApi::TEMPLATES,
        SamlApi::TEMPLATES,
        ScimApi::TEMPLATES,
        UserApi::TEMPLATES,
        UserInsightsApi::TEMPLATES,
        VerificationApi::TEMPLATES,
    ],
    || PATHS.literals(),
);

#[cfg(test)]
mod tests {
    use super::PATHS;

    #[test]
    fn a_literal_is_one_after_its_own_prefix_only() {
        for (before, text, expected) in [
            ("api/backend/v1/user", "email", true),
            ("api/backend/v1/user", "org", true),
            ("api/backend/v1/user", "Email", false),
            ("api/backend/v1/user", "archived", false),
            ("api/backend/v1/user", "", true), // with a trailing slash
            ("api/backend/v1/user/x", "mfa", true),
            ("api/backend/v1/user/email", "mfa", true),
            ("api/backend/v1/org", "query", true),
            ("api/backend/v1/org", "email", false),
            ("api/backend/v1/end_user_api_keys", "archived", true),
            ("api/backend/v1/saml_idp_metadata", "go_live", true),
            ("api/backend/v2/user", "email", false),
            ("api/backend/v1/user/x/mfa", "more", false),
            ("api/backend/v1/user/x/mfa/more", "more", false),
        ] {
            let before = format!("/{before}/");
            assert_eq!(PATHS.is_literal(&before, text), expected, "{before} {text}");
        }
    }
}
