//! How a `PropelAuth` is configured.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, SystemTime},
};

use actix_web::{HttpRequest, HttpResponse};
use once_cell::sync::OnceCell;

use super::{
    InitError, Inner, PropelAuth,
    calls::{CallLimits, FIRST_KEY_TIMEOUT},
    checks::{check_api_key, host_and_port, parse_url, shown},
    fetch::{check_key, fetch_key, key_source},
};
use crate::{
    access::{
        Authenticator, Clock, DEFAULT_CACHE_BYTES, DEFAULT_MAX_TOKEN_LEN, DEFAULT_REALM, Denied,
        KeyRing, OnRefusal, Settings, VerifierKey,
    },
    client::{Client, ClientSettings},
    secret::Secret,
};

/// Where PropelAuth serves its backend API.
const DEFAULT_BASE_URL: &str = "https://propelauth-api.com";

/// How often at most the verifier key is fetched anew because tokens do not verify.
const DEFAULT_KEY_REFRESH_INTERVAL: Duration = Duration::from_secs(30);

/// Configures a [`PropelAuth`]; made by [`PropelAuth::builder`].
#[must_use = "a builder does nothing until `init`, `build` or `build_lazy` is called"]
pub struct PropelAuthBuilder {
    auth_url: String,
    api_key: Secret,
    verifier_key: Option<String>,
    issuer: Option<String>,
    audience: Option<String>,
    base_url: Option<String>,
    leeway: Duration,
    max_token_len: usize,
    clock: Clock,
    realm: String,
    debug: bool,
    on_refusal: Option<OnRefusal>,
    key_refresh_interval: Duration,
    token_cache_bytes: u64,
    pub(super) calls: CallLimits,
    emulator: bool,
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
            on_refusal: None,
            key_refresh_interval: DEFAULT_KEY_REFRESH_INTERVAL,
            token_cache_bytes: DEFAULT_CACHE_BYTES,
            calls: CallLimits::default(),
            emulator: false,
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

    /// Sets the issuer that tokens must name, to the letter. By default it is the origin of the
    /// auth URL.
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
    #[doc(alias = "debug_mode")]
    pub fn debug(mut self, debug: bool) -> Self {
        self.debug = debug;
        self
    }

    /// Sets the realm that `WWW-Authenticate` names. By default `api`.
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = realm.into();
        self
    }

    /// Sets what is done with every refusal before it is sent: 401, 403, and the 500 and 503
    /// that can take their place. By default nothing.
    ///
    /// The closure gets the response that would have been sent and returns the one that is. A
    /// 401 keeps its `WWW-Authenticate`, which HTTP demands.
    ///
    /// ```
    /// use actix_web::HttpResponse;
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// let builder = PropelAuth::builder("https://auth.example.com", "key")
    ///     .on_refusal(|denied, _request, _response| {
    ///         HttpResponse::build(denied.status_code()).json("please log in")
    ///     });
    /// ```
    pub fn on_refusal(
        mut self,
        change: impl Fn(&Denied, &HttpRequest, HttpResponse) -> HttpResponse + Send + Sync + 'static,
    ) -> Self {
        self.on_refusal = Some(Box::new(change));
        self
    }

    /// Sets how often at most the verifier key is fetched anew when a token's signature does not
    /// verify. By default once in 30 seconds. A key that you set is never fetched.
    pub fn key_refresh_interval(mut self, interval: Duration) -> Self {
        self.key_refresh_interval = interval;
        self
    }

    /// Says that this is the emulator and not PropelAuth: `http` and loopback URLs are accepted,
    /// as is the published development key, and the backend API is looked for at the auth URL.
    ///
    /// Never for production: anybody can sign tokens with the development key.
    pub fn emulator(mut self) -> Self {
        self.emulator = true;
        self
    }

    /// Sets the length in bytes from which on an access token is refused unread. By default
    /// 16 KiB, enough for a user of some forty organizations; actix-web takes 128 KiB of headers.
    pub fn max_token_len(mut self, bytes: usize) -> Self {
        self.max_token_len = bytes;
        self
    }

    /// Sets how many bytes of verified tokens are kept, so that the next request with the same
    /// token costs no cryptography. By default 16 MiB, some two thousand tokens of two
    /// organizations each; 0 keeps none.
    ///
    /// A token that is kept expires like any other, and none outlives the key it was signed
    /// with. It counts for five times its length; one that would take up more than an eighth of
    /// the room is not kept.
    pub fn token_cache_bytes(mut self, bytes: u64) -> Self {
        self.token_cache_bytes = bytes;
        self
    }

    /// Builds, fetching the verifier key unless it was given.
    ///
    /// `GET /api/v1/token_verification_metadata`
    ///
    /// # Errors
    ///
    /// [`InitError`] says which setting is unusable, or why no key could be fetched, and how to
    /// mend it.
    pub async fn init(self) -> Result<PropelAuth, InitError> {
        if self.verifier_key.is_some() {
            return self.build();
        }
        let checked = self.check()?;
        let within = checked.request_timeout.max(FIRST_KEY_TIMEOUT);
        let key = fetch_key(&checked.client, checked.is_emulator, Some(within)).await?;
        Ok(checked.finish_with_fetched(Some(key)))
    }

    /// Builds without connecting to anything yet: the first request that has a token fetches the
    /// verifier key unless it was given.
    ///
    /// While no key can be fetched, requests with a token are answered 503 with `Retry-After`,
    /// and requests without one as ever.
    ///
    /// # Errors
    ///
    /// [`InitError`] says which setting is unusable, and how to mend it.
    pub fn build_lazy(self) -> Result<PropelAuth, InitError> {
        if self.verifier_key.is_some() {
            return self.build();
        }
        Ok(self.check()?.finish_with_fetched(None))
    }

    /// Builds without ever connecting to anything, which needs the verifier key.
    ///
    /// # Errors
    ///
    /// [`InitError`] says which setting is unusable, and how to mend it.
    pub fn build(self) -> Result<PropelAuth, InitError> {
        let pem = self
            .verifier_key
            .as_deref()
            .ok_or(InitError::NoVerifierKey)?;
        let key = check_key(pem, self.emulator)?;
        let checked = self.check()?;
        Ok(checked.finish(KeyRing::fixed(key)))
    }

    fn check(self) -> Result<Checked, InitError> {
        let auth_url =
            parse_url(&self.auth_url, self.emulator).map_err(|reason| InitError::AuthUrl {
                url: shown(&self.auth_url),
                reason,
            })?;
        let base_url = match (&self.base_url, self.emulator) {
            (Some(url), _) => url.as_str(),
            (None, true) => auth_url.as_str(),
            (None, false) => DEFAULT_BASE_URL,
        };
        let base_url = parse_url(base_url, self.emulator).map_err(|reason| InitError::BaseUrl {
            url: shown(base_url),
            reason,
        })?;
        check_api_key(&self.api_key)?;
        let is_quotable = |byte| (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\';
        if !self.realm.bytes().all(is_quotable) {
            return Err(InitError::Realm(self.realm));
        }
        let issuer = self
            .issuer
            .unwrap_or_else(|| auth_url.origin().ascii_serialization());
        if issuer.trim().is_empty() {
            return Err(InitError::Issuer);
        }
        if self
            .audience
            .as_deref()
            .is_some_and(|it| it.trim().is_empty())
        {
            return Err(InitError::Audience);
        }
        let request_timeout = self.calls.request_timeout;
        let client = ClientSettings::new(base_url, host_and_port(&auth_url), self.api_key);
        let client = self.calls.apply_to(client);
        Ok(Checked {
            client: Client::new(client).map_err(|error| InitError::Client(error.into()))?,
            settings: Settings {
                issuer,
                audience: self.audience,
                leeway: self.leeway,
                max_token_len: self.max_token_len,
                clock: self.clock,
                realm: self.realm,
                debug: self.debug,
                on_refusal: self.on_refusal,
                has_refused_preflight: AtomicBool::new(false),
            },
            key_refresh_interval: self.key_refresh_interval,
            token_cache_bytes: self.token_cache_bytes,
            request_timeout,
            is_emulator: self.emulator,
        })
    }
}

/// A configuration that passed its checks.
struct Checked {
    client: Client,
    settings: Settings,
    key_refresh_interval: Duration,
    token_cache_bytes: u64,
    request_timeout: Duration,
    is_emulator: bool,
}

impl Checked {
    fn finish_with_fetched(self, key: Option<VerifierKey>) -> PropelAuth {
        let source = key_source(self.client.clone(), self.is_emulator);
        let keys = KeyRing::refreshable(key, source, self.key_refresh_interval);
        self.finish(keys)
    }

    fn finish(self, keys: KeyRing) -> PropelAuth {
        let authenticator = Arc::new(Authenticator::new(
            self.settings,
            keys,
            self.token_cache_bytes,
        ));
        PropelAuth(Arc::new(Inner {
            authenticator,
            client: self.client,
            own_thread: OnceCell::new(),
        }))
    }
}

impl fmt::Debug for PropelAuthBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PropelAuthBuilder")
            .field("auth_url", &shown(&self.auth_url))
            .field("api_key", &self.api_key)
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("base_url", &self.base_url.as_deref().map(shown))
            .field("leeway", &self.leeway)
            .field("realm", &self.realm)
            .field("debug", &self.debug)
            .field("emulator", &self.emulator)
            .finish_non_exhaustive()
    }
}
