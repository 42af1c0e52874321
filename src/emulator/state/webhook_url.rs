//! Where webhooks can be sent: to this machine and private networks.

use std::net::IpAddr;

use url::{Host, Url};

/// Returns the URL of an endpoint in canonical form, or the reason if nothing can be sent to it.
///
/// An emulator sends to this machine and private networks only, such as that of a container. So a seed with
/// a URL of production sends nothing there.
pub(super) fn check(text: &str) -> Result<Url, String> {
    // A URL with `@` can contain a password, so it is not repeated.
    let shown = match text.contains('@') {
        true => "the URL of the webhook".to_owned(),
        false => format!("the URL {text:?} of the webhook"),
    };
    const LIKE: &str = "write it like http://127.0.0.1:8080/webhooks/propelauth";
    let url = Url::parse(text).map_err(|error| format!("{shown} is no URL ({error}): {LIKE}"))?;
    if url.scheme() != "http" {
        return Err(format!(
            "{shown} is not of http, the only scheme that the emulator sends webhooks with: {LIKE}"
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(format!(
            "{shown} has a user or password, which no webhook is sent with: the signature proves where \
             it comes from"
        ));
    }
    if url.host().is_none_or(|host| !is_near(&host)) {
        return Err(format!(
            "{shown} is not on this machine or in a private network, and the emulator sends webhooks \
             nowhere else: {LIKE}, or with the name of a container"
        ));
    }
    Ok(url)
}

/// Returns `true` for loopback and private addresses, and names that no public host has: those without a
/// dot, as containers have, and those below `localhost` and `internal`, as in `host.docker.internal`.
fn is_near(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => {
            let name = name.strip_suffix('.').unwrap_or(name);
            let last = name.rsplit('.').next();
            !name.contains('.') || matches!(last, Some("localhost" | "internal"))
        }
        Host::Ipv4(address) => address.is_loopback() || address.is_private(),
        Host::Ipv6(address) => match address.to_ipv4_mapped().map(IpAddr::V4) {
            Some(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
            _ => address.is_loopback() || address.is_unique_local(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn webhooks_are_sent_to_this_machine_and_private_networks_only() {
        for url in [
            "http://127.0.0.1:8080/hook",
            "http://localhost/",
            "http://app.localhost:1",
            "http://[::1]:8080/",
            "http://app:8080/hook?x=1",
            "http://host.docker.internal:8080",
            "http://10.1.2.3/",
            "http://192.168.0.2/",
            "http://[fd00::1]/",
            "http://[::ffff:127.0.0.1]/",
        ] {
            assert!(check(url).is_ok(), "{url}: {:?}", check(url));
        }
        for url in [
            "",
            "127.0.0.1:8080",
            "/hook",
            "https://localhost/hook",
            "http://example.com/",
            "http://localhost.example.com/",
            "http://8.8.8.8/",
            "http://0.0.0.0/",
            "http://169.254.169.254/",
            "http://[fe80::1]/",
            "http://[::ffff:8.8.8.8]/",
            "http://u:secret@localhost/",
        ] {
            let why = check(url).unwrap_err();
            assert!(!why.contains("secret"), "{why}");
        }
    }
}
