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
use futures_util::future::LocalBoxFuture;
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
const TURNS: usize = 3;

/// The outcome of an authentication: at once for a token that is known, later for one that has to
/// be verified or to wait for a new key.
pub(crate) enum Progress {
    Ready(Result<User, Denied>),
    Pending(LocalBoxFuture<'static, Result<User, Denied>>),
}

/// The outcome for those who cannot wait.
pub(crate) struct AtOnce {
    pub(crate) result: Result<User, Denied>,
    /// Whether a new key, which is being fetched, may change it.
    pub(crate) is_provisional: bool,
}

/// A token, with its user if it was verified before.
enum Token<'h> {
    Verified(User),
    New(&'h str),
}

/// What is found of a token, and whether a fetch that is under way may change it.
enum Verdict {
    Final(Result<User, Denied>),
    Provisional(Denied, Ended),
}

/// A token that the key in use did not sign, though the next one may have.
struct Stale {
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
    pub(crate) fn verifications(&self) -> u64 {
        self.verifications.load(Ordering::Relaxed)
    }

    /// Authenticates a request, fetching a new key where that may help.
    pub(crate) fn authenticate(self: &Arc<Self>, headers: &HeaderMap) -> Progress {
        let token = match self.find(headers) {
            Ok(Token::Verified(user)) => return Progress::Ready(Ok(user)),
            Ok(Token::New(token)) => token,
            Err(denied) => return Progress::Ready(Err(denied)),
        };
        match self.judge(token) {
            Verdict::Final(result) => Progress::Ready(result),
            verdict @ Verdict::Provisional(..) => {
                let (this, token) = (Arc::clone(self), token.to_owned());
                Progress::Pending(Box::pin(async move { this.settle(&token, verdict).await }))
            }
        }
    }

    /// Authenticates a request as [`authenticate`](Self::authenticate) does, but lets ready requests
    /// go first if the token is not known.
    pub(crate) fn authenticate_in_turn(self: &Arc<Self>, headers: &HeaderMap) -> Progress {
        // Without a cache nobody is known, and nobody to be preferred.
        if self.cache.is_none() {
            return self.authenticate(headers);
        }
        let token = match self.find(headers) {
            Ok(Token::Verified(user)) => return Progress::Ready(Ok(user)),
            Ok(Token::New(token)) => token.to_owned(),
            Err(denied) => return Progress::Ready(Err(denied)),
        };
        let this = Arc::clone(self);
        Progress::Pending(Box::pin(async move {
            for _ in 0..TURNS {
                yield_now().await;
            }
            let verdict = this.judge(&token);
            this.settle(&token, verdict).await
        }))
    }

    /// Waits for the key that may change a verdict.
    async fn settle(&self, token: &str, verdict: Verdict) -> Result<User, Denied> {
        match verdict {
            Verdict::Final(result) => result,
            Verdict::Provisional(_, ended) => {
                ended.wait().await;
                self.verify_again(token)
            }
        }
    }

    /// Authenticates a request by the key at hand, and starts to fetch a new one where that may help.
    pub(crate) fn authenticate_at_once(&self, headers: &HeaderMap) -> AtOnce {
        let verdict = match self.find(headers) {
            Ok(Token::Verified(user)) => Verdict::Final(Ok(user)),
            Ok(Token::New(token)) => self.judge(token),
            Err(denied) => Verdict::Final(Err(denied)),
        };
        match verdict {
            Verdict::Final(result) => AtOnce {
                result,
                is_provisional: false,
            },
            Verdict::Provisional(denied, _) => AtOnce {
                result: Err(denied),
                is_provisional: true,
            },
        }
    }

    fn find<'h>(&self, headers: &'h HeaderMap) -> Result<Token<'h>, Denied> {
        self.recall(header::authorization(headers)?)
    }

    /// Verifies a token, and has a new key fetched if one may change the verdict.
    fn judge(&self, token: &str) -> Verdict {
        let stale = match self.verify(token) {
            Ok(user) => return Verdict::Final(Ok(user)),
            Err(stale) if stale.may_be_mended(&self.keys) => stale,
            Err(stale) => return Verdict::Final(Err(stale.denied)),
        };
        match self.keys.refresh(stale.seen, Instant::now()) {
            Refresh::Done => Verdict::Final(self.verify_again(token)),
            Refresh::NotYet => Verdict::Final(Err(stale.denied)),
            Refresh::UnderWay(ended) => Verdict::Provisional(stale.denied, ended),
        }
    }

    /// Authenticates by the value of an `Authorization` header with the key at hand.
    pub(crate) fn authenticate_value(&self, authorization: Option<&str>) -> Result<User, Denied> {
        let value = authorization.ok_or(Unauthorized::NoCredentials)?;
        let user = self.recall(value.as_bytes()).and_then(|token| match token {
            Token::Verified(user) => Ok(user),
            Token::New(token) => self.verify(token).map_err(|stale| stale.denied),
        });
        // Nothing is answered here, so nothing else is logged.
        user.inspect_err(|denied| self.settings.alerts.consider(denied))
    }

    /// Looks for the token among those that were verified, and reads it if it is new.
    fn recall<'h>(&self, authorization: &'h [u8]) -> Result<Token<'h>, Denied> {
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
            Some(user) => Ok(Token::Verified(user)),
            None => header::parse(authorization, self.settings.max_token_len).map(Token::New),
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
            self.forget_tokens();
        }
        is_new
    }

    /// Drops all verified tokens.
    pub(crate) fn forget_tokens(&self) {
        if let Some(cache) = &self.cache {
            cache.clear();
        }
    }

    /// Verifies a token that an earlier key did not, or before there was one.
    fn verify_again(&self, token: &str) -> Result<User, Denied> {
        self.verify(token).map_err(|stale| stale.denied)
    }

    fn verify(&self, token: &str) -> Result<User, Stale> {
        let Some(key) = self.keys.current() else {
            let denied = Denied::Unavailable {
                retry_after: self.keys.retry_after(Instant::now()),
            };
            return Err(Stale { seen: None, denied });
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
                Err(Stale { seen, denied })
            }
        }
    }
}

impl Stale {
    /// Tells whether another key could change the verdict. Only the signature depends on it.
    fn may_be_mended(&self, keys: &KeyRing) -> bool {
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
