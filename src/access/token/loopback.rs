//! Which hosts are this machine by their name alone, so that nobody else can be behind them.

use url::{Host, Url};

/// Returns whether a URL's host is a loopback address or one of the names that stand for one
/// ([RFC 6761 §6.3](https://www.rfc-editor.org/rfc/rfc6761#section-6.3)), in whatever spelling.
///
/// A name that merely resolves to such an address, as `127.0.0.1.nip.io` does, is none: whoever
/// runs the zone decides where it leads.
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

/// Returns whether two issuers are origins of this machine that differ in nothing but its name:
/// scheme and port are the same, and each is spelled as an origin is.
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
    fn every_spelling_of_this_machine_is_loopback_and_nothing_else_is() {
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
    fn issuers_of_this_machine_are_the_same_with_the_same_scheme_and_port() {
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
