//! The settings of a client, and the configuration derived from them once.
//!
//! [`ClientSettings`] is what the builder of the handle fills in, and [`ClientConfig`] is what requests
//! use. The second is behind an `Arc`, shared by all clones of the handle and all threads; whatever a
//! thread needs for itself is in [`per_thread`](super::per_thread).

use std::{any::Any, fmt, time::SystemTime};

use actix_web::http::header::{HeaderValue, InvalidHeaderValue};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use once_cell::sync::OnceCell;
use url::{Url, form_urlencoded};

use super::{
    base_url::BaseUrl,
    options::ClientOptions,
    proxy::{self, BadProxy, Proxy},
    send_error::SendError,
    tls,
};
use crate::words::secret::Secret;

/// The settings that a [`Client`](super::Client) is created from.
#[derive(Clone, Debug)]
pub(crate) struct ClientSettings {
    /// The URL of the backend API. Its path, if any, precedes those of operations.
    pub(crate) base_url: Url,
    /// The host (and port, if any) of the auth URL, by which PropelAuth finds the environment: all
    /// environments share one backend API.
    pub(crate) auth_host: String,
    /// The backend integration key, sent as a bearer token.
    pub(crate) api_key: Secret,
    /// The id of an OAuth client, of which `api_key` is then the secret: the endpoint is one of OAuth, which takes Basic
    /// credentials and forms.
    pub(crate) oauth_client: Option<String>,
    /// What the application chose about timeouts, retries and the proxy.
    pub(crate) options: ClientOptions,
}

impl ClientSettings {
    /// Creates settings with default options.
    pub(crate) fn new(base_url: Url, auth_host: impl Into<String>, api_key: Secret) -> Self {
        Self {
            base_url,
            auth_host: auth_host.into(),
            api_key,
            oauth_client: None,
            options: ClientOptions::default(),
        }
    }

    /// Changes options, for tests.
    #[cfg(test)]
    pub(crate) fn with(mut self, change: impl FnOnce(&mut ClientOptions)) -> Self {
        change(&mut self.options);
        self
    }
}

/// A setting that is invalid.
///
/// Keys and URLs are not part of the messages, as either may hold a secret.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum SettingsError {
    #[error(
        "the base URL must be http:// or https:// with a host, without user, query and fragment"
    )]
    BaseUrl,
    #[error(
        "the integration API key is empty or has characters that keys never have: copy it again from the dashboard"
    )]
    ApiKey,
    #[error("the host of the auth URL cannot be sent in a header")]
    AuthHost(#[source] InvalidHeaderValue),
    #[error(transparent)]
    Proxy(#[from] BadProxy),
    #[error("the user agent cannot be sent in a header")]
    UserAgent(#[source] InvalidHeaderValue),
}

/// The settings as requests need them: header values and the base URL are built once, so that a
/// request clones reference-counted bytes and allocates nothing for them.
pub(crate) struct ClientConfig {
    /// The base URL in the parts that requests need.
    pub(super) base_url: BaseUrl,
    /// Whether connections use TLS. awc sees `http` either way.
    pub(crate) is_https: bool,
    /// The host and port that connections are opened to, directly or through a tunnel.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// The origin of the base URL, for error messages.
    pub(crate) origin: String,
    /// The proxy, chosen once: a change of the environment needs a new handle.
    pub(super) proxy: Option<Proxy>,
    /// The type of bodies: JSON for the backend API, and forms for the endpoints of OAuth.
    /// All operations of a client have the same.
    pub(super) content_type: &'static str,
    /// `Bearer` with the integration key, or `Basic` with that of an OAuth client, marked as sensitive so that `Debug` of headers omits it.
    pub(crate) authorization: HeaderValue,
    pub(crate) auth_host: HeaderValue,
    pub(crate) user_agent: HeaderValue,
    pub(crate) options: ClientOptions,
    /// Learns of each request of an operation that may have been carried out.
    after_call: OnceCell<AfterCall>,
    /// Created for the first https connection: loading the system's root certificates is
    /// slow, and an application that only verifies tokens never needs them.
    tls: OnceCell<tls::Config>,
}

/// A function that learns of requests, and when the last of them was answered by the clock of the sender.
pub(crate) type AfterCall = Box<dyn Fn(&dyn Any, Option<SystemTime>) + Send + Sync>;

impl ClientConfig {
    /// Validates the settings, and derives what requests need from them.
    ///
    /// # Errors
    ///
    /// Returns the first setting that is invalid.
    pub(crate) fn new(settings: ClientSettings) -> Result<Self, SettingsError> {
        let url = &settings.base_url;
        // A user or a query would be dropped silently by the requests' URLs.
        let is_plain = matches!(url.scheme(), "http" | "https")
            && url.has_host()
            && url.username().is_empty()
            && url.password().is_none()
            && url.query().is_none()
            && url.fragment().is_none();
        if !is_plain {
            return Err(SettingsError::BaseUrl);
        }
        let key = settings.api_key.expose();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(SettingsError::ApiKey);
        }
        let (credentials, content_type) = match &settings.oauth_client {
            None => (format!("Bearer {key}"), "application/json"),
            Some(id) => (basic(id, key), "application/x-www-form-urlencoded"),
        };
        let mut authorization =
            HeaderValue::try_from(credentials).map_err(|_| SettingsError::ApiKey)?;
        authorization.set_sensitive(true);
        Ok(Self {
            base_url: BaseUrl::new(url).ok_or(SettingsError::BaseUrl)?,
            is_https: url.scheme() == "https",
            host: url.host_str().unwrap_or_default().to_owned(),
            port: url.port_or_known_default().unwrap_or_default(),
            origin: url.origin().ascii_serialization(),
            proxy: proxy::choose(&settings.options.proxy, url, |name| {
                std::env::var(name).ok()
            })?,
            content_type,
            authorization,
            auth_host: HeaderValue::try_from(settings.auth_host)
                .map_err(SettingsError::AuthHost)?,
            user_agent: HeaderValue::try_from(&*settings.options.user_agent)
                .map_err(SettingsError::UserAgent)?,
            options: settings.options,
            after_call: OnceCell::new(),
            tls: OnceCell::new(),
        })
    }

    /// Sets who learns of requests that may have been carried out. The first one stays.
    pub(crate) fn set_after_call(&self, after_call: AfterCall) {
        let _ = self.after_call.set(after_call);
    }

    /// Says that a request may have been carried out, and when it was answered. It is of a type that this folder
    /// does not know.
    pub(crate) fn may_have_changed(&self, request: &dyn Any, answered: Option<SystemTime>) {
        if let Some(after_call) = self.after_call.get() {
            after_call(request, answered);
        }
    }

    /// Returns the integration key. It must not reach a log.
    pub(crate) fn integration_key(&self) -> &str {
        let value = self.authorization.to_str().unwrap_or_default();
        value.strip_prefix("Bearer ").unwrap_or_default()
    }

    /// Returns the TLS configuration, creating it at the first call.
    ///
    /// # Errors
    ///
    /// Returns [`SendError::Tls`] if root certificates cannot be loaded, and
    /// [`SendError::MissingTls`] without a TLS feature. An error is not kept: the next call tries
    /// again.
    pub(crate) fn tls(&self) -> Result<&tls::Config, SendError> {
        self.tls.get_or_try_init(tls::config)
    }
}

/// Returns the credentials of an OAuth client, each part encoded as in a form: a colon in the id would otherwise end it
/// ([RFC 6749 §2.3.1](https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1)).
fn basic(id: &str, secret: &str) -> String {
    let encoded =
        |text: &str| -> String { form_urlencoded::byte_serialize(text.as_bytes()).collect() };
    let pair = format!("{}:{}", encoded(id), encoded(secret));
    format!("Basic {}", BASE64_STANDARD.encode(pair))
}

impl fmt::Debug for ClientConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.base_url.url)
            .field("auth_host", &self.auth_host)
            .finish_non_exhaustive()
    }
}
