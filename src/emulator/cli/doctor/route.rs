//! A route of the service: a method and a path.

use std::fmt;

/// A method and a path.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Route {
    pub(super) method: String,
    pub(super) path: String,
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Parses a route such as `GET /orgs/acme`.
pub(super) fn parse(text: &str) -> Result<Route, &'static str> {
    const HELP: &str = "write \"METHOD /path\", such as \"GET /whoami\"";
    let (method, path) = text.trim().split_once(' ').ok_or(HELP)?;
    let path = path.trim();
    let is_method = !method.is_empty() && method.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_path = path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic());
    match is_method && is_path {
        true => Ok(Route {
            method: method.to_ascii_uppercase(),
            path: path.to_owned(),
        }),
        false => Err(HELP),
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_route_is_a_method_and_a_path() {
        let route = parse("get  /orgs/acme?x=1").unwrap();
        assert_eq!(route.to_string(), "GET /orgs/acme?x=1");
        for text in [
            "",
            "/whoami",
            "GET",
            "GET whoami",
            "GET /a b",
            "G3T /",
            "GET /\r\nx",
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
