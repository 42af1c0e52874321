//! Verification of a token with the current key, and with a new one if that may change the result.
//!
//! Each verification is counted, timed and has a span. A token that is valid is cached, also if a mark says that it no
//! longer speaks: the next request with it then costs no signature.

use std::{
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

use super::{
    authenticator::Authenticator,
    credential,
    key_ring::Refresh,
    verdict::{Refusal, Verdict, VerifyFailure},
    verify,
};
use crate::{
    access::{denied::Denied, user::User},
    observe::{metrics, spans},
};

impl Authenticator {
    /// Verifies a token, and starts to fetch a new key if it may change the result.
    pub(super) fn verify_or_refresh(&self, token: &str) -> Verdict {
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

    /// Verifies a token with a key that has just been fetched. This time the result is final.
    pub(super) fn verify_again(&self, token: &str) -> Result<User, Refusal> {
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
