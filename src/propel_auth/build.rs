//! From settings to a handle. Settings that cannot work fail here, with a remedy, and not with the first
//! request.

use std::{sync::Arc, time::Duration};

use url::Url;

use super::{
    builder::PropelAuthBuilder,
    checks::{check_api_key, check_auth_url, host_and_port, parse_url, redact_url},
    error::InitError,
    fetch::{check_key, fetch_key, key_source},
    handle::PropelAuth,
    issuer::{check_issuer, warn_of_odd_issuer},
    limits::{check_limits, check_step_up_header},
    pasted_value::residue,
    published_keys::PublishedKeys,
};
use crate::{
    access::{
        Authenticator, KeyRing, Settings, VerifierKey, freshness::Freshness,
        is_same_loopback_origin,
    },
    client::{Client, ClientSettings},
    observe::{SpanUsers, metrics},
};

/// The timeout for fetching the first verifier key. It is longer than that of a call, because a service
/// without a key cannot start, and a restart is no faster.
const FIRST_KEY_TIMEOUT: Duration = Duration::from_secs(30);

/// The URL of PropelAuth's backend API. It is the same for all environments: a header with the host of the
/// auth URL selects one.
const DEFAULT_BASE_URL: &str = "https://propelauth-api.com";

/// Whether a TLS feature is enabled.
const HAS_TLS: bool = cfg!(any(
    feature = "rustls",
    feature = "rustls-native-roots",
    feature = "openssl"
));

impl PropelAuthBuilder {
    /// Builds the handle, fetching the verifier key unless you set it.
    ///
    /// This is the only one of the three that waits for PropelAuth, so a service that is misconfigured fails
    /// at start and not with its first request.
    ///
    /// `GET /api/v1/token_verification_metadata`
    ///
    /// ```no_run
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// # async fn example(api_key: String) -> Result<(), Box<dyn std::error::Error>> {
    /// let auth = PropelAuth::builder("https://auth.example.com", api_key).fetch_and_init().await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an [`InitError`] if a setting is invalid, or if the verifier key cannot be fetched within 30
    /// seconds. It says what to change.
    pub async fn fetch_and_init(self) -> Result<PropelAuth, InitError> {
        let auth = self.fetch_key_and_build().await?;
        #[cfg(feature = "redis")]
        auth.fleet_joined().await?;
        Ok(auth)
    }

    async fn fetch_key_and_build(self) -> Result<PropelAuth, InitError> {
        if self.verifier_key.is_some() {
            return self.build();
        }
        let config = self.check()?;
        config.check_tls()?;
        let within = config.request_timeout.max(FIRST_KEY_TIMEOUT);
        let key = fetch_key(&config.client, &config.published_keys, Some(within)).await;
        metrics::key_fetch(if key.is_ok() { "new" } else { "failed" });
        config.finish_with_fetched(Some(key?))
    }

    /// Builds the handle without connecting: the first request with a token fetches the verifier key, unless
    /// you set it. With this, a service starts while PropelAuth is unreachable.
    ///
    /// While no key can be fetched, requests with a token are answered with 503 and `Retry-After`; requests
    /// without one are not affected. All requests that wait for the same fetch are answered when it ends, at
    /// most [`request_timeout`](PropelAuthBuilder::request_timeout) after it began.
    ///
    /// # Errors
    ///
    /// Returns an [`InitError`] if a setting is invalid. It says what to change.
    pub fn build_lazy(self) -> Result<PropelAuth, InitError> {
        if self.verifier_key.is_some() {
            return self.build();
        }
        let config = self.check()?;
        config.check_tls()?;
        config.finish_with_fetched(None)
    }

    /// Builds the handle with the verifier key that you set, and never connects to verify tokens.
    ///
    /// This works without a TLS feature, too, because tokens are verified offline; backend API calls then fail
    /// with [`Error::MissingTls`](crate::Error::MissingTls).
    ///
    /// # Errors
    ///
    /// Returns [`InitError::NoVerifierKey`] if no verifier key is set, and another [`InitError`] if a setting
    /// is invalid. It says what to change.
    pub fn build(self) -> Result<PropelAuth, InitError> {
        let pem = self.verifier_key.clone().ok_or(InitError::NoVerifierKey)?;
        if let Some(residue) = residue(&pem) {
            return Err(InitError::Setting {
                name: "verifier_key",
                problem: residue.to_owned(),
            });
        }
        let config = self.check()?;
        let key = check_key(&pem, &config.published_keys)?;
        config.finish(KeyRing::fixed(key))
    }

    fn check(self) -> Result<ValidatedConfig, InitError> {
        let auth_url = check_auth_url(&self.auth_url, &self.api_key, self.emulator)?;
        let base_url = self.check_base_url(&auth_url)?;
        check_api_key(&self.api_key)?;
        check_limits(&self)?;
        let is_quotable = |byte| (b' '..=b'~').contains(&byte) && byte != b'"' && byte != b'\\';
        if !self.realm.bytes().all(is_quotable) {
            return Err(InitError::Realm(self.realm));
        }
        let step_up_header = check_step_up_header(self.step_up_header.as_deref())?;
        let published_keys = PublishedKeys::new(&self, &auth_url, &base_url);
        published_keys.check_url(&auth_url)?;
        let origin = auth_url.origin().ascii_serialization();
        let issuer = self.issuer.unwrap_or_else(|| origin.clone());
        check_issuer(&issuer)?;
        warn_of_odd_issuer(&issuer);
        published_keys.warn(&issuer);

        let audience = self.audience.as_deref();
        if audience.is_some_and(|audience| audience.trim().is_empty()) {
            return Err(InitError::Audience);
        }
        let mut settings = Settings::new(issuer);
        settings.auth_url.clone_from(&origin);
        settings.audience = self.audience;
        settings.is_loopback_issuer =
            published_keys.are_local() && is_same_loopback_origin(&settings.issuer, &origin);
        settings.accepts_published_keys = published_keys.are_accepted();
        settings.leeway = self.leeway;
        let lifetime = self.token_lifetime.saturating_add(self.leeway);
        settings.freshness = Arc::new(Freshness::new(lifetime, self.clock.clone()));
        settings.on_stale = self.on_stale;
        settings.max_token_len = self.max_token_len;
        settings.token_sources = self.token_sources;
        settings.clock = self.clock;
        settings.realm = self.realm;
        if let Some(name) = step_up_header {
            settings.step_up_header = name;
        }
        settings.debug = self.debug;
        settings.on_denied = self.on_denied;
        settings.span_users = SpanUsers::new(self.user_in_spans, self.pseudonym_key.as_ref());

        let request_timeout = self.client_options.request_timeout;
        let is_https = base_url.scheme() == "https";
        let client = ClientSettings {
            options: self.client_options,
            ..ClientSettings::new(base_url, host_and_port(&auth_url), self.api_key)
        };
        Ok(ValidatedConfig {
            client: Client::new(client).map_err(|error| InitError::Client(error.into()))?,
            settings,
            key_refresh_interval: self.key_refresh_interval,
            token_cache_bytes: self.token_cache_bytes,
            request_timeout,
            published_keys,
            is_https,
            #[cfg(feature = "redis")]
            fleet: self.fleet,
        })
    }

    fn check_base_url(&self, auth_url: &Url) -> Result<Url, InitError> {
        let text = match (&self.base_url, self.emulator) {
            (Some(url), _) => url.as_str(),
            (None, true) => auth_url.as_str(),
            (None, false) => DEFAULT_BASE_URL,
        };
        let is_anywhere = self.emulator || self.insecure_base_url;
        let url = parse_url(text, is_anywhere).and_then(|url| {
            if url.query().is_some() || url.fragment().is_some() {
                return Err("it has a query or fragment: leave that out".to_owned());
            }
            Ok(url)
        });
        url.map_err(|reason| InitError::BaseUrl {
            url: redact_url(text),
            reason,
        })
    }
}

/// Settings that passed all checks.
struct ValidatedConfig {
    client: Client,
    settings: Settings,
    key_refresh_interval: Duration,
    token_cache_bytes: u64,
    request_timeout: Duration,
    published_keys: PublishedKeys,
    is_https: bool,
    #[cfg(feature = "redis")]
    fleet: Option<crate::fleet::Fleet>,
}

impl ValidatedConfig {
    /// Returns an error if the key is to be fetched with https and no TLS feature is enabled.
    fn check_tls(&self) -> Result<(), InitError> {
        if self.is_https && !HAS_TLS {
            return Err(InitError::MissingTls);
        }
        Ok(())
    }

    fn finish_with_fetched(self, key: Option<VerifierKey>) -> Result<PropelAuth, InitError> {
        let source = key_source(self.client.clone(), self.published_keys.clone());
        let keys = KeyRing::refreshable(key, source, self.key_refresh_interval);
        self.finish(keys)
    }

    fn finish(self, keys: KeyRing) -> Result<PropelAuth, InitError> {
        metrics::describe();
        let authenticator = Arc::new(Authenticator::new(
            self.settings,
            keys,
            self.token_cache_bytes,
        ));
        let auth = PropelAuth::new(authenticator, self.client);
        #[cfg(feature = "redis")]
        if let Some(fleet) = &self.fleet {
            auth.start_fleet(fleet)?;
        }
        Ok(auth)
    }
}

#[cfg(test)]
mod tests {
    use crate::propel_auth::PropelAuth;

    #[cfg(not(any(
        feature = "rustls",
        feature = "rustls-native-roots",
        feature = "openssl"
    )))]
    #[actix_web::test]
    async fn without_tls_no_key_can_be_fetched_by_https_and_the_build_says_so() {
        use crate::propel_auth::InitError;

        let https = || PropelAuth::builder("https://auth.example.com", "key");
        for error in [
            https().build_lazy().unwrap_err(),
            https().fetch_and_init().await.unwrap_err(),
        ] {
            assert!(matches!(error, InitError::MissingTls), "{error:?}");
            assert!(
                error.to_string().contains("`rustls-native-roots`"),
                "{error}"
            );
        }
        // Nothing has to be fetched, or nothing is encrypted.
        let pem = include_str!("../../tests/keys/other_public.pem");
        assert!(https().verifier_key(pem).build().is_ok());
        assert!(https().verifier_key(pem).build_lazy().is_ok());
        let http = PropelAuth::builder("http://127.0.0.1:9", "key").emulator();
        assert!(http.build_lazy().is_ok());
    }

    #[cfg(any(
        feature = "rustls",
        feature = "rustls-native-roots",
        feature = "openssl"
    ))]
    #[test]
    fn with_tls_a_key_can_be_fetched_by_https() {
        let https = PropelAuth::builder("https://auth.example.com", "key");
        assert!(https.build_lazy().is_ok());
    }

    #[test]
    fn a_forwarder_on_this_machine_needs_no_emulator_mode() {
        let forwarded = || {
            PropelAuth::builder("https://auth.example.com", "key").base_url("http://127.0.0.1:9")
        };
        let error = forwarded().build_lazy().unwrap_err();
        assert!(
            matches!(error, crate::InitError::BaseUrl { .. }),
            "{error:?}"
        );
        assert!(forwarded().allow_insecure_base_url().build_lazy().is_ok());
        // The auth URL is config as ever.
        let local = PropelAuth::builder("http://127.0.0.1:9", "key").allow_insecure_base_url();
        assert!(matches!(
            local.build_lazy(),
            Err(crate::InitError::AuthUrl { .. })
        ));
    }
}
