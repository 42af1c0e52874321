//! URL-safe names of organizations, for test organizations and the emulator.

/// The maximum length of a URL-safe name, in bytes.
const MAX_LEN: usize = 64;

/// Returns a name in lower-case ASCII letters and digits, with single hyphens in place of any
/// other characters.
///
/// The result is empty if the name has no ASCII letters or digits. Two names can have the same
/// result, so it does not identify an organization.
pub(crate) fn url_safe(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        if slug.len() >= MAX_LEN {
            break;
        }
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    slug.truncate(slug.trim_end_matches('-').len());
    slug
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{MAX_LEN, url_safe};
    use crate::proptest_strategies::cases;

    #[test]
    fn a_name_keeps_what_urls_can_have() {
        for (name, expected) in [
            ("Acme Inc", "acme-inc"),
            ("A/B & C? Ünï #1", "a-b-c-n-1"),
            ("--Acme--  Inc--", "acme-inc"),
            ("acme_inc.com", "acme-inc-com"),
            ("../org/query?x=%2F", "org-query-x-2f"),
            ("İstanbul", "i-stanbul"), // its lower case is `i` and a dot that combines
            ("日本 🦀", ""),
            ("  ", ""),
        ] {
            assert_eq!(url_safe(name), expected, "{name}");
        }
        assert_eq!(url_safe(&"é9".repeat(1000)).len(), MAX_LEN - 1);
    }

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn any_name_is_made_safe_once_and_for_all(name in any::<String>()) {
            let slug = url_safe(&name);
            let is_safe = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            prop_assert!(slug.len() <= MAX_LEN && slug.bytes().all(is_safe), "{slug}");
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
            prop_assert_eq!(url_safe(&slug), slug);
        }
    }
}
