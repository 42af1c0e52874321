//! Ids that are literal segments of other operations' paths.
//!
//! Nobody has the id `email`, and yet `/user/{user_id}` would become `/user/email`, which is where
//! users are found by address.

use std::{collections::HashSet, sync::LazyLock};

use super::{
    AccessTokenApi, ApiKeyApi, EmployeeApi, MfaApi, OrgApi, SamlApi, ScimApi, UserApi,
    UserInsightsApi, VerificationApi,
    template::{Segment, Template},
};

const GROUPS: &[&[&[&str]]] = &[
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
];

/// Returns the paths of all operations, in all their forms.
pub(crate) fn templates() -> impl Iterator<Item = Template> {
    let parts = GROUPS.iter().copied().flatten().copied();
    parts.flatten().map(|template| Template::parse(template))
}

/// Tells whether an operation has this text, as a literal, after a path that ends in a slash;
/// whichever its method is, and whatever follows.
pub(crate) fn is_literal(before: &str, text: &str) -> bool {
    LITERALS.contains(text) && is_literal_after(before, text)
}

/// Every literal there is, wherever it stands: next to no id is one, and all are asked about.
static LITERALS: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    let segments = templates().flat_map(Template::segments);
    let literals = segments.filter_map(|segment| match segment {
        Segment::Literal(text) => Some(text),
        Segment::Field(_) => None,
    });
    literals.collect()
});

fn is_literal_after(before: &str, text: &str) -> bool {
    // An encoded segment is a literal if and only if it was one before it was encoded.
    let before = before.trim_start_matches('/').split_terminator('/');
    templates().any(|template| {
        let mut segments = template.segments();
        let starts_so = before.clone().all(|given| match segments.next() {
            Some(Segment::Literal(literal)) => literal == given,
            Some(Segment::Field(_)) => true,
            None => false,
        });
        starts_so && segments.next() == Some(Segment::Literal(text))
    })
}

#[cfg(test)]
mod tests {
    use super::is_literal;

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
            assert_eq!(is_literal(&before, text), expected, "{before} {text}");
        }
    }
}
