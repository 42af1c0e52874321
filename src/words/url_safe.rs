//! The name of an organization in the form that URLs use.

/// How long it is at most, in bytes.
const MOST: usize = 64;

/// Writes a name in lower-case letters of ASCII, digits and single hyphens between them.
///
/// Names that consist of other characters only have nothing that is left: the text is empty.
pub(crate) fn url_safe(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        if slug.len() >= MOST {
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

    use super::{MOST, url_safe};
    use crate::arbitrary::cases;

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
        assert_eq!(url_safe(&"é9".repeat(1000)).len(), MOST - 1);
    }

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn any_name_is_made_safe_once_and_for_all(name in any::<String>()) {
            let slug = url_safe(&name);
            let is_safe = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            prop_assert!(slug.len() <= MOST && slug.bytes().all(is_safe), "{slug}");
            prop_assert!(!slug.starts_with('-') && !slug.ends_with('-') && !slug.contains("--"));
            prop_assert_eq!(url_safe(&slug), slug);
        }
    }
}
