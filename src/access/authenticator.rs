//! From the headers of a request to its user.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use actix_web::http::header::HeaderMap;
use futures_util::future::LocalBoxFuture;

use super::{
    denied::{Denied, InvalidToken, Unauthorized},
    header,
    key::VerifierKey,
    key_ring::{KeyRing, RETRY_WITHOUT_KEY},
    settings::Settings,
    token,
    user::User,
};

/// Verifies access tokens with one project's key and under its settings.
pub(crate) struct Authenticator {
    settings: Arc<Settings>,
    keys: KeyRing,
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

/// A token that the key in use did not sign, though the next one may have.
struct Stale {
    seen: Option<Arc<VerifierKey>>,
    denied: Denied,
}

impl Authenticator {
    pub(crate) fn new(settings: Settings, keys: KeyRing) -> Self {
        Self {
            settings: Arc::new(settings),
            keys,
            verifications: AtomicU64::new(0),
        }
    }

    pub(crate) fn settings(&self) -> &Arc<Settings> {
        &self.settings
    }

    /// Returns how many tokens were looked into, which repeated looks at one request would show.
    pub(crate) fn verifications(&self) -> u64 {
        self.verifications.load(Ordering::Relaxed)
    }

    /// Authenticates a request, fetching a new key where that may help.
    pub(crate) fn authenticate(self: &Arc<Self>, headers: &HeaderMap) -> Progress {
        let token = match header::bearer_token(headers) {
            Ok(token) => token,
            Err(denied) => return Progress::Ready(Err(denied.into())),
        };
        match self.verify(token) {
            Ok(user) => Progress::Ready(Ok(user)),
            Err(stale) if stale.may_be_mended(&self.keys) => {
                let meanwhile = stale.denied.clone();
                let later = Arc::clone(self).retry(token.to_owned(), stale);
                Progress::Pending {
                    meanwhile,
                    later: Box::pin(later),
                }
            }
            Err(stale) => Progress::Ready(Err(stale.denied)),
        }
    }

    /// Authenticates by the value of an `Authorization` header with the key at hand.
    pub(crate) fn authenticate_value(&self, authorization: Option<&str>) -> Result<User, Denied> {
        let value = authorization.ok_or(Unauthorized::NoCredentials)?;
        self.verify(header::parse(value)?)
            .map_err(|stale| stale.denied)
    }

    /// Fetches the verifier key anew, if there is a source and enough time has passed.
    pub(crate) async fn refresh_key(&self) -> bool {
        self.keys.refresh(self.keys.current().as_ref()).await
    }

    async fn retry(self: Arc<Self>, token: String, stale: Stale) -> Result<User, Denied> {
        if self.keys.refresh(stale.seen.as_ref()).await {
            self.verify(&token).map_err(|stale| stale.denied)
        } else {
            Err(stale.denied)
        }
    }

    fn verify(&self, token: &str) -> Result<User, Stale> {
        let Some(key) = self.keys.current() else {
            let denied = Denied::Unavailable {
                retry_after: RETRY_WITHOUT_KEY,
            };
            return Err(Stale { seen: None, denied });
        };
        self.verifications.fetch_add(1, Ordering::Relaxed);
        match token::verify(token, &key, &self.settings) {
            Ok(claims) => Ok(User::verified(claims, Arc::clone(&self.settings))),
            Err(problem) => Err(Stale {
                seen: Some(key),
                denied: problem.into(),
            }),
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
