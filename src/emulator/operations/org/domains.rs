//! Email domains of organizations: validity, and which addresses they admit.

use crate::{
    api::{FieldErrors, Organization},
    endpoint::field_errors::quoted,
};

/// Adds an error for each domain that no email address can have.
pub(crate) fn check<'a>(
    errors: &mut FieldErrors,
    field: &str,
    domains: impl IntoIterator<Item = &'a String>,
) {
    for domain in domains.into_iter().filter(|domain| !is_domain(domain)) {
        errors.add(field, format!("Not a valid domain: {}", quoted(domain)));
    }
}

/// Returns `true` for labels of letters (of any script), digits and hyphens, separated by dots.
fn is_domain(text: &str) -> bool {
    text.split('.').all(|label| {
        let is_edged = label.starts_with('-') || label.ends_with('-');
        !label.is_empty() && !is_edged && label.chars().all(|c| c.is_alphanumeric() || c == '-')
    })
}

/// Returns `true` if an organization has a domain, as its first or an extra one.
pub(crate) fn has(org: &Organization, domain: &str) -> bool {
    let mut domains = org.domain.iter().chain(&org.extra_domains);
    domains.any(|it| it.to_lowercase() == domain.to_lowercase())
}

/// Returns `true` if an organization admits an email address.
pub(crate) fn admits(org: &Organization, email: &str) -> bool {
    let domain = email.rsplit_once('@').map_or("", |(_, domain)| domain);
    !org.domain_restrict || has(org, domain)
}

#[cfg(test)]
mod tests {
    use super::is_domain;

    #[test]
    fn malformed_domains_are_rejected() {
        for text in ["acme.com", "exämple.com", "日本.jp", "localhost", "a-b.c1"] {
            assert!(is_domain(text), "{text}");
        }
        for text in [
            "", ".", "a.", ".a", "a..b", "-a.b", "a-.b", "a b", "a@b", "a/b", "%2F",
        ] {
            assert!(!is_domain(text), "{text}");
        }
    }
}
