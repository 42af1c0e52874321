//! Authentication by code that must not wait: routing guards, and code outside of actix-web.

use actix_web::http::header::HeaderMap;

use super::{
    authenticator::Authenticator,
    header,
    verdict::{Lookup, Verdict},
};
use crate::access::{
    denial_log::warn_if_due,
    denied::{Denied, Unauthorized},
    user::User,
};

/// The result for callers that cannot wait for a new verifier key.
pub(crate) struct SyncOutcome {
    pub(crate) result: Result<User, Denied>,
    /// Whether a verifier key that is being fetched may change the result.
    pub(crate) is_provisional: bool,
}

impl Authenticator {
    /// Authenticates a request with the current key, and starts to fetch a new one if that may change the
    /// result for the next request.
    pub(crate) fn authenticate_sync(&self, headers: &HeaderMap) -> SyncOutcome {
        match header::authorization(headers) {
            Ok(value) => self.authenticate_sync_by(value),
            Err(denied) => SyncOutcome {
                result: Err(denied.into()),
                is_provisional: false,
            },
        }
    }

    /// Authenticates by the value of an `Authorization` header like [`authenticate_sync`](Self::authenticate_sync).
    pub(crate) fn authenticate_sync_by(&self, authorization: &[u8]) -> SyncOutcome {
        let verdict = match self.look_up(authorization) {
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
}
