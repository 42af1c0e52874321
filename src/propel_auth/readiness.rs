//! Whether tokens can be judged, and what is kept of those that were: the verifier key and the caches.

use super::handle::PropelAuth;
use crate::{
    access::{Readiness, TokenCache, TokenCacheStats},
    words::subject::Subject,
};

impl PropelAuth {
    /// Fetches the verifier key again. Returns `true` if it changed.
    ///
    /// Middleware, guards and extractors do this themselves if a signature does not verify. Code that only
    /// calls the `validate_…` methods, which never connect, can do it here: to get the first key after
    /// [`build_lazy`](crate::PropelAuthBuilder::build_lazy), or from time to time.
    ///
    /// Nothing is fetched if you set the key yourself, or if the last fetch brought no new key less than
    /// [`key_refresh_interval`](crate::PropelAuthBuilder::key_refresh_interval) ago. If a fetch is in progress,
    /// this waits for it. Dropping the future does not cancel the fetch, because others may wait for it.
    pub async fn refresh_verifier_key(&self) -> bool {
        self.0.authenticator.refresh_key().await
    }

    /// Returns hit, miss and eviction counts of the cache of verified tokens.
    #[must_use]
    pub fn token_cache_stats(&self) -> TokenCacheStats {
        let cache = self.0.authenticator.cache();
        cache.map(TokenCache::stats).unwrap_or_default()
    }

    /// Clears the cache of verified tokens. Every token is verified again on its next use.
    ///
    /// This revokes nothing: a token is valid until it expires. The cache is cleared automatically if the
    /// verifier key changes.
    pub fn clear_token_cache(&self) {
        self.0.authenticator.clear_cache();
    }

    /// Forgets what is known of the API keys of end users. Each is validated by PropelAuth again on its next use.
    ///
    /// Call it if many keys were deleted at once by another program, and the
    /// [seconds](crate::ApiKeys::cache_for) for which a validation is believed are too long.
    pub fn clear_api_key_cache(&self) {
        self.0.authenticator.forget_keys(Subject::AllKeys);
    }

    /// Returns the number of access tokens whose signature was verified since the handle was built.
    ///
    /// Each request adds at most one, however many guards and middlewares it passes. A cached token and a
    /// malformed header add none.
    #[must_use]
    pub fn verification_count(&self) -> u64 {
        self.0.authenticator.verification_count()
    }

    /// Returns `true` if access tokens can be judged: there is a verifier key, and the marks of the fleet
    /// were read back, if the handle is in one.
    ///
    /// It stays `true` while the fleet cannot be seen, also if requests are denied because of it: all instances would
    /// be taken out of service at once. Watch [`staleness`](Self::staleness) for that.
    ///
    /// It does not connect. [`readiness`](Self::readiness) also says why not, and has an example.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.readiness().is_ready
    }

    /// Returns whether access tokens can be judged, and what is known of the verifier key.
    ///
    /// It does not connect, so it can be called for every probe. After
    /// [`build_lazy`](crate::PropelAuthBuilder::build_lazy), the key is fetched by the first request with a
    /// token, and an orchestrator sends none to a service that is not ready: fetch the key in the route
    /// that is probed.
    ///
    /// ```
    /// use actix_web::{HttpResponse, web::ThinData};
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// async fn readyz(auth: ThinData<PropelAuth>) -> HttpResponse {
    ///     if !auth.is_ready() {
    ///         // At most one fetch per second, which all probes and requests share.
    ///         auth.refresh_verifier_key().await;
    ///     }
    ///     let readiness = auth.readiness();
    ///     if readiness.is_ready {
    ///         HttpResponse::Ok().body("ready")
    ///     } else {
    ///         eprintln!("{readiness}");
    ///         HttpResponse::ServiceUnavailable().body("not ready")
    ///     }
    /// }
    /// ```
    ///
    /// Add the route outside of what requires a user. An outage of PropelAuth does not make a service
    /// unready that has a key: it keeps verifying tokens.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let readiness = self.0.authenticator.readiness();
        #[cfg(feature = "redis")]
        let readiness = readiness.in_fleet(self.waits_for_fleet());
        readiness
    }

    /// Returns the issuer whose tokens are accepted.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0.authenticator.settings().issuer
    }
}
