//! Authentication by an API key in place of a token, where a middleware accepts both.

use std::sync::Arc;

use actix_web::http::header::{AUTHORIZATION, HeaderMap, HeaderValue};

use super::{authenticator::Authenticator, header};
use crate::{
    access::{
        callers::{
            api_keys::ApiKeys, invalid_api_key::InvalidApiKey, key_text::has_two_dots,
            key_validator::KeyValidator, principal::Principal,
        },
        denied::{Denied, MalformedHeader},
        outcome::Outcome,
    },
    words::subject::Subject,
};

impl Authenticator {
    /// Sets what validates the API keys of end users.
    pub(crate) fn set_key_validator(&self, validator: Arc<KeyValidator>) {
        // A second handle for the same authenticator does not exist.
        let _ = self.key_validator.set(validator);
    }

    /// Forgets the validations of API keys that a change is about.
    pub(crate) fn forget_keys(&self, subject: Subject) {
        if let Some(validator) = self.key_validator.get() {
            validator.forget(subject);
        }
    }

    /// Authenticates a request by an API key, or returns `None` if the request has none.
    pub(in crate::access) fn authenticate_key(
        &self,
        headers: &HeaderMap,
        keys: &ApiKeys,
    ) -> Option<Outcome<Result<Principal, Denied>>> {
        let validator = self.key_validator.get()?;
        if let Some(value) = keys.header_name().and_then(|name| headers.get(name)) {
            return Some(self.authenticate_key_header(headers, value, keys, validator));
        }
        let value = header::authorization(headers).ok()?;
        if has_two_dots(value) {
            return None;
        }
        let text = header::parse(value, self.settings.max_token_len).ok()?;
        validator.authenticate(text, keys)
    }

    /// Authenticates a request by the header for API keys, which must be the only credential.
    fn authenticate_key_header(
        &self,
        headers: &HeaderMap,
        value: &HeaderValue,
        keys: &ApiKeys,
        validator: &Arc<KeyValidator>,
    ) -> Outcome<Result<Principal, Denied>> {
        let name = keys.header_name();
        let is_only = name.is_some_and(|name| headers.get_all(name).nth(1).is_none())
            && !headers.contains_key(AUTHORIZATION);
        if !is_only {
            return Outcome::Ready(Err(MalformedHeader::MultipleHeaders.into()));
        }
        let text = value.to_str().ok().filter(|text| {
            text.len() <= self.settings.max_token_len
                && text.bytes().all(|it| it.is_ascii_graphic())
        });
        let outcome = text.and_then(|text| validator.authenticate(text, keys));
        outcome.unwrap_or_else(|| Outcome::Ready(Err(InvalidApiKey::NotAKey.into())))
    }
}
