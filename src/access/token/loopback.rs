//! Recognition of loopback hosts, by their name alone.
//!
//! The emulator signs with published keys, so a handle trusts it only on this machine. The name
//! must be enough to know that: a lookup in DNS could be answered by an attacker.

use url::{Host, Url};

/// Returns `true` if a URL's host is a loopback address, or a name that is reserved for one
/// ([RFC 6761 §6.3](https://www.rfc-editor.org/rfc/rfc6761#section-6.3)), in any spelling.
///
/// A name that only resolves to such an address, such as `127.0.0.1.nip.io`, does not count: its
/// owner can make it resolve to any other address.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            let parent = name.strip_suffix("localhost");
            parent.is_some_and(|rest| {
                rest.is_empty() || (rest.ends_with('.') && !rest.starts_with('.'))
            }) && !name.contains("..")
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => {
            ip.is_loopback() || ip.to_ipv4_mapped().is_some_and(|ip| ip.is_loopback())
        }
        None => false,
    }
}

/// Returns `true` if two issuers are loopback origins that differ only in the name of the host.
///
/// Scheme and port must be the same, and both must be written as origins are. An emulator is
/// reached as `localhost` by a browser and as `127.0.0.1` by a server, and tokens for one must be
/// valid at the other.
pub(crate) fn is_same_loopback_origin(one: &str, other: &str) -> bool {
    let origin = |text: &str| {
        let url = Url::parse(text).ok()?;
        let is_origin = is_loopback(&url) && url.origin().ascii_serialization() == text;
        is_origin.then(|| (url.scheme().to_owned(), url.port_or_known_default()))
    };
    let one = origin(one);
    one.is_some() && one == origin(other)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{is_loopback, is_same_loopback_origin};

    #[test]
    fn every_spelling_of_a_loopback_host_is_recognized_and_no_other_host_is() {
        for host in [
            "localhost",
            "LOCALHOST",
            "localhost.",
            "auth.localhost",
            "a.b.localhost:9100",
            "127.0.0.1",
            "127.255.255.254",
            "127.1",
            "0x7f.1",
            "0177.0.0.1",
            "2130706433",
            "127.0.0.1.",
            "[::1]",
            "[0:0:0:0:0:0:0:1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "%6cocalhost",
            "ⓛocalhost",
        ] {
            let url = Url::parse(&format!("http://{host}/")).unwrap();
            assert!(is_loopback(&url), "{host}");
        }
        for host in [
            "localhost.example.com",
            "localhost.com",
            "mylocalhost",
            "localhosts",
            "127.0.0.1.nip.io",
            "127.0.0.1.example.com",
            "localtest.me",
            "propelauth-dev",
            "host.docker.internal",
            "localhost.localdomain",
            "0.0.0.0",
            "[::]",
            "128.0.0.1",
            "126.255.255.255",
            "10.0.0.1",
            "192.168.0.1",
            "169.254.0.1",
            "[::ffff:10.0.0.1]",
            "[::127.0.0.1]",
            "[64:ff9b::7f00:1]",
            "[fe80::1]",
            "auth.example.com",
        ] {
            let url = Url::parse(&format!("http://{host}/")).unwrap();
            assert!(!is_loopback(&url), "{host}");
        }
        assert!(!is_loopback(
            &Url::parse("data:text/plain,localhost").unwrap()
        ));
    }

    #[test]
    fn loopback_issuers_are_the_same_if_scheme_and_port_are() {
        let ours = "http://localhost:9100";
        for same in [
            "http://localhost:9100",
            "http://127.0.0.1:9100",
            "http://127.0.0.2:9100",
            "http://[::1]:9100",
            "http://auth.localhost:9100",
        ] {
            assert!(is_same_loopback_origin(same, ours), "{same}");
            assert!(is_same_loopback_origin(ours, same), "{same}");
        }
        for other in [
            "",
            "localhost:9100",
            "https://localhost:9100",
            "http://localhost",
            "http://localhost:9101",
            "http://localhost:09100",
            "http://localhost:9100/",
            "http://LOCALHOST:9100",
            " http://localhost:9100",
            "http://localhost:9100/x",
            "http://user@localhost:9100",
            "http://127.1:9100",
            "http://0.0.0.0:9100",
            "http://localhost.example.com:9100",
            "http://127.0.0.1.nip.io:9100",
        ] {
            assert!(!is_same_loopback_origin(other, ours), "{other}");
        }
        assert!(!is_same_loopback_origin(
            "https://a.example",
            "https://a.example"
        ));
    }
}
