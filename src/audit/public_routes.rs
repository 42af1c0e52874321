//! The list of routes that need no user.

/// An entry such as `GET /health`, `/health` for every method, or `/static/*`.
#[derive(Clone, Debug)]
pub(super) struct PublicRoute {
    text: String,
    method: Option<String>,
    pattern: String,
}

impl PublicRoute {
    pub(super) fn new(text: &str) -> Self {
        let text = text.trim();
        let (method, pattern) = match text.split_once(char::is_whitespace) {
            Some((method, pattern)) => (Some(method.to_ascii_uppercase()), pattern.trim()),
            None => (None, text),
        };
        Self {
            text: text.to_owned(),
            method,
            pattern: pattern.to_owned(),
        }
    }

    /// Returns the entry as it was written.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// Returns `true` if the entry is for this route, whose pattern ends in `/*` for everything below.
    ///
    /// `*` alone is the default service of the application, and not every route.
    pub(super) fn matches(&self, method: &str, pattern: &str) -> bool {
        // A preflight is an `OPTIONS` request.
        let method = if method == super::survey::PREFLIGHT {
            "OPTIONS"
        } else {
            method
        };
        let is_method = self.method.as_deref().is_none_or(|own| own == method);
        let is_pattern = self.pattern == pattern
            || self.pattern.strip_suffix("/*").is_some_and(|prefix| {
                let below = pattern.strip_prefix(prefix);
                below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
            });
        is_method && is_pattern
    }
}

#[cfg(test)]
mod tests {
    use super::PublicRoute;

    #[test]
    fn an_entry_is_for_a_pattern_or_all_below_a_prefix() {
        for (entry, method, pattern, is_for) in [
            ("GET /health", "GET", "/health", true),
            ("get  /health", "GET", "/health", true),
            ("GET /health", "POST", "/health", false),
            ("GET /health", "ANY", "/health", false),
            ("/health", "POST", "/health", true),
            ("/health", "GET", "/health/live", false),
            ("/static/*", "GET", "/static", true),
            ("/static/*", "GET", "/static/*", true),
            ("GET /static/*", "HEAD", "/static/*", false),
            ("/static/*", "GET", "/statics", false),
            ("OPTIONS /x", "PREFLIGHT", "/x", true),
            ("*", "ANY", "*", true),
            ("*", "GET", "/health", false),
            ("/*", "GET", "/health", true),
        ] {
            let matches = PublicRoute::new(entry).matches(method, pattern);
            assert_eq!(matches, is_for, "{entry}: {method} {pattern}");
        }
    }
}
