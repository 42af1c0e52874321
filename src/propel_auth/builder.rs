//! How a `PropelAuth` is configured.

use std::{
    fmt,
    time::{Duration, SystemTime},
};

use actix_web::{HttpRequest, HttpResponse};

use super::{checks::redact_url, handle::PropelAuth};
use crate::{
    access::{Clock, DEFAULT_CACHE_BYTES, DEFAULT_MAX_TOKEN_LEN, DEFAULT_REALM, Denied, OnDenied},
    client::ClientOptions,
    secret::Secret,
};

/// How often at most the verifier key is fetched anew because tokens do not verify.
const DEFAULT_KEY_REFRESH_INTERVAL: Duration = Duration::from_secs(30);

/// Configures a [`PropelAuth`]; made by [`PropelAuth::builder`].
#[must_use = "a builder does nothing until `fetch_and_init`, `build` or `build_lazy` is called"]
pub struct PropelAuthBuilder {
    pub(super) auth_url: String,
    pub(super) api_key: Secret,
    pub(super) verifier_key: Option<String>,
    pub(super) issuer: Option<String>,
    pub(super) audience: Option<String>,
    pub(super) base_url: Option<String>,
    pub(super) leeway: Duration,
    pub(super) max_token_len: usize,
    pub(super) clock: Clock,
    pub(super) realm: String,
    pub(super) debug: bool,
    pub(super) on_denied: Option<OnDenied>,
    pub(super) key_refresh_interval: Duration,
    pub(super) token_cache_bytes: u64,
    pub(super) client_options: ClientOptions,
    pub(super) insecure_base_url: bool,
    pub(super) emulator: bool,
    /// Whether published keys are accepted whatever the hosts: for tests of applications, which
    /// have no server at all.
    pub(super) trusts_published_keys: bool,
}

impl PropelAuth {
    /// Starts the configuration with what every one needs: the auth URL of an environment, such
    /// as `https://auth.example.com`, and a backend integration key. PropelAuth's dashboard
    /// shows both under Backend Integration.
    ///
    /// ```
    /// # use actix_web_propelauth::{InitError, PropelAuth};
    /// # fn example(api_key: String, pem: String) -> Result<PropelAuth, InitError> {
    /// // With the verifier key at hand nothing is fetched.
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
            max_token_len: DEFAULT_MAX_TOKEN_LEN,
            clock: Clock::default(),
            realm: DEFAULT_REALM.to_owned(),
            debug: false,
            on_denied: None,
            key_refresh_interval: DEFAULT_KEY_REFRESH_INTERVAL,
            token_cache_bytes: DEFAULT_CACHE_BYTES,
            client_options: ClientOptions::default(),
            insecure_base_url: false,
            emulator: false,
            trusts_published_keys: false,
        }
    }
}

impl PropelAuthBuilder {
    /// Sets the public key that access tokens are verified with, as PEM. Line breaks may be
    /// written as a literal `\n`. By default the key is fetched.
    #[doc(alias = "manualTokenVerificationMetadata")]
    #[doc(alias = "public_key_pem")]
    pub fn verifier_key(mut self, pem: impl Into<String>) -> Self {
        self.verifier_key = Some(pem.into());
        self
    }

    /// Sets the issuer that tokens must name, to the letter. By default, the origin of the auth
    /// URL.
    ///
    /// PropelAuth's issuers are origins, such as `https://auth.example.com`: without a slash at the
    /// end. Any other form is accepted with a warning in the log when the handle is built.
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Sets the audience that tokens must name: `aud` must be this string, to the letter, or an
    /// array of strings with it among them
    /// ([RFC 7519 §4.1.3](https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3)). A token without
    /// `aud` is then refused. By default, `aud` is not looked at, as PropelAuth does not issue it.
    ///
    /// As with every setting, a second call replaces the first. A service that goes by two
    /// audiences builds a handle for each.
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

    /// Sets where the backend API is served. By default `https://propelauth-api.com`.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        self
    }

    /// Accepts a base URL that is `http` or of this machine, for a forwarder or sidecar that
    /// connects to PropelAuth in its turn. By default, it must be `https` and of another host.
    ///
    /// The integration API key is sent to it as it is. Unlike [`emulator`](Self::emulator), this does not
    /// accept the published development key.
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

    /// Sets for how long a token is still accepted after it expired, and already before it is
    /// valid. By default not at all.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = leeway;
        self
    }

    /// Sets where the time comes from that tokens are checked against. By default from the
    /// system.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// Sets whether a refusal tells the caller its exact reason. By default it does not.
    ///
    /// For development: the reasons help an attacker as much as they help you.
    #[doc(alias = "debugMode")]
    pub fn debug_mode(mut self, debug: bool) -> Self {
        self.debug = debug;
        self
    }

    /// Sets the realm that `WWW-Authenticate` names. By default `api`.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    /// Sets what is done with every refusal before it is sent: 401, 403, and the 431, 500 and 503
    /// that can take their place. By default nothing.
    ///
    /// The closure gets the response that would have been sent and returns the one that is.
    /// `Cache-Control` and, if the status stays, `WWW-Authenticate` and `Retry-After` are added to
    /// it unless it has them.
    ///
    /// A denial that a handler returns is among these refusals, also inside an error of the
    /// application that answers by `denied.error_response()`. What the application changes in the
    /// status or the length of that response's body stays, and the closure is not called.
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
        self.on_denied = Some(Box::new(change));
        self
    }

    /// Sets for how long no verifier key is fetched after a fetch that brought nothing new.
    ///
    /// By default 30 seconds. A signature that does not verify may mean that PropelAuth has rotated
    /// its key, so one fetch may always be made for it. The interval bounds what forged tokens can
    /// cause. After a fetch that brought another key there is no pause, and while there is no key at
    /// all it is one second at most. A key that you set is never fetched.
    pub fn key_refresh_interval(mut self, interval: Duration) -> Self {
        self.key_refresh_interval = interval;
        self
    }

    /// Says that this is the emulator and not PropelAuth: `http` and loopback URLs are accepted,
    /// and the backend API is looked for at the auth URL.
    ///
    /// If the auth URL and the base URL are of this machine (`localhost` and names that end in
    /// `.localhost`, `127.0.0.0/8`, `[::1]`), two things more hold, and a warning in the log says
    /// so when the handle is built: the published development keys are accepted, and so are tokens
    /// whose issuer is this machine under another of its names, on the same port.
    ///
    /// Never for production: anybody can sign tokens with the development keys. They are refused
    /// from any other host, also from an emulator in another container
    /// ([`InitError::PublishedKey`](crate::InitError::PublishedKey) says what to do). For unit
    /// tests, `testing::propel_auth_builder()` accepts them without a server.
    pub fn emulator(mut self) -> Self {
        self.emulator = true;
        self
    }

    /// Accepts the published development keys without a server on this machine.
    #[cfg(any(feature = "test-util", test))]
    pub(crate) fn trust_published_keys(mut self) -> Self {
        self.trusts_published_keys = true;
        self
    }

    /// Sets how many bytes an access token may have. By default, 16 KiB: enough for a user in 20
    /// organizations with ten permissions in each, in 28 with three, or in 34 with none; metadata
    /// and custom properties take their part of it.
    ///
    /// A longer token is not looked at and answered with 431: with a 401, clients would refresh it
    /// for ever. A warning in the log says so, once in ten minutes. actix-web takes at most 128 KiB
    /// of headers, and proxies in front of it often 8 to 64 KiB.
    pub fn max_token_len(mut self, bytes: usize) -> Self {
        self.max_token_len = bytes;
        self
    }

    /// Sets how many bytes of verified tokens are kept, so that the next request with the same
    /// token costs no cryptography. By default 16 MiB, over three thousand tokens of two
    /// organizations each; 0 keeps none.
    ///
    /// A token that is kept expires like any other, and none outlives the key it was signed
    /// with. It counts for the memory that it and its user take up, whatever the claims look
    /// like; one that would take up more than an eighth of the room is not kept.
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
