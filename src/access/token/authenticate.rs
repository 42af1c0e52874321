//! Authentication by code that may wait: for its turn, for a new verifier key, and for the memberships of now.

use std::sync::Arc;

use actix_web::http::header::HeaderMap;
use tokio::task::yield_now;

use super::{
    authenticator::Authenticator,
    header,
    verdict::{Lookup, Refusal, Verdict},
};
use crate::access::{
    denial_log::warn_if_due, denied::Denied, malformed_credential::MalformedCredential,
    outcome::Outcome, user::User,
};

/// The number of times that a token that is not cached yields to other requests before it is verified.
///
/// Each time, the worker runs every task that is ready, which takes no time on an idle worker. Verifying
/// a forged signature costs more than the whole request of a cached user. Under load, yielding three
/// times keeps forged tokens from taking as much of the worker's time as valid ones
/// (`compare -- hostile` in `benches` measures it).
const YIELDS: usize = 3;

impl Authenticator {
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
    pub(crate) fn authenticate_by(
        self: &Arc<Self>,
        authorization: &[u8],
    ) -> Outcome<Result<User, Denied>> {
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
}
