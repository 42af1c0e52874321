//! HTTP proxies: the choice of one, and the tunnel through it (`CONNECT`, RFC 9110 §9.3.6).
//!
//! A tunnel carries TLS from end to end, so that the proxy sees the host name and the amount of
//! data, but neither keys nor contents.
//!
//! The variables are those of curl, which most other tools follow:
//!
//! | variable | example | meaning |
//! | --- | --- | --- |
//! | `HTTPS_PROXY`, else `ALL_PROXY` | `http://user:password@proxy:3128` | the proxy for `https` |
//! | `NO_PROXY` | `internal.example.com, 10.0.0.1` | hosts that are connected to directly |
//! | `NO_PROXY` | `*` | no proxy for any host |
//!
//! Lowercase names take precedence. Ranges of addresses (CIDR) and ports in `NO_PROXY` are not supported:
//! programs disagree on them, and an entry that is not understood matches no host.

use std::{fmt, net::IpAddr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode_str;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use url::Url;

use crate::words::secret::Secret;

/// The longest head of the response to `CONNECT`.
const MAX_REPLY: usize = 16 * 1024;

/// Which proxy a handle uses.
#[derive(Clone, Debug, Default)]
pub(crate) enum ProxySetting {
    /// The proxy in `HTTPS_PROXY` or `ALL_PROXY`, unless `NO_PROXY` lists the host.
    #[default]
    Environment,
    /// No proxy, whatever the environment says.
    Off,
    /// The proxy at this URL, which may have a password in it.
    Url(Secret),
}

/// A proxy and the credentials for it.
///
/// `Debug` and messages show the host and the port only.
#[derive(Clone)]
pub(crate) struct Proxy {
    /// The host name or address, with brackets around an IPv6 address.
    host: String,
    port: u16,
    /// The user and password, as the value of `Proxy-Authorization: Basic` (RFC 7617).
    credentials: Option<Secret>,
}

/// The error of a proxy's URL that is invalid. It does not contain the URL, which may have a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the URL of the proxy, from `.proxy(…)`, `HTTPS_PROXY` or `ALL_PROXY`, is invalid: it must look \
     like http://user:password@proxy.example.com:3128; `.no_proxy()` connects without one"
)]
pub(crate) struct BadProxy;

impl Proxy {
    /// Parses the URL of a proxy.
    ///
    /// # Errors
    ///
    /// Returns [`BadProxy`] if the text is not the URL of an HTTP proxy. `https` and `socks5` proxies are
    /// not supported; connecting without the proxy instead could send traffic where it must not go.
    pub(super) fn new(text: &str) -> Result<Self, BadProxy> {
        let text = text.trim();
        // As in curl, a URL without a scheme is that of an HTTP proxy.
        let url = if text.contains("://") {
            Url::parse(text)
        } else {
            Url::parse(&format!("http://{text}"))
        };
        let url = url.map_err(|_| BadProxy)?;
        let host = url
            .host_str()
            .filter(|host| !host.is_empty())
            .ok_or(BadProxy)?;
        if url.scheme() != "http" {
            return Err(BadProxy);
        }
        let credentials = (!url.username().is_empty() || url.password().is_some()).then(|| {
            let mut plain: Vec<u8> = percent_decode_str(url.username()).collect();
            plain.push(b':');
            plain.extend(percent_decode_str(url.password().unwrap_or_default()));
            Secret::from(STANDARD.encode(plain))
        });
        Ok(Self {
            host: host.to_owned(),
            port: url.port().unwrap_or(80),
            credentials,
        })
    }

    /// Returns the host to connect to.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// Returns the port to connect to: by default, that of `http`.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// Opens a tunnel to a host through a connection to the proxy.
    ///
    /// Afterward the stream is as good as one to the host itself: TLS is set up over it. The request and a
    /// usual response are
    ///
    /// ```text
    /// CONNECT propelauth-api.com:443 HTTP/1.1
    /// Host: propelauth-api.com:443
    /// Proxy-Authorization: Basic dXNlcjpwYXNzd29yZA==
    ///
    /// HTTP/1.1 200 Connection established
    /// ```
    ///
    /// Any 2xx status opens the tunnel (RFC 9110 §9.3.6), and its header fields mean nothing.
    ///
    /// # Errors
    ///
    /// Returns a message if the proxy refuses, or if the connection to it breaks.
    pub(super) async fn tunnel(
        &self,
        stream: &mut TcpStream,
        host: &str,
        port: u16,
    ) -> Result<(), String> {
        let at = format!("the proxy {}:{}", self.host, self.port);
        let authorization = self.credentials.as_ref().map_or_else(String::new, |it| {
            format!("Proxy-Authorization: Basic {}\r\n", it.expose())
        });
        let request =
            format!("CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n{authorization}\r\n");
        let sent = stream.write_all(request.as_bytes()).await;
        sent.map_err(|error| format!("the request to {at} could not be sent: {error}"))?;

        let mut reply = Vec::new();
        // Byte by byte: what follows the head belongs to the tunnel, and must stay in the stream.
        while !reply.ends_with(b"\r\n\r\n") {
            let byte = stream.read_u8().await;
            reply.push(byte.map_err(|error| format!("{at} did not respond: {error}"))?);
            if reply.len() > MAX_REPLY {
                return Err(format!("the response of {at} is too long"));
            }
        }
        let mut fields = [httparse::EMPTY_HEADER; 64];
        let mut head = httparse::Response::new(&mut fields);
        let status = match head.parse(&reply) {
            Ok(httparse::Status::Complete(_)) => head.code.unwrap_or_default(),
            _ => return Err(format!("{at} does not speak HTTP")),
        };
        match status {
            200..=299 => Ok(()),
            407 => Err(format!(
                "{at} requires valid credentials (407): set them in its URL"
            )),
            status => Err(format!(
                "{at} refused to connect to {host}:{port} ({status})"
            )),
        }
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Returns the proxy for a base URL, if there is to be one.
///
/// The environment applies to `https` only: an `http` base URL is that of an emulator or of a
/// forwarder nearby. `HTTP_PROXY` is never read, as CGI servers set it from a request's header
/// (CVE-2016-5385, "httpoxy").
///
/// # Errors
///
/// Returns [`BadProxy`] if the chosen URL is invalid, rather than connecting without a proxy.
pub(crate) fn choose(
    setting: &ProxySetting,
    base: &Url,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<Option<Proxy>, BadProxy> {
    match setting {
        ProxySetting::Off => Ok(None),
        ProxySetting::Url(url) => Proxy::new(url.expose()).map(Some),
        ProxySetting::Environment => {
            // Lower case first, as in curl.
            let either = |name: &str| {
                let value = variable(name).or_else(|| variable(&name.to_uppercase()));
                value.filter(|value| !value.trim().is_empty())
            };
            let host = base.host_str().unwrap_or_default();
            if base.scheme() != "https" || either("no_proxy").is_some_and(|it| excludes(&it, host))
            {
                return Ok(None);
            }
            let url = either("https_proxy").or_else(|| either("all_proxy"));
            url.map(|url| Proxy::new(&url)).transpose()
        }
    }
}

/// Returns `true` if `NO_PROXY` lists a host: as `*`, as an address, or as a name, which includes its
/// subdomains, with or without a dot in front.
fn excludes(list: &str, host: &str) -> bool {
    let host = host
        .trim_matches(['[', ']'])
        .trim_end_matches('.')
        .to_lowercase();
    list.split([',', ' ']).map(str::trim).any(|entry| {
        let entry = entry.to_lowercase();
        let entry = entry.trim_start_matches("*.").trim_start_matches('.');
        let entry = entry.trim_matches(['[', ']']);
        match (entry, entry.parse::<IpAddr>()) {
            ("", _) => false,
            ("*", _) => true,
            (_, Ok(address)) => host.parse::<IpAddr>() == Ok(address),
            (name, Err(_)) => host
                .strip_suffix(name)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('.')),
        }
    })
}
