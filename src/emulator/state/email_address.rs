//! Which texts are e-mail addresses, and which are the same.

use url::Host;

/// Something before the last `@`, something after it, and nothing that no address has.
pub(crate) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_clean = !text.chars().any(|c| c.is_control() || c.is_whitespace());
    is_clean && !local.is_empty() && !domain.is_empty() && !local.contains('@')
}

/// Makes one text of the e-mail addresses and usernames that are the same: upper and lower case
/// do not differ.
pub(crate) fn case_fold(text: &str) -> String {
    text.to_lowercase()
}

/// Makes one text of all that name the same domain: in upper case, with the root's dot, and in
/// the letters of its own script.
pub(crate) fn ascii_domain(domain: &str) -> String {
    let domain = domain.trim_end_matches('.');
    Host::parse(domain).map_or_else(|_| case_fold(domain), |host| host.to_string())
}
