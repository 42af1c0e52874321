//! Residue of copying: quotes, comments and placeholders in a setting.
//!
//! `docker --env-file`, Kubernetes and the unit files of systemd each treat quotes, comments and references
//! differently, so that a file that works with one leaves them in the value with another. PropelAuth would
//! answer with 401, which says nothing about a quote.

/// Returns what a value has around it or in its place, as the end of a sentence that begins with "it is".
/// Returns `None` for a plain value.
pub(super) fn residue(text: &str) -> Option<&'static str> {
    const QUOTES: [char; 7] = ['"', '\'', '`', '“', '”', '‘', '’'];

    let text = text.trim();
    if text.starts_with(QUOTES) || text.ends_with(QUOTES) {
        Some("in quotes, which `docker --env-file` and others keep: write it without them")
    } else if text.contains(is_invisible) {
        Some("interspersed with invisible characters: type it, or copy it as plain text")
    } else if text.starts_with("export ") {
        Some("preceded by `export`, which belongs into shell scripts: write it without")
    } else if names_a_variable(text) {
        Some("preceded by the name of its variable: write the value alone")
    } else if ["${", "$(", "{{", "$PROPELAUTH"]
        .iter()
        .any(|mark| text.starts_with(mark))
    {
        Some("a reference that nothing has replaced by its value")
    } else if is_placeholder(text) {
        Some("a placeholder: replace it with the value that PropelAuth's dashboard shows")
    } else if text.contains(" #") || text.contains("\t#") {
        Some("followed by a comment, which became part of it: put that on a line of its own")
    } else {
        None
    }
}

/// Returns `true` for zero-width and directional characters and the like, which copying from a web page may
/// bring along.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{a0}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202f}'
        | '\u{2060}'..='\u{2064}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

fn names_a_variable(text: &str) -> bool {
    text.split_once('=')
        .is_some_and(|(name, _)| name.trim_end().starts_with("PROPELAUTH_"))
}

fn is_placeholder(text: &str) -> bool {
    const WORDS: [&str; 13] = [
        "changeme",
        "change-me",
        "replaceme",
        "replace-me",
        "todo",
        "tbd",
        "fixme",
        "placeholder",
        "undefined",
        "null",
        "none",
        "nil",
        "redacted",
    ];
    const BEGINNINGS: [&str; 5] = ["your-", "your", "insert-", "replace-", "enter-"];

    let plain = text
        .to_ascii_lowercase()
        .replace([' ', '_', '.'], "-")
        .trim_matches(['<', '>', '[', ']', '{', '}'])
        .to_owned();
    let all = |set: &[char]| !text.is_empty() && text.chars().all(|c| set.contains(&c));
    (text.starts_with('<') && text.ends_with('>'))
        || WORDS.contains(&plain.as_str())
        || all(&['x', 'X', '-']) && text.len() > 2
        || all(&['*', '•', '.', '…'])
        || (!text.contains("://") && BEGINNINGS.iter().any(|start| plain.starts_with(start)))
}

#[cfg(test)]
mod tests {
    use super::residue;

    #[test]
    fn what_a_file_or_a_page_left_in_a_value_is_named() {
        for (text, word) in [
            ("\"abc\"", "quotes"),
            ("'abc'", "quotes"),
            ("`abc`", "quotes"),
            ("“abc”", "quotes"),
            ("\"abc", "quotes"),
            ("abc'", "quotes"),
            (" \"abc\" ", "quotes"),
            ("\"https://auth.example.com\"", "quotes"),
            (
                "\"-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----\"",
                "quotes",
            ),
            ("export PROPELAUTH_API_KEY=abc", "export"),
            ("PROPELAUTH_API_KEY=abc", "name of its variable"),
            ("PROPELAUTH_API_KEY = abc", "name of its variable"),
            ("abc # the key", "comment"),
            ("https://auth.example.com # the URL", "comment"),
            ("abc\t# the key", "comment"),
            ("ab\u{200b}c", "invisible"),
            ("\u{feff}abc", "invisible"),
            ("ab\u{a0}c", "invisible"),
            ("${PROPELAUTH_API_KEY}", "reference"),
            ("$(cat key)", "reference"),
            ("{{ api_key }}", "reference"),
            ("$PROPELAUTH_API_KEY", "reference"),
            ("<your api key>", "placeholder"),
            ("<API_KEY>", "placeholder"),
            ("YOUR_API_KEY", "placeholder"),
            ("your-api-key", "placeholder"),
            ("yourApiKey", "placeholder"),
            ("changeme", "placeholder"),
            ("CHANGE_ME", "placeholder"),
            ("[redacted]", "placeholder"),
            ("xxxxxxxx", "placeholder"),
            ("xxxx-xxxx", "placeholder"),
            ("********", "placeholder"),
            ("••••••••", "placeholder"),
            ("undefined", "placeholder"),
            ("null", "placeholder"),
            ("TODO", "placeholder"),
        ] {
            let found = residue(text).unwrap_or_default();
            assert!(found.contains(word), "{text:?}: {found:?}");
        }
    }

    #[test]
    fn what_can_be_a_value_is_left_alone() {
        for text in [
            "key",
            "api-key",
            "test-integration-api-key",
            "d0a1b2c3d4e5f60718293a4b5c6d7e8f",
            "abc#def",
            "https://auth.example.com",
            "https://your-company.example.com",
            "http://localhost:9100/",
            " https://auth.example.com\r\n",
            "-----BEGIN PUBLIC KEY-----\nAA=A\n-----END PUBLIC KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----",
            "garbage",
            "1",
            "",
        ] {
            assert_eq!(residue(text), None, "{text:?}");
        }
    }
}
