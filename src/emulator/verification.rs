//! The key that signs the emulator's tokens, and the one that verifies them.

use serde::{Deserialize, Serialize};

use super::{
    dispatch::{Handle, Rejection},
    store::Store,
};
use crate::{
    api::{FetchTokenVerificationMetadata, NotFound, TokenVerificationMetadata},
    dev_keys::{self, PUBLIC_KEY_PEMS},
};

/// Which of the published development keys is in use.
///
/// None is made at run time: a verifier for production must know each of them, to refuse it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "usize")]
pub(super) struct SigningKey(usize);

impl SigningKey {
    /// Returns the key that follows, which after the last is the first.
    pub(super) fn next(self) -> Self {
        Self((self.0 + 1) % PUBLIC_KEY_PEMS.len())
    }

    pub(super) fn verifier_key(self) -> &'static str {
        PUBLIC_KEY_PEMS.get(self.0).copied().unwrap_or_default()
    }

    pub(super) fn sign(self, claims: &impl Serialize) -> Result<String, String> {
        dev_keys::sign_with(self.0, claims).map_err(|error| error.to_string())
    }
}

impl TryFrom<usize> for SigningKey {
    type Error = String;

    fn try_from(number: usize) -> Result<Self, String> {
        match PUBLIC_KEY_PEMS.get(number) {
            Some(_) => Ok(Self(number)),
            None => Err(format!("there is no signing key {number}")),
        }
    }
}

impl Handle<FetchTokenVerificationMetadata> for Store {
    fn handle(
        &mut self,
        _: FetchTokenVerificationMetadata,
    ) -> Result<TokenVerificationMetadata, Rejection<NotFound>> {
        let pem = self.signing_key.verifier_key();
        // Both names on both paths, as libraries differ in which they read where.
        Ok(TokenVerificationMetadata {
            verifier_key_pem: Some(pem.to_owned()),
            public_key_pem: Some(pem.to_owned()),
        })
    }
}
