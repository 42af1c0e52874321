//! From the headers of a request to its user.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Instant,
};

use actix_web::http::header::HeaderMap;
use tokio::task::yield_now;

use super::{
    cache::TokenCache,
    header, hint,
    key::KeyId,
    key_ring::{Ended, KeyRing, Refresh},
    verify,
};
use crate::access::{
    denied::{Denied, InvalidToken, Unauthorized},
    outcome::Outcome,
    settings::Settings,
    user::User,
};

/// Verifies access tokens with one project's key and under its settings.
pub(crate) struct Authenticator {
    settings: Arc<Settings>,
    keys: KeyRing,
    cache: Option<TokenCache>,
    verifications: AtomicU64,
}

/// How many turns a token that is not known yet lets ready requests have before it is verified.
///
/// Each turn is one pass of the worker over all that is ready, and an idle worker's turns take no
/// time. Under load, three of them keep forged tokens, whose signatures cost more than a whole
/// request of a known user, from taking the worker's time in equal parts
/// (`compare -- hostile` in `benches` measures it).
const YIELDS: usize = 3;

/// The outcome for those who cannot wait.
pub(crate) struct SyncOutcome {
    pub(crate) result: Result<User, Denied>,
    /// Whether a new key, which is being fetched, may change it.
    pub(crate) is_provisional: bool,
}

/// A token, with its user if it was verified before.
enum Lookup<'h> {
    Cached(User),
    Uncached(&'h str),
}

/// What is found of a token, and whether a fetch that is under way may change it.
enum Verdict {
    Final(Result<User, Denied>),
    Provisional(Denied, Ended),
}

/// A token that the key in use did not sign, though the next one may have.
struct VerifyFailure {
    seen: Option<KeyId>,
    denied: Denied,
}

impl Authenticator {
    /// Makes a verifier that keeps so many bytes of verified tokens.
    pub(crate) fn new(settings: Settings, keys: KeyRing, cache_bytes: u64) -> Self {
        Self {
            settings: Arc::new(settings),
            keys,
            cache: TokenCache::new(cache_bytes),
            verifications: AtomicU64::new(0),
        }
    }

    pub(crate) fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    pub(crate) fn cache(&self) -> Option<&TokenCache> {
        self.cache.as_ref()
    }

    /// Returns how many tokens were verified, which repeated looks at one request would show.
    pub(crate) fn verification_count(&self) -> u64 {
        self.verifications.load(Ordering::Relaxed)
    }

    /// Authenticates a request, fetching a new key where that may help.
    pub(crate) fn authenticate(
        self: &Arc<Self>,
        headers: &HeaderMap,
    ) -> Outcome<Result<User, Denied>> {
        let token = match self.find(headers) {
            Ok(Lookup::Cached(user)) => return Outcome::Ready(Ok(user)),
            Ok(Lookup::Uncached(token)) => token,
            Err(denied) => return Outcome::Ready(Err(denied)),
        };
        match self.verify_or_refresh(token) {
            Verdict::Final(result) => Outcome::Ready(result),
            verdict @ Verdict::Provisional(..) => {
                let (this, token) = (Arc::clone(self), token.to_owned());
                Outcome::Pending(Box::pin(async move {
                    this.await_verdict(&token, verdict).await
                }))
            }
        }
    }

    /// Authenticates a request as [`authenticate`](Self::authenticate) does, but lets ready requests
    /// go first if the token is not known.
    pub(crate) fn authenticate_in_turn(
        self: &Arc<Self>,
        headers: &HeaderMap,
    ) -> Outcome<Result<User, Denied>> {
        // Without a cache nobody is known, and nobody to be preferred.
        if self.cache.is_none() {
            return self.authenticate(headers);
        }
        let token = match self.find(headers) {
            Ok(Lookup::Cached(user)) => return Outcome::Ready(Ok(user)),
            Ok(Lookup::Uncached(token)) => token.to_owned(),
            Err(denied) => return Outcome::Ready(Err(denied)),
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

    /// Waits for the key that may change a verdict.
    async fn await_verdict(&self, token: &str, verdict: Verdict) -> Result<User, Denied> {
        match verdict {
            Verdict::Final(result) => result,
            Verdict::Provisional(_, ended) => {
                ended.wait().await;
                self.verify_again(token)
            }
        }
    }

    /// Authenticates a request by the key at hand, and starts to fetch a new one where that may help.
    pub(crate) fn authenticate_sync(&self, headers: &HeaderMap) -> SyncOutcome {
        let verdict = match self.find(headers) {
            Ok(Lookup::Cached(user)) => Verdict::Final(Ok(user)),
            Ok(Lookup::Uncached(token)) => self.verify_or_refresh(token),
            Err(denied) => Verdict::Final(Err(denied)),
        };
        match verdict {
            Verdict::Final(result) => SyncOutcome {
                result,
                is_provisional: false,
            },
            Verdict::Provisional(denied, _) => SyncOutcome {
                result: Err(denied),
                is_provisional: true,
            },
        }
    }

    fn find<'h>(&self, headers: &'h HeaderMap) -> Result<Lookup<'h>, Denied> {
        self.look_up(header::authorization(headers)?)
    }

    /// Verifies a token, and has a new key fetched if one may change the verdict.
    fn verify_or_refresh(&self, token: &str) -> Verdict {
        let failure = match self.verify(token) {
            Ok(user) => return Verdict::Final(Ok(user)),
            Err(failure) if failure.may_succeed_with_new_key(&self.keys) => failure,
            Err(failure) => return Verdict::Final(Err(failure.denied)),
        };
        match self.keys.refresh(failure.seen, Instant::now()) {
            Refresh::Done => Verdict::Final(self.verify_again(token)),
            Refresh::NotYet => Verdict::Final(Err(failure.denied)),
            Refresh::UnderWay(ended) => Verdict::Provisional(failure.denied, ended),
        }
    }

    /// Authenticates by the value of an `Authorization` header with the key at hand.
    pub(crate) fn authenticate_value(&self, authorization: Option<&str>) -> Result<User, Denied> {
        let value = authorization.ok_or(Unauthorized::NoCredentials)?;
        let user = self
            .look_up(value.as_bytes())
            .and_then(|token| match token {
                Lookup::Cached(user) => Ok(user),
                Lookup::Uncached(token) => self.verify(token).map_err(|failure| failure.denied),
            });
        // Nothing is answered here, so nothing else is logged.
        user.inspect_err(|denied| self.settings.alerts.consider(denied))
    }

    /// Looks for the token among those that were verified, and reads it if it is new.
    fn look_up<'h>(&self, authorization: &'h [u8]) -> Result<Lookup<'h>, Denied> {
        let verified = self.cache.as_ref().and_then(|cache| {
            let token = header::unread_token(authorization)?;
            if token.len() > self.settings.max_token_len {
                return None;
            }
            cache.get(
                token,
                self.settings.clock.unix_seconds(),
                self.keys.current_id()?,
            )
        });
        match verified {
            Some(user) => Ok(Lookup::Cached(user)),
            None => header::parse(authorization, self.settings.max_token_len).map(Lookup::Uncached),
        }
    }

    /// Fetches the verifier key anew where that is permitted, and returns whether there is another
    /// one now.
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

    /// Drops all verified tokens.
    pub(crate) fn clear_cache(&self) {
        if let Some(cache) = &self.cache {
            cache.clear();
        }
    }

    /// Verifies a token that an earlier key did not, or before there was one.
    fn verify_again(&self, token: &str) -> Result<User, Denied> {
        self.verify(token).map_err(|failure| failure.denied)
    }

    fn verify(&self, token: &str) -> Result<User, VerifyFailure> {
        let Some(key) = self.keys.current() else {
            let denied = Denied::Unavailable {
                retry_after: self.keys.retry_after(Instant::now()),
            };
            return Err(VerifyFailure { seen: None, denied });
        };
        self.verifications.fetch_add(1, Ordering::Relaxed);
        match verify::verify(token, &key, &self.settings) {
            Ok((claims, validity)) => {
                let user = User::verified(claims, Arc::clone(&self.settings));
                if let Some(cache) = &self.cache {
                    cache.insert(token.as_bytes(), &user, validity, key.id());
                }
                Ok(user)
            }
            Err(problem) => {
                let denied = hint::recognize(token, problem).into();
                let seen = Some(key.id());
                Err(VerifyFailure { seen, denied })
            }
        }
    }
}

impl VerifyFailure {
    /// Tells whether another key could change the verdict. Only the signature depends on it.
    fn may_succeed_with_new_key(&self, keys: &KeyRing) -> bool {
        let by_key = matches!(
            self.denied,
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
