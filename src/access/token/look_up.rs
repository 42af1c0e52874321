//! Looking a token up in the cache.
//!
//! The cache is keyed by the whole token, so that a hit needs neither parsing nor cryptography. A hit counts only with
//! the key that the token was verified with, at a time at which it is valid, and for as long as no mark says that it is
//! from before a change.

use super::{
    authenticator::Authenticator,
    header,
    verdict::{Lookup, Refusal},
};
use crate::{access::user::User, observe::metrics};
impl Authenticator {
    /// Looks up a token in the cache, and parses the header if it is not there.
    pub(super) fn look_up<'h>(&self, authorization: &'h [u8]) -> Result<Lookup<'h>, Refusal> {
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
}
