//! Every operation, as the one list that all others are derived from.

use crate::endpoint::{Group, PathConflicts};

/// Lists the groups: `module::Group`.
macro_rules! groups {
    ($($module:ident::$Group:ident,)*) => {
        /// Every group, with its operations.
        pub(crate) const GROUPS: &[Group] = &[$(super::$module::$Group::GROUP),*];

        /// Visits every operation of every group.
        ///
        /// The bounds ask the visitor for each row, so that one which lacks a row, such as the
        /// emulator without a handler, does not compile.
        #[cfg(feature = "emulator")]
        pub(crate) fn visit<V: $(super::$module::GroupRows +)*>(visitor: &mut V) {
            $(super::$module::$Group::visit(visitor);)*
        }
    };
}

groups! {
    access_token::AccessTokenApi,
    api_key::ApiKeyApi,
    employee::EmployeeApi,
    mfa::MfaApi,
    org::OrgApi,
    saml::SamlApi,
    scim::ScimApi,
    user::UserApi,
    user_insights::UserInsightsApi,
    verification::VerificationApi,
}

/// The paths of all operations, which arguments are compared with before they are sent.
pub(crate) static PATHS: PathConflicts = PathConflicts::new(GROUPS, || PATHS.literals());

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
