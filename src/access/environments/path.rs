//! Prefixes of paths, compared by whole segments.

/// Returns a prefix as it is compared, without its trailing slash, from what a developer wrote. That of every path
/// is empty.
///
/// # Errors
///
/// Returns what is wrong with the text, and what to write.
pub(crate) fn normalize(text: &str) -> Result<String, &'static str> {
    let Some(rest) = text.strip_prefix('/') else {
        return Err("without a slash at the beginning: write a prefix such as `/eu`");
    };
    if text.contains(['{', '}', '*']) {
        return Err("a pattern, and prefixes are compared as a whole: write each of them");
    }
    if text.contains(['?', '#', '\\'])
        || text.contains(|c: char| c.is_whitespace() || c.is_control())
    {
        return Err("more than a path: write a prefix such as `/eu`");
    }
    if text.contains('%') {
        return Err(
            "percent-encoded, and decoded paths are compared: write the characters themselves",
        );
    }
    if !is_plain(text) {
        return Err("with a segment that is empty, `.` or `..`: leave it out");
    }
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    Ok(if rest.is_empty() {
        String::new()
    } else {
        format!("/{rest}")
    })
}

/// Returns `true` if a path can be read in one way only: it has no segment that is empty, `.` or `..`, except for an
/// empty one at its end.
///
/// A middleware inside that merges slashes, such as actix-web's `NormalizePath`, would otherwise hand the request to
/// the routes of another prefix than the one that chose the environment.
pub(in crate::access) fn is_plain(path: &str) -> bool {
    let Some(rest) = path.strip_prefix('/') else {
        return false;
    };
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    (rest.is_empty() && path == "/")
        || rest
            .split('/')
            .all(|segment| !["", ".", ".."].contains(&segment))
}

/// Returns `true` if a path is a prefix or below it.
pub(in crate::access) fn is_below(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::{is_below, is_plain, normalize};

    #[test]
    fn prefixes_are_compared_by_whole_segments() {
        for (path, prefix, expected) in [
            ("/eu", "/eu", true),
            ("/eu/", "/eu", true),
            ("/eu/x", "/eu", true),
            ("/europe", "/eu", false),
            ("/eu;x", "/eu", false),
            ("/EU", "/eu", false),
            ("/", "/eu", false),
            ("/x/eu", "/eu", false),
            ("/", "", true),
            ("/x", "", true),
        ] {
            assert_eq!(is_below(path, prefix), expected, "{path} {prefix}");
        }
    }

    #[test]
    fn a_path_with_an_empty_or_a_dot_segment_is_not_plain() {
        for path in [
            "/",
            "/eu",
            "/eu/",
            "/eu/x",
            "/eu/.x",
            "/eu/...",
            "/eu/x..",
            "/eu;a=b/x",
        ] {
            assert!(is_plain(path), "{path}");
        }
        for path in [
            "",
            "eu",
            "*",
            "//",
            "//eu",
            "/eu//",
            "/eu//x",
            "/./eu",
            "/eu/.",
            "/eu/./",
            "/eu/..",
            "/eu/../us",
            "/../eu",
        ] {
            assert!(!is_plain(path), "{path}");
        }
    }

    #[test]
    fn the_prefixes_of_a_developer_are_normalized() {
        for (text, expected) in [
            ("/", ""),
            ("/eu", "/eu"),
            ("/eu/", "/eu"),
            ("/eu/v1", "/eu/v1"),
            ("/\u{fc}", "/\u{fc}"),
        ] {
            assert_eq!(normalize(text).as_deref(), Ok(expected), "{text}");
        }
        for text in [
            "",
            "eu",
            "//eu",
            "/eu//",
            "/./eu",
            "/eu/..",
            "/{region}",
            "/eu*",
            "/eu?x",
            "/e%75",
            "/e u",
            "/eu\n",
        ] {
            assert!(normalize(text).is_err(), "{text}");
        }
    }
}
