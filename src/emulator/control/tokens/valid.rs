//! A valid token, to make broken ones from.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value};

use crate::emulator::state::{SigningKey, Store};

/// The header of a valid token.
pub(super) const HEADER: &str = r#"{"typ":"JWT","alg":"RS256"}"#;

/// What a broken token is made of: a valid one.
pub(super) struct Valid<'a> {
    pub(super) store: &'a Store,
    pub(super) key: SigningKey,
    pub(super) claims: Map<String, Value>,
    pub(super) token: String,
}

impl Valid<'_> {
    /// Signs claims that differ in one way.
    pub(super) fn with_claims(
        &self,
        change: impl FnOnce(&mut Map<String, Value>),
    ) -> Result<String, String> {
        let mut claims = self.claims.clone();
        change(&mut claims);
        self.key.sign(&claims)
    }

    pub(super) fn without(&self, claim: &str) -> Result<String, String> {
        self.with_claims(|claims| {
            claims.remove(claim);
        })
    }

    pub(super) fn with(&self, claim: &str, value: impl Into<Value>) -> Result<String, String> {
        self.with_claims(|claims| {
            claims.insert(claim.to_owned(), value.into());
        })
    }

    /// Signs the same claims with another header.
    pub(super) fn with_header(&self, header: &str) -> Result<String, String> {
        self.key.sign_bytes(header.as_bytes(), &self.payload())
    }

    /// Signs a payload as it is.
    pub(super) fn with_payload(&self, payload: &[u8]) -> Result<String, String> {
        self.key.sign_bytes(HEADER.as_bytes(), payload)
    }

    pub(super) fn payload(&self) -> Vec<u8> {
        Value::Object(self.claims.clone()).to_string().into_bytes()
    }

    /// Returns header and payload with this header, without a signature.
    pub(super) fn signing_input(&self, header: &str) -> String {
        let encoded = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        format!(
            "{}.{}",
            encoded(header.as_bytes()),
            encoded(&self.payload())
        )
    }

    pub(super) fn signature(&self) -> &str {
        self.token.rsplit_once('.').map_or("", |(_, it)| it)
    }

    pub(super) fn in_seconds(&self, seconds: i64) -> i64 {
        self.store.now().saturating_add(seconds)
    }
}
