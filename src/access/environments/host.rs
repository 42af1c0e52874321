//! The host that a request names.
//!
//! It is that of the request's target (`:authority` in HTTP/2) or of the header `Host`, never of `Forwarded` or
//! `X-Forwarded-Host`: any caller can send those, and a caller must not choose another environment than the one whose
//! host it reached.

use actix_web::{
    dev::RequestHead,
    http::header::{HOST, HeaderValue},
};
use url::Host;

use crate::access::no_environment::{NoEnvironment, shown};

/// Returns the name of a host as it is compared, from what a developer wrote.
///
/// # Errors
///
/// Returns what is wrong with the text, and what to write.
pub(crate) fn normalize(text: &str) -> Result<String, &'static str> {
    if text.is_empty() {
        return Err("empty: write a host such as `eu.example.com`");
    }
    if text.contains(['/', '@', '?', '#']) {
        return Err("a URL or a part of one: write the host alone, such as `eu.example.com`");
    }
    if text.contains('*') {
        return Err("a pattern, and hosts are compared as a whole: write each of them");
    }
    if text.contains(':') && !text.ends_with(']') {
        return Err("followed by a port, and ports are not compared: leave it out");
    }
    let host = Host::parse(text.strip_suffix('.').unwrap_or(text));
    match host.map(|host| host.to_string()) {
        // In a URL, a name may have more characters than in a request.
        Ok(host) if name(host.as_bytes()) == Some(host.as_str()) => Ok(host),
        _ => Err("neither a name nor an address: write a host such as `eu.example.com`"),
    }
}

/// Returns the name of the host that a request is for, without port and trailing dot, in the case of the request.
pub(super) fn of(head: &RequestHead) -> Result<&str, NoEnvironment> {
    let mut headers = head.headers().get_all(HOST);
    let (header, another) = (headers.next(), headers.next());
    if another.is_some() {
        return Err(NoEnvironment::SeveralHosts);
    }
    let of_header = header
        .map(HeaderValue::as_bytes)
        .map(|text| name(text).ok_or_else(|| malformed(text)));
    let of_target = head
        .uri
        .authority()
        .map(|text| text.as_str().as_bytes())
        .map(|text| name(text).ok_or_else(|| malformed(text)));
    match (of_target.transpose()?, of_header.transpose()?) {
        (None, None) => Err(NoEnvironment::NoHost),
        (Some(name), None) | (None, Some(name)) => Ok(name),
        // RFC 9112 §3.2.2 lets the target decide, and a proxy in front may not know that.
        (Some(target), Some(header)) if !target.eq_ignore_ascii_case(header) => {
            Err(NoEnvironment::SeveralHosts)
        }
        (Some(name), Some(_)) => Ok(name),
    }
}

fn malformed(text: &[u8]) -> NoEnvironment {
    NoEnvironment::MalformedHost(shown(&String::from_utf8_lossy(text)))
}

/// Returns the name in `host[:port]`, without its trailing dot.
pub(in crate::access) fn name(text: &[u8]) -> Option<&str> {
    let text = str::from_utf8(text).ok()?;
    let end = match text.strip_prefix('[') {
        // An IPv6 address, with its brackets.
        Some(rest) => rest.find(']')?.checked_add(2)?,
        None => text.find(':').unwrap_or(text.len()),
    };
    let (name, port) = text.split_at_checked(end)?;
    let is_port = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !port.is_empty() && !port.strip_prefix(':').is_some_and(is_port) {
        return None;
    }
    let is_address = name.starts_with('[');
    let is_allowed = |byte: u8| match byte {
        b'[' | b']' | b':' => is_address,
        byte => byte.is_ascii_alphanumeric() || b"-._".contains(&byte),
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    (!name.is_empty() && name.bytes().all(is_allowed)).then_some(name)
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header::HOST, test::TestRequest};

    use super::{name, normalize, of};
    use crate::access::no_environment::NoEnvironment;

    #[test]
    fn a_name_is_read_without_port_and_trailing_dot() {
        for (text, expected) in [
            ("a.example.com", "a.example.com"),
            ("A.Example.com:8080", "A.Example.com"),
            ("a.example.com.", "a.example.com"),
            ("a.example.com.:443", "a.example.com"),
            ("a.example.com:", "a.example.com"),
            ("127.0.0.1:80", "127.0.0.1"),
            ("[::1]:80", "[::1]"),
            ("[::ffff:127.0.0.1]", "[::ffff:127.0.0.1]"),
            ("a_b", "a_b"),
        ] {
            assert_eq!(name(text.as_bytes()), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_name_is_malformed() {
        for text in [
            "",
            ".",
            ":80",
            "a:b",
            "a:80:80",
            "a b",
            "a,b",
            "user@a",
            "a/b",
            "[::1",
            "[::1]x",
            "::1",
            "a%62",
            "a\\b",
            "a;b",
            "a\t",
            "b\u{fc}cher.example",
        ] {
            assert_eq!(name(text.as_bytes()), None, "{text}");
        }
        assert_eq!(name(b"a\xff"), None);
    }

    #[test]
    fn the_host_is_that_of_the_target_or_the_header_and_both_must_agree() {
        let of = |target: &str, headers: &[&str]| {
            let mut request = TestRequest::with_uri(target);
            for header in headers {
                request = request.append_header((HOST, *header));
            }
            let request = request.to_http_request();
            of(request.head()).map(str::to_owned)
        };
        let ok = |name: &str| Ok(name.to_owned());
        assert_eq!(of("/", &["a.example"]), ok("a.example"));
        assert_eq!(of("http://a.example:80/", &[]), ok("a.example"));
        assert_eq!(of("http://a.example/", &["A.example.:80"]), ok("a.example"));
        assert_eq!(of("/", &[]), Err(NoEnvironment::NoHost));
        let several = Err(NoEnvironment::SeveralHosts);
        assert_eq!(of("http://a.example/", &["b.example"]), several);
        assert_eq!(of("/", &["a.example", "a.example"]), several);
        let malformed = |text: &str| Err(NoEnvironment::MalformedHost(text.to_owned()));
        assert_eq!(
            of("/", &["a.example, b.example"]),
            malformed("a.example, b.example")
        );
        assert_eq!(of("http://b@a.example/", &[]), malformed("b@a.example"));
        assert_eq!(of("http://a.example/", &[""]), malformed(""));
    }

    #[test]
    fn the_hosts_of_a_developer_are_normalized() {
        for (text, expected) in [
            ("A.Example.COM", "a.example.com"),
            ("a.example.com.", "a.example.com"),
            ("b\u{fc}cher.example", "xn--bcher-kva.example"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]", "[::1]"),
            ("localhost", "localhost"),
        ] {
            assert_eq!(normalize(text).as_deref(), Ok(expected), "{text}");
        }
        for text in [
            "",
            ".",
            "https://a.example",
            "a.example/",
            "a.example:80",
            "*.example",
            "::1",
            "a b",
            "[::1]:80",
            "u@a",
        ] {
            assert!(normalize(text).is_err(), "{text}");
        }
    }
}
