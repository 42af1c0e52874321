//! Patterns of routes: which requests a fault is for.

/// A method and a path, either of which may stand for several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RoutePattern {
    /// `None` for every method.
    method: Option<String>,
    /// The segments after the leading slash.
    path: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Text(String),
    /// One segment with any text.
    Any,
    /// One segment that is an argument, and not a literal of another operation: `/user/{user_id}` is not
    /// for `/user/email`.
    Field,
    /// All segments to the end of the path, of which there may be none.
    Rest,
}

impl RoutePattern {
    /// Parses `*`, a path, or a method and a path.
    pub(crate) fn new(text: &str) -> Self {
        let text = text.trim();
        let (method, path) = match text.split_once(char::is_whitespace) {
            Some((method, path)) => (Some(method.to_ascii_uppercase()), path.trim()),
            None => (None, text),
        };
        // A template ends with the names of its query.
        let path = path.split_once("{?").map_or(path, |(path, _)| path);
        let path = path.strip_prefix('/').unwrap_or(path);
        let count = path.split('/').count();
        let segments = path.split('/').enumerate();
        let path = segments.map(|(at, segment)| match segment {
            "*" | "**" if at + 1 == count => Segment::Rest,
            "*" => Segment::Any,
            _ if is_field(segment) => Segment::Field,
            _ => Segment::Text(segment.to_owned()),
        });
        Self {
            method: method.filter(|method| method != "*"),
            path: path.collect(),
        }
    }

    /// Returns `true` if the pattern stands for requests with a method and a path, which is the template of
    /// an operation if it is one's.
    pub(crate) fn matches(&self, method: &str, path: &str) -> bool {
        if self.method.as_deref().is_some_and(|it| it != method) {
            return false;
        }
        let mut given = path.strip_prefix('/').unwrap_or(path).split('/');
        for segment in &self.path {
            let is_match = match segment {
                Segment::Rest => return true,
                Segment::Any => given.next().is_some_and(|text| !text.is_empty()),
                Segment::Field => given.next().is_some_and(is_field),
                Segment::Text(text) => given.next() == Some(text),
            };
            if !is_match {
                return false;
            }
        }
        given.next().is_none()
    }
}

fn is_field(segment: &str) -> bool {
    segment.starts_with('{') && segment.ends_with('}')
}

#[cfg(test)]
mod tests {
    use super::RoutePattern;

    #[test]
    fn a_pattern_stands_for_methods_and_paths() {
        for (pattern, method, path, expected) in [
            ("*", "GET", "/", true),
            ("*", "POST", "/api/v1/x", true),
            ("/a/b", "GET", "/a/b", true),
            ("/a/b", "DELETE", "/a/b", true),
            ("GET /a/b", "GET", "/a/b", true),
            ("get  /a/b", "GET", "/a/b", true),
            ("GET /a/b", "POST", "/a/b", false),
            ("* /a/b", "POST", "/a/b", true),
            ("/a/{id}", "GET", "/a/{other}", true),
            ("/a/{id}{?more}", "GET", "/a/{id}", true),
            ("/a/{id}", "GET", "/a/literal", false),
            ("/a/{id}", "GET", "/a/", false),
            ("/a/{id}", "GET", "/a/{id}/c", false),
            ("/a/*", "GET", "/a/{id}", true),
            ("/a/*/c", "GET", "/a/{id}/c", true),
            ("/a/*/c", "GET", "/a/7/c", true),
            ("/a/*/c", "GET", "/a/c", false),
            ("/a/*", "GET", "/a", true),
            ("/a/*", "GET", "/a/7/c", true),
            ("/a/*", "GET", "/ab", false),
            ("/a/", "GET", "/a/", true),
            ("/a/", "GET", "/a", false),
        ] {
            let matches = RoutePattern::new(pattern).matches(method, path);
            assert_eq!(matches, expected, "{pattern}: {method} {path}");
        }
    }
}
