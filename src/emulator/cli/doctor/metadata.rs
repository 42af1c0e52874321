//! Mistakes that PropelAuth's response to the request for its verifier key shows.

use std::{error::Error as StdError, io, time::Duration};

use url::Url;

use super::{
    diagnosis::{proxy_variable, shown},
    finding::Report,
    variables::Variables,
};
use crate::{
    api::VerificationApi,
    call::Error,
    client::{
        ConnectFailure,
        proxy::{self, Proxy},
    },
    endpoint::NotFound,
    propel_auth::{
        PropelAuth, PropelAuthBuilder,
        env::{API_KEY, AUTH_URL, EMULATOR},
    },
};

/// Long enough for a slow proxy, and short enough to wait for.
const TIMEOUT: Duration = Duration::from_secs(10);

/// PropelAuth, or the emulator, as the variables describe it.
pub(super) struct Server {
    pub(super) auth: PropelAuth,
    /// The origin of the backend API.
    pub(super) url: Url,
    pub(super) proxy: Option<Proxy>,
    pub(super) is_emulator: bool,
    /// The key that it verifies tokens with.
    pub(super) pem: String,
}

/// Asks PropelAuth for its verifier key. Returns the server if it responded with one.
pub(super) async fn ask(
    builder: PropelAuthBuilder,
    variables: &Variables,
    report: &mut Report,
) -> Option<Server> {
    let builder = builder.max_retries(0).request_timeout(TIMEOUT);
    // All checks have passed before.
    let auth = builder.build_lazy().ok()?;
    let url = Url::parse(&auth.client().config().origin).ok()?;
    let variable = |name: &str| std::env::var(name).ok();
    let proxy = proxy::choose(&proxy::ProxySetting::Environment, &url, variable);
    let proxy = proxy.ok().flatten();
    let asked = VerificationApi::new(auth.client()).fetch_token_verification_metadata();
    let error = match asked.await {
        Ok(metadata) => {
            if let Some(pem) = metadata.into_pem() {
                let is_emulator = matches!(variables.text(EMULATOR).as_str(), "1" | "true");
                let through = proxy
                    .as_ref()
                    .map(|it| format!(", through the proxy {it:?}"));
                let through = through.unwrap_or_default();
                report.fine(format!(
                    "{} accepts the integration key{through}",
                    shown(&url)
                ));
                return Some(Server {
                    auth,
                    url,
                    proxy,
                    is_emulator,
                    pem,
                });
            }
            not_propelauth(&url, "its response has no verifier key", variables, report);
            return None;
        }
        Err(error) => error,
    };
    diagnose(&error, &url, proxy.as_ref(), variables, report);
    None
}

fn diagnose(
    error: &Error<NotFound>,
    url: &Url,
    proxy: Option<&Proxy>,
    variables: &Variables,
    report: &mut Report,
) {
    let api = shown(url);
    let auth_url = variables.text(AUTH_URL);
    match error {
        Error::InvalidApiKey => {
            let seen = format!("{api} responded with 401 to the integration key, for {auth_url}");
            let finding = report.find("api_key_of_another_environment", seen);
            let line = format!("{API_KEY}=<the integration key of the environment of {auth_url}>");
            finding.change(variables.place(API_KEY), line);
        }
        Error::Refused(_) => {
            let seen = format!("{api} responded with 404: it knows no environment for {auth_url}");
            let finding = report.find("auth_url_of_another_environment", seen);
            let line = format!("{AUTH_URL}=<the auth URL that the dashboard shows beside the key>");
            finding.change(variables.place(AUTH_URL), line);
        }
        Error::MissingTls => {
            let seen = format!("{api} is https, and propelauth-dev was built without TLS");
            let finding = report.find("tls_feature_missing", seen);
            let line = "actix-web-propelauth = { …, features = [\"rustls\"] }";
            finding.change("Cargo.toml", line);
        }
        Error::Tls { source } => tls(&api, &source.to_string(), report),
        Error::Unavailable { .. } | Error::Timeout { .. } => {
            unreachable(error, url, proxy, variables, report);
        }
        error => not_propelauth(url, &error.to_string(), variables, report),
    }
}

/// Finds the step of connecting that failed.
fn unreachable(
    error: &Error<NotFound>,
    url: &Url,
    proxy: Option<&Proxy>,
    variables: &Variables,
    report: &mut Report,
) {
    let api = shown(url);
    let failure = connect_failure(error);
    let text = failure.map_or_else(|| error.to_string(), ToString::to_string);
    if let Some(proxy) = proxy {
        let name = proxy_variable();
        let seen = format!("{name} leads to {proxy:?}: {text}");
        let finding = report.find("propelauth_proxy_fails", seen);
        let host = url.host_str().unwrap_or_default();
        finding.change(
            variables.place(name),
            format!("{name}=http://<user>:<password>@<host>:<port>, of a proxy that works; or NO_PROXY={host}"),
        );
        return;
    }
    let is_local = crate::access::is_loopback(url);
    let line = match is_local {
        true => format!("start the emulator: propelauth-dev --port {}", port(url)),
        false => format!(
            "open port {} to {api} in the firewall, or set HTTPS_PROXY",
            port(url)
        ),
    };
    match failure {
        Some(ConnectFailure::Resolve { host, .. }) => {
            let is_own = variables.text(AUTH_URL).contains(host.as_str());
            let finding = report.find("propelauth_name_unknown", text);
            let (at, line) = match is_own {
                true => (
                    variables.place(AUTH_URL),
                    format!("{AUTH_URL}=<a URL whose host has an address>"),
                ),
                false => (
                    "/etc/resolv.conf".to_owned(),
                    "nameserver <one that responds>; or set HTTPS_PROXY".to_owned(),
                ),
            };
            finding.change(at, line);
        }
        Some(ConnectFailure::Connect { source, to }) if to.contains("TLS handshake") => {
            tls(&api, &source.to_string(), report);
        }
        Some(ConnectFailure::Connect { source, .. })
            if source.kind() == io::ErrorKind::ConnectionRefused =>
        {
            let finding = report.find("propelauth_refuses_connections", text);
            if is_local {
                let url = format!("{AUTH_URL}=<the auth URL that propelauth-dev printed>");
                finding.change(variables.place(AUTH_URL), url);
            }
            finding.change("this machine", line);
        }
        _ => {
            let line = match is_local {
                true => format!("restart what listens on port {}", port(url)),
                false => line,
            };
            let finding = report.find("propelauth_does_not_respond", format!("{api}: {text}"));
            finding.change("this machine", line);
        }
    }
}

fn tls(api: &str, text: &str, report: &mut Report) {
    let finding = report.find("propelauth_tls_fails", format!("{api}: {text}"));
    finding
        .change(
            "Cargo.toml",
            "actix-web-propelauth = { …, features = [\"rustls-native-roots\"] }, if a proxy signs \
             with a company certificate",
        )
        .change(
            "this machine",
            "install ca-certificates, and set the clock (a wrong date makes certificates invalid)",
        );
}

/// Adds the finding that the server is another one.
pub(super) fn not_propelauth(url: &Url, text: &str, variables: &Variables, report: &mut Report) {
    let seen = format!(
        "{} responded, but not as PropelAuth does: {text}",
        shown(url)
    );
    let finding = report.find("not_propelauth", seen);
    let line = format!("{AUTH_URL}=<the auth URL of PropelAuth, or of the emulator>");
    finding.change(variables.place(AUTH_URL), line);
}

/// Returns the port of a URL, or that of its scheme.
pub(super) fn port(url: &Url) -> u16 {
    url.port_or_known_default().unwrap_or_default()
}

/// Finds the failure to connect in the chain of an error's sources.
fn connect_failure<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a ConnectFailure> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}
