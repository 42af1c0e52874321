//! Authentication by the headers of a request.
//!
//! The authenticator looks the token up in the cache, verifies it if it is not there, and asks for a new
//! verifier key if the signature does not match, because the key may have been rotated. It has three
//! entrances: one for middleware, one for code that must not wait, such as routing guards, and one for
//! code outside of actix-web.

use std::{
    fmt,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use actix_web::http::header::HeaderMap;
use tokio::task::yield_now;

use super::{
    cache::TokenCache,
    credential, header,
    key::KeyId,
    key_ring::{Ended, KeyRing, Refresh},
    readiness::Readiness,
    verify,
};
use crate::{
    access::{
        callers::key_validator::KeyValidator,
        denial_log::warn_if_due,
        denied::{Denied, InvalidToken, Unauthorized},
        malformed_credential::MalformedCredential,
        outcome::Outcome,
        settings::Settings,
        user::User,
        user_freshness::Silent,
    },
    observe::{metrics, spans},
};

/// Authenticates requests with the verifier key and the settings of one project.
pub(crate) struct Authenticator {
    pub(super) settings: Arc<Settings>,
    pub(super) keys: KeyRing,
    cache: Option<TokenCache>,
    verifications: AtomicU64,
    /// The API keys of end users. Set once, because the handle that asks PropelAuth is created later.
    pub(super) key_validator: OnceLock<Arc<KeyValidator>>,
    #[cfg(feature = "metrics")]
    pub(super) labels: metrics::HandleLabels,
}

/// The number of times that a token that is not cached yields to other requests before it is verified.
///
/// Each time, the worker runs every task that is ready, which takes no time on an idle worker. Verifying
/// a forged signature costs more than the whole request of a cached user. Under load, yielding three
/// times keeps forged tokens from taking as much of the worker's time as valid ones
/// (`compare -- hostile` in `benches` measures it).
const YIELDS: usize = 3;

/// The result for callers that cannot wait for a new verifier key.
pub(crate) struct SyncOutcome {
    pub(crate) result: Result<User, Denied>,
    /// Whether a verifier key that is being fetched may change the result.
    pub(crate) is_provisional: bool,
}

/// The result of looking up a token in the cache.
enum Lookup<'h> {
    /// The user of a token that is cached and still valid.
    Cached(User),
    /// A token that has to be verified.
    Uncached(&'h str),
}

/// The result of verifying a token with the current key.
enum Verdict {
    /// No other key can change the result now.
    Final(Result<User, Refusal>),
    /// The key that is being fetched may change the result.
    Provisional(Denied, Ended),
}

/// A request that is not authenticated.
struct Refusal {
    denied: Denied,
    /// The user whose memberships may be fetched in place of a denial.
    refetch: Option<User>,
}

/// A failed verification, with the key that it was made with.
struct VerifyFailure {
    seen: Option<KeyId>,
    refusal: Refusal,
}

impl Authenticator {
    /// Creates an authenticator with a cache of this size in bytes.
    pub(crate) fn new(mut settings: Settings, keys: KeyRing, cache_bytes: u64) -> Self {
        settings.is_key_fixed = !keys.is_refreshable();
        Self {
            #[cfg(feature = "metrics")]
            labels: metrics::HandleLabels::new(&settings.issuer, settings.audience.as_deref()),
            settings: Arc::new(settings),
            keys,
            cache: TokenCache::new(cache_bytes),
            verifications: AtomicU64::new(0),
            key_validator: OnceLock::new(),
        }
    }

    /// Returns the settings of the project.
    pub(crate) fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    /// Returns the cache, or `None` if its size is 0.
    pub(crate) fn cache(&self) -> Option<&TokenCache> {
        self.cache.as_ref()
    }

    /// Returns whether tokens can be verified, and why not.
    pub(crate) fn readiness(&self) -> Readiness {
        self.keys.readiness(Instant::now())
    }

    /// Returns the number of verifications. Tests compare it with the number of requests, because each
    /// request must cause at most one.
    pub(crate) fn verification_count(&self) -> u64 {
        self.verifications.load(Ordering::Relaxed)
    }

    /// Authenticates a request, and waits for a new verifier key if that may change the result.
    pub(crate) fn authenticate(
        self: &Arc<Self>,
        headers: &HeaderMap,
    ) -> Outcome<Result<User, Denied>> {
        match header::authorization(headers) {
            Ok(value) => self.authenticate_by(value),
            Err(denied) => Outcome::Ready(Err(denied.into())),
        }
    }

    /// Authenticates by the value of an `Authorization` header, and waits for a new verifier key if that may
    /// change the result.
    fn authenticate_by(self: &Arc<Self>, authorization: &[u8]) -> Outcome<Result<User, Denied>> {
        let token = match self.look_up(authorization) {
            Ok(Lookup::Cached(user)) => return Outcome::Ready(Ok(user)),
            Ok(Lookup::Uncached(token)) => token,
            Err(refusal) => return self.refetch_cached(authorization, refusal),
        };
        match self.verify_or_refresh(token) {
            Verdict::Final(Ok(user)) => Outcome::Ready(Ok(user)),
            Verdict::Final(Err(refusal)) => self.refetch(token.as_bytes(), refusal),
            verdict @ Verdict::Provisional(..) => {
                let (this, token) = (Arc::clone(self), token.to_owned());
                Outcome::Pending(Box::pin(async move {
                    this.await_verdict(&token, verdict).await
                }))
            }
        }
    }

    /// Authenticates a request like [`authenticate`](Self::authenticate), but yields to ready requests
    /// if the token is not cached.
    pub(crate) fn authenticate_in_turn(
        self: &Arc<Self>,
        headers: &HeaderMap,
    ) -> Outcome<Result<User, Denied>> {
        match header::authorization(headers) {
            Ok(value) => self.authenticate_in_turn_by(value),
            Err(denied) => Outcome::Ready(Err(denied.into())),
        }
    }

    /// Authenticates by the value of an `Authorization` header like
    /// [`authenticate_in_turn`](Self::authenticate_in_turn).
    pub(crate) fn authenticate_in_turn_by(
        self: &Arc<Self>,
        authorization: &[u8],
    ) -> Outcome<Result<User, Denied>> {
        // Without a cache, every token has to be verified, and none has precedence.
        if self.cache.is_none() {
            return self.authenticate_by(authorization);
        }
        let token = match self.look_up(authorization) {
            Ok(Lookup::Cached(user)) => return Outcome::Ready(Ok(user)),
            Ok(Lookup::Uncached(token)) => token.to_owned(),
            Err(refusal) => return self.refetch_cached(authorization, refusal),
        };
        let this = Arc::clone(self);
        Outcome::Pending(Box::pin(async move {
            for _ in 0..YIELDS {
                yield_now().await;
            }
            let verdict = this.verify_or_refresh(&token);
            this.await_verdict(&token, verdict).await
        }))
    }

    /// Waits for the key that may change a result, and verifies the token again.
    async fn await_verdict(&self, token: &str, verdict: Verdict) -> Result<User, Denied> {
        let result = match verdict {
            Verdict::Final(result) => result,
            Verdict::Provisional(_, ended) => {
                ended.wait().await;
                self.verify_again(token)
            }
        };
        match result {
            Ok(user) => Ok(user),
            Err(refusal) => self.refetch_now(token.as_bytes(), refusal).await,
        }
    }

    /// Authenticates by a token without a request, and waits for a new verifier key if that may change the
    /// result.
    pub(crate) async fn authenticate_token(&self, token: &str) -> Result<User, Denied> {
        let result = self.verify_token(token).await;
        // No response is sent from here, so the denial is not logged with one.
        result.inspect_err(|denied| warn_if_due(denied, &self.settings))
    }

    async fn verify_token(&self, token: &str) -> Result<User, Denied> {
        let value = header::with_scheme(token)
            .ok_or_else(|| MalformedCredential::NotOneToken("the text".to_owned()))?;
        // Not `authenticate_by`, whose future must stay on its thread.
        match self.look_up(value.as_bytes()) {
            Ok(Lookup::Cached(user)) => Ok(user),
            Ok(Lookup::Uncached(token)) => {
                let verdict = self.verify_or_refresh(token);
                self.await_verdict(token, verdict).await
            }
            Err(refusal) => self.refetch_now(token.as_bytes(), refusal).await,
        }
    }

    /// Fetches the memberships of a cached user, if they may speak in place of the token.
    fn refetch_cached(
        self: &Arc<Self>,
        authorization: &[u8],
        refusal: Refusal,
    ) -> Outcome<Result<User, Denied>> {
        match header::raw_token(authorization) {
            Some(token) => self.refetch(token, refusal),
            None => Outcome::Ready(Err(refusal.denied)),
        }
    }

    /// Like [`refetch_now`](Self::refetch_now), without a future for a denial.
    fn refetch(self: &Arc<Self>, token: &[u8], refusal: Refusal) -> Outcome<Result<User, Denied>> {
        if refusal.refetch.is_none() {
            return Outcome::Ready(Err(refusal.denied));
        }
        let (this, token) = (Arc::clone(self), Box::<[u8]>::from(token));
        Outcome::Pending(Box::pin(
            async move { this.refetch_now(&token, refusal).await },
        ))
    }

    /// Fetches the memberships of a user, if they may speak in place of the token, and caches them.
    async fn refetch_now(&self, token: &[u8], refusal: Refusal) -> Result<User, Denied> {
        let Some(user) = refusal.refetch else {
            return Err(refusal.denied);
        };
        let user = user.refetched(None, refusal.denied).await?;
        if let Some(cache) = &self.cache {
            cache.replace(token, &user);
        }
        Ok(user)
    }

    /// Authenticates a request with the current key, and starts to fetch a new one if that may change the
    /// result for the next request.
    pub(crate) fn authenticate_sync(&self, headers: &HeaderMap) -> SyncOutcome {
        let verdict = match self.find(headers) {
            Ok(Lookup::Cached(user)) => Verdict::Final(Ok(user)),
            Ok(Lookup::Uncached(token)) => self.verify_or_refresh(token),
            Err(refusal) => Verdict::Final(Err(refusal)),
        };
        match verdict {
            Verdict::Final(result) => SyncOutcome {
                // Code that can wait fetches.
                is_provisional: matches!(&result, Err(refusal) if refusal.refetch.is_some()),
                result: result.map_err(|refusal| refusal.denied),
            },
            Verdict::Provisional(denied, _) => SyncOutcome {
                result: Err(denied),
                is_provisional: true,
            },
        }
    }

    /// Looks up the token of a request.
    fn find<'h>(&self, headers: &'h HeaderMap) -> Result<Lookup<'h>, Refusal> {
        self.look_up(header::authorization(headers)?)
    }

    /// Verifies a token, and starts to fetch a new key if it may change the result.
    fn verify_or_refresh(&self, token: &str) -> Verdict {
        let failure = match self.verify(token) {
            Ok(user) => return Verdict::Final(Ok(user)),
            Err(failure) if failure.may_succeed_with_new_key(&self.keys) => failure,
            Err(failure) => return Verdict::Final(Err(failure.refusal)),
        };
        match self.keys.refresh(failure.seen, Instant::now()) {
            Refresh::Done => Verdict::Final(self.verify_again(token)),
            Refresh::NotYet => {
                self.settings.set_next_key_fetch(self.keys.not_before());
                Verdict::Final(Err(failure.refusal))
            }
            Refresh::UnderWay(ended) => Verdict::Provisional(failure.refusal.denied, ended),
        }
    }

    /// Authenticates by the value of an `Authorization` header, with the current key.
    pub(crate) fn authenticate_value(&self, authorization: Option<&str>) -> Result<User, Denied> {
        let value = authorization.ok_or(Unauthorized::NoCredentials)?;
        let user = self
            .look_up(value.as_bytes())
            .and_then(|token| match token {
                Lookup::Cached(user) => Ok(user),
                Lookup::Uncached(token) => self.verify_again(token),
            })
            // Code that must not wait cannot fetch.
            .map_err(|refusal| refusal.denied);
        // No response is sent from here, so the denial is not logged with one.
        user.inspect_err(|denied| warn_if_due(denied, &self.settings))
    }

    /// Looks up a token in the cache, and parses the header if it is not there.
    fn look_up<'h>(&self, authorization: &'h [u8]) -> Result<Lookup<'h>, Refusal> {
        let verified = self.cache.as_ref().and_then(|cache| {
            let token = header::raw_token(authorization)?;
            if token.len() > self.settings.max_token_len {
                return None;
            }
            let key = self.keys.current_id()?;
            let user = cache.get(token, self.settings.clock.unix_seconds(), key);
            metrics::lookup(user.is_some());
            user
        });
        match verified {
            Some(user) => match user.judged() {
                Ok(None) => Ok(Lookup::Cached(user)),
                Ok(Some(judged)) => {
                    self.recache(authorization, &judged);
                    Ok(Lookup::Cached(judged))
                }
                Err(silent) => Err(Refusal::of(silent, &user)),
            },
            None => {
                let token = header::parse(authorization, self.settings.max_token_len)?;
                Ok(Lookup::Uncached(token))
            }
        }
    }

    /// Replaces the user of a cached token by what is left of it.
    fn recache(&self, authorization: &[u8], judged: &User) {
        if let (Some(cache), Some(token)) = (&self.cache, header::raw_token(authorization)) {
            cache.replace(token, judged);
        }
    }

    /// Fetches the verifier key again, if the schedule permits it. Returns `true` if the key changed.
    pub(crate) async fn refresh_key(&self) -> bool {
        let seen = self.keys.current_id();
        if let Refresh::UnderWay(ended) = self.keys.refresh(seen, Instant::now()) {
            ended.wait().await;
        }
        let is_new = self.keys.current_id() != seen;
        if is_new {
            self.clear_cache();
        }
        is_new
    }

    /// Removes all tokens from the cache.
    pub(crate) fn clear_cache(&self) {
        if let Some(cache) = &self.cache {
            cache.clear();
        }
        #[cfg(feature = "metrics")]
        self.record_gauges();
    }

    /// Verifies a token with a key that has just been fetched. This time the result is final.
    fn verify_again(&self, token: &str) -> Result<User, Refusal> {
        self.verify(token).map_err(|failure| failure.refusal)
    }

    /// Verifies a token with the current key, and caches it if it is valid.
    fn verify(&self, token: &str) -> Result<User, VerifyFailure> {
        let Some(key) = self.keys.current() else {
            let denied = Denied::Unavailable {
                retry_after: self.keys.retry_after(Instant::now()),
            };
            return Err(VerifyFailure {
                seen: None,
                refusal: denied.into(),
            });
        };
        self.verifications.fetch_add(1, Ordering::Relaxed);
        let (span, stopwatch) = (spans::verification(), metrics::Stopwatch::start());
        let verified = span.in_scope(|| verify::verify(token, &key, &self.settings));
        let result = match verified {
            Ok((claims, validity)) => {
                let user = User::verified(claims, Arc::clone(&self.settings));
                if let Some(cache) = &self.cache {
                    cache.insert(token.as_bytes(), &user, validity, key.id());
                }
                match user.judged() {
                    Ok(None) => Ok(user),
                    Ok(Some(judged)) => {
                        if let Some(cache) = &self.cache {
                            cache.replace(token.as_bytes(), &judged);
                        }
                        Ok(judged)
                    }
                    Err(silent) => Err(VerifyFailure {
                        seen: Some(key.id()),
                        refusal: Refusal::of(silent, &user),
                    }),
                }
            }
            Err(problem) => {
                let denied = Denied::from(credential::recognize(token, problem));
                Err(VerifyFailure {
                    seen: Some(key.id()),
                    refusal: denied.into(),
                })
            }
        };
        let reason = match &result {
            Ok(_) => spans::ALLOWED,
            Err(failure) => failure.refusal.denied.code(),
        };
        spans::record_reason(&span, reason);
        stopwatch.verified(reason);
        #[cfg(feature = "metrics")]
        self.record_gauges();
        result
    }
}

impl Refusal {
    fn of(silent: Silent, user: &User) -> Self {
        Self {
            denied: silent.denied,
            refetch: silent.is_refetchable.then(|| user.clone()),
        }
    }
}

impl From<Denied> for Refusal {
    fn from(denied: Denied) -> Self {
        Self {
            denied,
            refetch: None,
        }
    }
}

impl From<Unauthorized> for Refusal {
    fn from(reason: Unauthorized) -> Self {
        Denied::from(reason).into()
    }
}

impl VerifyFailure {
    /// Returns `true` if another key could change the result. Only the signature depends on the key, so
    /// an expired token, for example, never causes a fetch.
    fn may_succeed_with_new_key(&self, keys: &KeyRing) -> bool {
        let by_key = matches!(
            self.refusal.denied,
            Denied::Unavailable { .. }
                | Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Signature))
        );
        by_key && keys.is_refreshable()
    }
}

impl fmt::Debug for Authenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticator")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
