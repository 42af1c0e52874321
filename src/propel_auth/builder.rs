//! Builder of the handle: its settings and their defaults.

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use actix_web::{HttpRequest, HttpResponse};

use super::{checks::redact_url, handle::PropelAuth};
use crate::{
    access::{
        Clock, DEFAULT_CACHE_BYTES, DEFAULT_MAX_TOKEN_LEN, DEFAULT_REALM, Denied, OnDenied,
        TokenSources,
        freshness::{DEFAULT_TOKEN_LIFETIME, OnStale},
    },
    client::ClientOptions,
    observe::UserInSpans,
    words::secret::Secret,
};

/// Long enough that forged tokens cause no load, short enough that a rotation is noticed soon.
const DEFAULT_KEY_REFRESH_INTERVAL: Duration = Duration::from_secs(30);

/// Configures a [`PropelAuth`]. Created by [`PropelAuth::builder`] or
/// [`PropelAuth::builder_from_env`].
///
/// The setters check nothing. Whatever cannot work is reported by the method that builds the handle, as
/// an [`InitError`](crate::InitError) that says what to change.
///
/// | finish with | connects | needs the verifier key |
/// | --- | --- | --- |
/// | [`fetch_and_init`](Self::fetch_and_init) | at once, to fetch the verifier key | no |
/// | [`build_lazy`](Self::build_lazy) | with the first request that has a token | no |
/// | [`build`](Self::build) | never | yes |
#[must_use = "a builder does nothing until `fetch_and_init`, `build` or `build_lazy` is called"]
pub struct PropelAuthBuilder {
    pub(super) auth_url: String,
    pub(super) api_key: Secret,
    pub(super) verifier_key: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) audience: Option<String>,
    pub(super) base_url: Option<String>,
    pub(super) leeway: Duration,
    pub(super) token_lifetime: Duration,
    pub(super) on_stale: OnStale,
    pub(super) max_token_len: usize,
    pub(super) token_sources: TokenSources,
    pub(super) clock: Clock,
    pub(super) realm: String,
    pub(super) step_up_header: Option<String>,
    pub(super) debug: bool,
    pub(super) on_denied: Option<OnDenied>,
    pub(super) user_in_spans: UserInSpans,
    pub(super) pseudonym_key: Option<Secret>,
    pub(super) key_refresh_interval: Duration,
    pub(super) token_cache_bytes: u64,
    pub(super) client_options: ClientOptions,
    pub(super) insecure_base_url: bool,
    pub(super) emulator: bool,
    #[cfg(feature = "redis")]
    pub(super) fleet: Option<crate::fleet::Fleet>,
    /// Whether published keys are accepted for any host: for unit tests, which have no server.
    pub(super) trusts_published_keys: bool,
}

impl PropelAuth {
    /// Returns a builder for an auth URL, such as `https://auth.example.com`, and a backend integration
    /// API key. PropelAuth's dashboard shows both under Backend Integration.
    ///
    /// ```
    /// # use actix_web_propelauth::{InitError, PropelAuth};
    /// # fn example(api_key: String, pem: String) -> Result<PropelAuth, InitError> {
    /// // With the verifier key set, nothing is fetched.
    /// let auth = PropelAuth::builder("https://auth.example.com", api_key)
    ///     .verifier_key(pem)
    ///     .build()?;
    /// # Ok(auth)
    /// # }
    /// ```
    pub fn builder(auth_url: impl Into<String>, api_key: impl Into<Secret>) -> PropelAuthBuilder {
        PropelAuthBuilder {
            auth_url: auth_url.into(),
            api_key: api_key.into(),
            verifier_key: None,
            issuer: None,
            audience: None,
            base_url: None,
            leeway: Duration::ZERO,
            token_lifetime: DEFAULT_TOKEN_LIFETIME,
            on_stale: OnStale::default(),
            max_token_len: DEFAULT_MAX_TOKEN_LEN,
            token_sources: TokenSources::default(),
            clock: Clock::default(),
            realm: DEFAULT_REALM.to_owned(),
            step_up_header: None,
            debug: false,
            on_denied: None,
            user_in_spans: UserInSpans::default(),
            pseudonym_key: None,
            key_refresh_interval: DEFAULT_KEY_REFRESH_INTERVAL,
            token_cache_bytes: DEFAULT_CACHE_BYTES,
            client_options: ClientOptions::default(),
            insecure_base_url: false,
            emulator: false,
            #[cfg(feature = "redis")]
            fleet: None,
            trusts_published_keys: false,
        }
    }
}

impl PropelAuthBuilder {
    /// Sets the public key that access tokens are verified with, as PEM text. Line breaks may be written
    /// as a literal `\n`, which environment variables often need. By default, the key is fetched.
    ///
    /// A key that you set is never fetched again, so a rotation in PropelAuth's dashboard needs a restart
    /// with the new key.
    #[doc(alias = "manualTokenVerificationMetadata")]
    #[doc(alias = "public_key_pem")]
    pub fn verifier_key(mut self, pem: impl Into<String>) -> Self {
        self.verifier_key = Some(pem.into());
        self
    }

    /// Sets the issuer that tokens must name, compared byte for byte. By default, the origin of the auth
    /// URL.
    ///
    /// PropelAuth's issuers are origins without a trailing slash, such as `https://auth.example.com`. Any
    /// other form is accepted, and a warning is logged when the handle is built.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Sets the audience that tokens must name: `aud` must be this string, compared byte for byte, or an
    /// array of strings that contains it
    /// ([RFC 7519 §4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3)). A token without `aud` is
    /// then rejected. By default, `aud` is not validated, because PropelAuth does not issue it.
    ///
    /// A second call replaces the first. A service with two audiences builds a handle for each.
    ///
    /// ```
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// let builder = PropelAuth::builder("https://auth.example.com", "key")
    ///     .audience("https://api.example.com");
    /// ```
    #[doc(alias = "aud")]
    #[doc(alias = "set_audience")]
    #[doc(alias = "validAudience")]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audience = Some(audience.into());
        self
    }

    /// Sets the URL of the backend API. By default, `https://propelauth-api.com`, or the auth URL with
    /// [`emulator`](Self::emulator).
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// Accepts a base URL that is `http` or on this machine, for a forwarder or sidecar that connects to
    /// PropelAuth itself. By default, the base URL must be `https` and on another host.
    ///
    /// The integration API key is sent to that URL unencrypted. Unlike [`emulator`](Self::emulator), this
    /// setting does not accept the published development keys.
    ///
    /// ```
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// # fn example(api_key: String, pem: String) -> Result<(), Box<dyn std::error::Error>> {
    /// let auth = PropelAuth::builder("https://auth.example.com", api_key)
    ///     .base_url("http://127.0.0.1:15001")
    ///     .allow_insecure_base_url()
    ///     .verifier_key(pem)
    ///     .build()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn allow_insecure_base_url(mut self) -> Self {
        self.insecure_base_url = true;
        self
    }

    /// Sets the tolerance for clock skew: a token is accepted for this long after `exp` and before `nbf`
    /// ([RFC 7519 §4.1.4](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4)). By default, 0.
    ///
    /// An hour at most: tokens live half an hour, and synchronized clocks differ by seconds.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Sets the clock that tokens are validated against. By default, the system clock.
    ///
    /// For tests: an emulator's tokens expire when you say so, without waiting.
    ///
    /// ```
    /// use std::time::{Duration, UNIX_EPOCH};
    ///
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// let builder = PropelAuth::builder("https://auth.example.com", "key")
    ///     .clock(|| UNIX_EPOCH + Duration::from_secs(1_700_000_000));
    /// ```
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Sets whether responses include the exact reason for a denial, as `detail`. By default, they don't.
    ///
    /// For development only: the reasons help an attacker as much as they help you.
    #[doc(alias = "debugMode")]
    pub fn debug_mode(mut self, debug: bool) -> Self {
        self.debug = debug;
        self
    }

    /// Sets the realm in `WWW-Authenticate`
    /// ([RFC 9110 §11.5](https://www.rfc-editor.org/rfc/rfc9110#section-11.5)). By default, `api`.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    /// Sets a hook that can replace the response to every denied request: 401, 403, 431, 500 and 503.
    ///
    /// The closure receives the response that would be sent, and returns the one to send. `Cache-Control` is
    /// added unless the response has it, and so are `WWW-Authenticate` and `Retry-After` if the status is
    /// unchanged. With another status, such as 404 to hide what exists, the response reveals nothing of the
    /// denial: its challenge is removed, and a body that is unchanged is about the new status.
    ///
    /// The hook also applies to a denial that a handler returns with `?`, on its own or inside an error of the
    /// application that words nothing itself: one that responds with `denied.error_response()`, or that has
    /// actix-web's default response. If the application worded the body or chose another status, its response
    /// is kept, and the hook is not called.
    ///
    /// Middleware outside of this crate's, such as an error page around the whole app, can replace the response
    /// after the hook, and lose its headers. Use the hook in its place, or wrap
    /// [`optional_user`](PropelAuth::optional_user) around it as well, which adds them again.
    ///
    /// ```
    /// use actix_web::HttpResponse;
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// let builder = PropelAuth::builder("https://auth.example.com", "key")
    ///     .on_denied(|denied, _request, _response| {
    ///         HttpResponse::build(denied.status_code()).json("please log in")
    ///     });
    /// ```
    pub fn on_denied(
        mut self,
        change: impl Fn(&Denied, &HttpRequest, HttpResponse) -> HttpResponse + Send + Sync + 'static,
    ) -> Self {
        self.on_denied = Some(Arc::new(change));
        self
    }

    /// Sets the pause after a fetch of the verifier key that brought no new key. By default, 30 seconds.
    /// Has no effect if you set the key yourself.
    ///
    /// A signature that does not verify may mean that PropelAuth rotated its key, so it causes a fetch.
    /// Forged signatures look the same; the pause bounds the requests that they cause. A fetch that brings a
    /// new key is followed by no pause, so that a second rotation is noticed, too. While there is no key at
    /// all, the pause is one second at most.
    pub fn key_refresh_interval(mut self, interval: Duration) -> Self {
        self.key_refresh_interval = interval;
        self
    }

    /// Targets an emulator instead of PropelAuth: `http` and loopback URLs are accepted, and the backend
    /// API is expected at the auth URL.
    ///
    /// If both the auth URL and the base URL are on this machine (`localhost`, names that end in
    /// `.localhost`, `127.0.0.0/8`, `[::1]`), the published development keys are accepted, and tokens may name
    /// this machine as issuer under another of its loopback names with the same port. A warning is logged when
    /// the handle is built.
    ///
    /// Not for production: anyone can sign tokens with the development keys. On any other host, those keys are
    /// rejected, also for an emulator in another container; [`InitError::PublishedKey`] says what to do. For
    /// unit tests without a server, use `testing::propel_auth_builder()`.
    ///
    /// If the auth URL is `https` on another host, building the handle fails with
    /// [`InitError::EmulatorInProduction`].
    ///
    /// [`InitError::PublishedKey`]: crate::InitError::PublishedKey
    /// [`InitError::EmulatorInProduction`]: crate::InitError::EmulatorInProduction
    pub fn emulator(mut self) -> Self {
        self.emulator = true;
        self
    }

    /// Accepts the published development keys for any host.
    #[cfg(any(feature = "test-util", test))]
    pub(crate) fn trust_published_keys(mut self) -> Self {
        self.trusts_published_keys = true;
        self
    }

    /// Sets the maximum length of an access token, in bytes. By default, 16 KiB: enough for a user in 20
    /// organizations with ten permissions each, in 28 with three, or in 34 with none. Metadata and custom
    /// properties take their share.
    ///
    /// Longer tokens are not parsed. The response is 431 and not 401, because clients answer a 401 with a
    /// refresh, which would bring another long token. A warning is logged at most once in ten minutes.
    /// actix-web accepts up to 128 KiB of headers, and proxies often 8 to 64 KiB.
    pub fn max_token_len(mut self, bytes: usize) -> Self {
        self.max_token_len = bytes;
        self
    }

    /// Sets the size of the cache of verified tokens, in bytes. A request with a cached token costs no
    /// cryptography. By default, 16 MiB: over 3,000 tokens of two organizations each. 0 disables the cache.
    ///
    /// A cached token expires like any other, and never outlives the key that verified it. It counts for the
    /// memory that the token and its user take, whatever the shape of the claims. A token that would take more
    /// than an eighth of the cache is not cached, so that a few large ones cannot evict all others.
    pub fn token_cache_bytes(mut self, bytes: u64) -> Self {
        self.token_cache_bytes = bytes;
        self
    }
}

impl fmt::Debug for PropelAuthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PropelAuthBuilder")
            .field("auth_url", &redact_url(&self.auth_url))
            .field("api_key", &self.api_key)
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("base_url", &self.base_url.as_deref().map(redact_url))
            .field("leeway", &self.leeway)
            .field("realm", &self.realm)
            .field("debug", &self.debug)
            .field("emulator", &self.emulator)
            .finish_non_exhaustive()
    }
}
