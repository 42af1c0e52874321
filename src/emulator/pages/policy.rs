//! The headers of every page: what a browser may load for it, and where it may send a form.

use url::Url;

use crate::emulator::{state::Settings, web::Reply};

/// Adds the headers that every page has.
///
/// Chromium holds redirects that follow a form against `form-action` as well, so that the places to which
/// a login returns are listed there.
pub(super) fn add_headers(reply: Reply, settings: &Settings, form_targets: &[Url]) -> Reply {
    let mut actions = vec!["'self'".to_owned()];
    actions.extend(LOOPBACK.map(str::to_owned));
    let application = Url::parse(&settings.application_url).ok();
    actions.extend(application.iter().chain(form_targets).filter_map(source));
    for location in &settings.additional_fe_locations {
        actions.extend(sources_of_location(
            &location.domain,
            location.allow_any_subdomain,
        ));
    }
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
         connect-src 'self'; form-action {}; frame-ancestors 'none'; base-uri 'none'",
        actions.join(" ")
    );
    reply
        .header("content-security-policy", policy)
        // With `no-referrer`, forms would be sent with the origin `null`.
        .header("referrer-policy", "same-origin")
        .header("x-content-type-options", "nosniff")
}

/// This machine, where applications in development are. A policy cannot name an IPv6 address.
const LOOPBACK: [&str; 6] = [
    "http://localhost:*",
    "https://localhost:*",
    "http://*.localhost:*",
    "https://*.localhost:*",
    "http://127.0.0.1:*",
    "https://127.0.0.1:*",
];

/// Returns a URL as a source of a policy, or `None` if it cannot be one.
fn source(url: &Url) -> Option<String> {
    let source = match url.has_host() && ["http", "https"].contains(&url.scheme()) {
        true => url.origin().ascii_serialization(),
        // Native applications receive codes at a scheme of their own.
        false => format!("{}:", url.scheme()),
    };
    // A policy knows a wildcard at the beginning of a host only.
    let (source, wildcard) = match source.split_once("*.") {
        Some((_, parent)) => (parent.to_owned(), format!("{}://*.", url.scheme())),
        None => (source, String::new()),
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+".contains(&byte);
    let is_code = ["javascript", "data", "blob", "vbscript"].contains(&url.scheme());
    (!is_code && source.bytes().all(is_plain)).then(|| format!("{wildcard}{source}"))
}

fn sources_of_location(domain: &str, allow_any_subdomain: bool) -> Vec<String> {
    let schemes: &[&str] = match domain.contains("://") {
        true => &[""],
        false => &["http://", "https://"],
    };
    let urls = schemes
        .iter()
        .filter_map(|scheme| Url::parse(&format!("{scheme}{domain}")).ok());
    // A host name stands for all of its ports, and a source without a port for one.
    let ports = if domain.contains(':') { "" } else { ":*" };
    let mut sources = Vec::new();
    for source in urls.filter_map(|url| source(&url)) {
        let source = format!("{source}{ports}");
        if let (true, Some((scheme, host))) = (allow_any_subdomain, source.split_once("://")) {
            sources.push(format!("{scheme}://*.{host}"));
        }
        sources.push(source);
    }
    sources
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::{add_headers, source, sources_of_location};
    use crate::emulator::{state::Settings, web::Reply};

    #[test]
    fn a_policy_allows_nothing_unsafe() {
        let reply = add_headers(Reply::empty(200), &Settings::default(), &[]);
        let (_, policy) = &reply.headers[0];
        let policy = policy.expose();
        assert!(policy.starts_with("default-src 'none'; "));
        assert!(
            !policy.contains("unsafe") && !policy.contains(" * "),
            "{policy}"
        );
        assert!(policy.contains("http://localhost:3000; "), "{policy}");
    }

    #[test]
    fn a_source_cannot_end_the_directive() {
        for (url, expected) in [
            ("https://a.example/b?c", Some("https://a.example")),
            ("http://a.example:8080", Some("http://a.example:8080")),
            ("cursor://oauth/callback", Some("cursor:")),
            ("com.example.app:/callback", Some("com.example.app:")),
            ("https://*.a.example/cb", Some("https://*.a.example")),
            (
                "https://b.*.a.example:8443/cb",
                Some("https://*.a.example:8443"),
            ),
            ("https://*.*.a.example/cb", None),
            ("http://a;b.example/", None),
            ("http://a'b.example/", None),
            ("http://[::1]:80/", None),
            ("javascript:alert(1)", None),
            ("data:text/html,x", None),
        ] {
            let url = Url::parse(url).unwrap();
            assert_eq!(source(&url).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn a_location_is_allowed_with_its_subdomains_if_it_has_them() {
        assert_eq!(
            sources_of_location("x.dev", true),
            [
                "http://*.x.dev:*",
                "http://x.dev:*",
                "https://*.x.dev:*",
                "https://x.dev:*"
            ]
        );
        assert_eq!(
            sources_of_location("https://x.dev:1", false),
            ["https://x.dev:1"]
        );
    }
}
