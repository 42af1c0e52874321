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

use super::{
    cache::TokenCache,
    denied::{Denied, InvalidToken, Unauthorized},
    header, hint,
    key::KeyId,
    key_ring::{KeyRing, Refresh},
    settings::Settings,
    token,
    user::User,
};

/// Verifies access tokens with one project's key and under its settings.
pub(crate) struct Authenticator {
    settings: Arc<Settings>,
    keys: KeyRing,
    cache: Option<TokenCache>,
    verifications: AtomicU64,
}

/// The outcome of an authentication: there at once, but for the rare token that has to wait for
/// a new key.
pub(crate) enum Progress {
    Ready(Result<User, Denied>),
    Pending {
        /// The verdict by the key at hand, for those who cannot wait.
        meanwhile: Denied,
        later: LocalBoxFuture<'static, Result<User, Denied>>,
    },
}

/// A token, with its user if it was verified before.
enum Token<'h> {
    Verified(User),
    New(&'h str),
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
        let value = header::authorization(headers).map_err(Denied::from);
        let token = match value.and_then(|value| self.recall(value)) {
            Ok(Token::Verified(user)) => return Progress::Ready(Ok(user)),
            Ok(Token::New(token)) => token,
            Err(denied) => return Progress::Ready(Err(denied)),
        };
        let stale = match self.verify(token) {
            Ok(user) => return Progress::Ready(Ok(user)),
            Err(stale) if stale.may_be_mended(&self.keys) => stale,
            Err(stale) => return Progress::Ready(Err(stale.denied)),
        };
        match self.keys.refresh(stale.seen, Instant::now()) {
            Refresh::Done => Progress::Ready(self.verify_again(token)),
            Refresh::NotYet => Progress::Ready(Err(stale.denied)),
            Refresh::UnderWay(ended) => {
                let (this, token) = (Arc::clone(self), token.to_owned());
                Progress::Pending {
                    meanwhile: stale.denied,
                    later: Box::pin(async move {
                        ended.wait().await;
                        this.verify_again(&token)
                    }),
                }
            }
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
        match token::verify(token, &key, &self.settings) {
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
