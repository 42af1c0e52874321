//! The key that signs access tokens.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::dev_keys::{self, PUBLIC_KEY_PEMS};

/// The published development key that is in use, by its number.
///
/// No key is generated at run time, because a verifier in production has to know every key of the
/// emulator in order to reject it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "usize")]
pub(crate) struct SigningKey(usize);

impl SigningKey {
    /// Returns the next key. The first key follows the last one.
    pub(crate) fn next(self) -> Self {
        Self((self.0 + 1) % PUBLIC_KEY_PEMS.len())
    }

    pub(crate) fn verifier_key(self) -> &'static str {
        PUBLIC_KEY_PEMS.get(self.0).copied().unwrap_or_default()
    }

    pub(crate) fn sign(self, claims: &impl Serialize) -> Result<String, String> {
        dev_keys::sign_with(self.0, claims).map_err(|error| error.to_string())
    }

    /// Returns the claims of a token that this key signed.
    pub(crate) fn verified(self, token: &str) -> Option<Value> {
        dev_keys::verified_payload(self.0, token)
    }

    /// Returns the modulus and the exponent, in base64url.
    pub(crate) fn numbers(self) -> Option<(String, String)> {
        dev_keys::public_numbers(self.0)
    }
}

impl SigningKey {
    /// Signs a header and a payload as they are, which need not be those of an access token.
    pub(crate) fn sign_bytes(self, header: &[u8], payload: &[u8]) -> Result<String, String> {
        let encoded = |bytes| URL_SAFE_NO_PAD.encode(bytes);
        let signing_input = format!("{}.{}", encoded(header), encoded(payload));
        let signature = dev_keys::signature_with(self.0, &signing_input);
        let signature = signature.map_err(|error| error.to_string())?;
        Ok(format!("{signing_input}.{signature}"))
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
