//! Redirect URIs of OAuth clients: which may be registered, and which match them.
//!
//! They are compared to the letter (RFC 6749, 3.1.2.3): an attacker who finds a URI that passes and leads
//! elsewhere receives authorization codes.
//!
//! Known differences to PropelAuth: `redirect-wildcards` and `redirect-schemes` in docs/differences.md.

use url::{Host, Url};

/// Whether native applications may choose a port when they run (RFC 8252, 7.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LoopbackPorts {
    ToTheLetter,
    Any,
}

/// The maximum length, in bytes.
const MAX_LEN: usize = 2000;

/// Schemes that a browser handles itself: a redirect to them would run or show what the client chose.
const OF_BROWSERS: [&str; 8] = [
    "javascript",
    "data",
    "vbscript",
    "file",
    "blob",
    "about",
    "filesystem",
    "view-source",
];

/// Returns the reason if a redirect URI cannot be registered.
pub(crate) fn check(uri: &str) -> Result<(), String> {
    let wrong = |why: &str| {
        let uri: String = uri.chars().take(200).collect();
        Err(format!("the redirect URI {uri:?} {why}"))
    };
    if uri.len() > MAX_LEN || !uri.bytes().all(|byte| byte.is_ascii_graphic()) {
        return wrong("is too long, or has characters other than visible ASCII");
    }
    let Ok(url) = Url::parse(uri) else {
        return wrong("is not a URL: write https://app.example.com/callback, for example");
    };
    let is_web = ["http", "https"].contains(&url.scheme());
    if OF_BROWSERS.contains(&url.scheme()) {
        return wrong("has a scheme that browsers handle themselves");
    }
    if is_web && !uri.contains("://") {
        return wrong("has no host");
    }
    if uri.contains('#') {
        return wrong("has a fragment, which no redirect URI may have");
    }
    if !url.username().is_empty() || url.password().is_some() || uri.contains('\\') {
        return wrong("has credentials or a backslash");
    }
    if uri.contains('*') && !(is_web && is_wildcard_of_a_label(uri, &url)) {
        return wrong(
            "has a `*` that is not one whole label of a host name: write \
             https://*.example.com/callback, for example",
        );
    }
    Ok(())
}

/// Returns the reason if a client that anyone can introduce may not have a redirect URI.
///
/// Such a client has `https`, `http` on this machine, or a scheme of its own (RFC 8252, 7.1 and 7.3). A scheme of
/// its own has a dot, as in `com.example.app:`: those without one, such as `intent:`, are of browsers and of other
/// programs.
pub(crate) fn check_introduced(uri: &str) -> Result<(), String> {
    check(uri)?;
    let wrong = |why: &str| Err(format!("the redirect URI {uri:?} {why}"));
    if uri.contains('*') {
        return wrong("has a `*`, which only a client of the project may have");
    }
    let Ok(url) = Url::parse(uri) else {
        return wrong("is not a URL");
    };
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => Ok(()),
        "http" if is_here => Ok(()),
        "http" => wrong("is of http on another machine: use https"),
        scheme if scheme.contains('.') => Ok(()),
        _ => wrong(
            "has a scheme that is not https, and not one of its own, as com.example.app:/callback has",
        ),
    }
}

/// Returns `true` if the only `*` is a label, and two labels or `localhost` follow it.
fn is_wildcard_of_a_label(uri: &str, url: &Url) -> bool {
    let Some(Host::Domain(name)) = url.host() else {
        return false;
    };
    let Some((_, parent)) = name.split_once("*.") else {
        return false;
    };
    let is_label = name.split('.').any(|label| label == "*");
    let is_deep = parent.contains('.') || parent == "localhost";
    is_label && is_deep && uri.matches('*').count() == 1
}

/// Returns `true` if a URI is one that a client registered.
pub(crate) fn matches(registered: &str, given: &str, ports: LoopbackPorts) -> bool {
    if let Some((before, after)) = registered.split_once('*') {
        let label = given
            .strip_prefix(before)
            .and_then(|rest| rest.strip_suffix(after));
        return label.is_some_and(is_label);
    }
    if registered == given {
        return true;
    }
    let without_ports = without_loopback_port(registered).zip(without_loopback_port(given));
    ports == LoopbackPorts::Any && without_ports.is_some_and(|(one, other)| one == other)
}

/// Returns `true` for one label of a host name, in lower case.
fn is_label(text: &str) -> bool {
    let is_fit = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=63).contains(&text.len())
        && text.bytes().all(is_fit)
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Returns the host and what follows the port, for a URI on this machine.
fn without_loopback_port(uri: &str) -> Option<(&'static str, &str)> {
    let hosts = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
    let (host, rest) = hosts
        .into_iter()
        .find_map(|host| Some((host, uri.strip_prefix(host)?)))?;
    let path = match rest.strip_prefix(':') {
        None => rest,
        Some(rest) => {
            let end = rest.find(|it: char| !it.is_ascii_digit());
            let (port, path) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
            port.parse::<u16>().ok().filter(|port| *port > 0)?;
            path
        }
    };
    (path.is_empty() || path.starts_with('/') || path.starts_with('?')).then_some((host, path))
}

#[cfg(test)]
mod tests {
    use super::{
        LoopbackPorts::{Any, ToTheLetter},
        check, check_introduced, matches,
    };

    #[test]
    fn what_leads_elsewhere_cannot_be_registered() {
        for uri in [
            "https://app.example.com/cb",
            "https://app.example.com:8443/cb?a=b",
            "http://localhost:3000/cb",
            "http://127.0.0.1/cb",
            "http://[::1]:1/cb",
            "https://*.example.com/cb",
            "https://abc.*.example.com/cb",
            "http://*.localhost:3000/cb",
            "com.example.app:/cb",
            "myapp://callback",
        ] {
            assert_eq!(check(uri), Ok(()), "{uri}");
        }
        for uri in [
            "",
            "cb",
            "/cb",
            "//app.example.com/cb",
            "https:app.example.com",
            "https://",
            "https://app.example.com/cb#part",
            "https://app.example.com/cb#",
            "https://user@app.example.com/cb",
            "https://user:pw@app.example.com/cb",
            "https://app.example.com\\cb",
            "https://app.example.com/c b",
            "https://app.example.com/\n",
            "https://äpp.example.com/",
            "javascript://app.example.com/%0aalert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "file:///etc/passwd",
            "https://*/cb",
            "https://*.com/cb",
            "https://*.*.example.com/cb",
            "https://a*.example.com/cb",
            "https://*a.example.com/cb",
            "https://app.example.com/*",
            "https://app.example.com:*/cb",
            "https://*.127.0.0.1/cb",
            "https://*.example.com/*",
            "myapp://*.a.b/cb",
            &format!("https://a.example/{}", "a".repeat(2000)),
        ] {
            assert!(check(uri).is_err(), "{uri}");
        }
    }

    #[test]
    fn a_client_that_anyone_introduces_has_https_this_machine_or_a_scheme_of_its_own() {
        for uri in [
            "https://app.example.com/cb",
            "http://localhost:3000/cb",
            "http://127.0.0.1/cb",
            "http://[::1]:1/cb",
            "com.example.app:/cb",
            "com.example.app://callback",
        ] {
            assert_eq!(check_introduced(uri), Ok(()), "{uri}");
        }
        for uri in [
            "http://evil.com/cb",
            "http://localhost.evil.com/cb",
            "http://10.0.0.1/cb",
            "intent://x#Intent;end",
            "intent://x/y",
            "chrome://settings",
            "ms-settings:x",
            "mailto:a@evil.com",
            "ftp://evil.com/cb",
            "myapp://callback",
            "https://*.example.com/cb",
            "javascript:alert(1)",
        ] {
            assert!(check_introduced(uri).is_err(), "{uri}");
        }
    }

    #[test]
    fn a_redirect_uri_matches_to_the_letter() {
        let plain = "https://app.example.com/cb";
        assert!(matches(plain, plain, ToTheLetter));
        for given in [
            "https://app.example.com/cb/",
            "https://app.example.com/cb?",
            "https://app.example.com/cb?a=b",
            "https://app.example.com/cb#",
            "https://app.example.com/CB",
            "https://APP.example.com/cb",
            "https://app.example.com:443/cb",
            "http://app.example.com/cb",
            "https://app.example.com/x/../cb",
            "https://app.example.com/%63b",
            "https://evil.example/https://app.example.com/cb",
            "https://app.example.com@evil.example/cb",
            "",
        ] {
            assert!(!matches(plain, given, Any), "{given}");
        }
    }

    #[test]
    fn a_wildcard_is_one_label() {
        for (registered, given, is_match) in [
            (
                "https://*.example.com/cb",
                "https://sub.example.com/cb",
                true,
            ),
            (
                "https://*.example.com/cb",
                "https://s-1.example.com/cb",
                true,
            ),
            (
                "https://a.*.example.com/cb",
                "https://a.s.example.com/cb",
                true,
            ),
            ("https://*.example.com/cb", "https://example.com/cb", false),
            ("https://*.example.com/cb", "https://.example.com/cb", false),
            (
                "https://*.example.com/cb",
                "https://a.b.example.com/cb",
                false,
            ),
            (
                "https://*.example.com/cb",
                "https://*.example.com/cb",
                false,
            ),
            (
                "https://*.example.com/cb",
                "https://a-.example.com/cb",
                false,
            ),
            (
                "https://*.example.com/cb",
                "https://A.example.com/cb",
                false,
            ),
            (
                "https://*.example.com/cb",
                "https://evil.com/.example.com/cb",
                false,
            ),
            (
                "https://*.example.com/cb",
                "https://evil.com?.example.com/cb",
                false,
            ),
            (
                "https://*.example.com/cb",
                "https://evil.com#.example.com/cb",
                false,
            ),
            (
                "https://*.example.com/cb",
                "https://evil.com\\.example.com/cb",
                false,
            ),
            (
                "https://*.example.com/cb",
                "https://u@evil.example.com/cb",
                false,
            ),
            (
                "https://*.example.com/cb",
                "https://evil%2f.example.com/cb",
                false,
            ),
            (
                "https://*.example.com/cb",
                "https://sub.example.com/cb/",
                false,
            ),
            (
                "https://*.example.com/cb",
                "http://sub.example.com/cb",
                false,
            ),
        ] {
            assert_eq!(matches(registered, given, Any), is_match, "{given}");
        }
    }

    #[test]
    fn native_applications_choose_a_port_where_that_is_allowed() {
        for (registered, given, is_match) in [
            ("http://127.0.0.1/cb", "http://127.0.0.1:5123/cb", true),
            ("http://127.0.0.1:1/cb", "http://127.0.0.1:5123/cb", true),
            ("http://127.0.0.1:1/cb", "http://127.0.0.1/cb", true),
            ("http://[::1]:1/cb", "http://[::1]:2/cb", true),
            ("http://localhost:1/cb?a", "http://localhost:2/cb?a", true),
            ("http://localhost", "http://localhost:2", true),
            ("http://localhost/cb", "http://localhost:2/other", false),
            ("http://localhost/cb", "http://127.0.0.1:2/cb", false),
            ("http://localhost/cb", "http://localhost:0/cb", false),
            ("http://localhost/cb", "http://localhost:65536/cb", false),
            (
                "http://localhost/cb",
                "http://localhost:2@evil.example/cb",
                false,
            ),
            (
                "http://localhost/cb",
                "http://localhost.evil.example/cb",
                false,
            ),
            ("http://localhost/cb", "http://localhost:/cb", false),
            ("http://127.0.0.1/cb", "https://127.0.0.1:2/cb", false),
            (
                "https://app.example.com/cb",
                "https://app.example.com:2/cb",
                false,
            ),
        ] {
            assert_eq!(matches(registered, given, Any), is_match, "{given}");
            assert!(!matches(registered, given, ToTheLetter), "{given}");
        }
    }
}
