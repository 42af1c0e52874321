//! Email addresses: which texts are valid, and which are equal.

use url::Host;

/// Returns `true` for text with one `@`, text on both sides, and no whitespace or control
/// characters. The emulator does not check more, because PropelAuth's exact rules are not public.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_clean = !text.chars().any(|c| c.is_control() || c.is_whitespace());
    is_clean && !local.is_empty() && !domain.is_empty() && !local.contains('@')
}

/// Returns the form in which email addresses and usernames are compared, case-insensitively.
pub(crate) fn case_fold(text: &str) -> String {
    text.to_lowercase()
}

/// Returns the form in which domains are compared: lower-case ASCII (punycode), without the dot of
/// the DNS root.
pub(crate) fn ascii_domain(domain: &str) -> String {
    let domain = domain.trim_end_matches('.');
    Host::parse(domain).map_or_else(|_| case_fold(domain), |host| host.to_string())
}
