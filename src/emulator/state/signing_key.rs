//! The key that signs access tokens.
//!
//! Known differences to PropelAuth: `published-keys` in docs/differences.md.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{
    dev_keys::{self, PUBLIC_KEY_PEMS},
    emulator::state::own_key::OwnKey,
};

/// The key that is in use.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub(crate) enum SigningKey {
    /// The published development key of this number.
    ///
    /// No key is generated at run time as long as only this machine reaches the emulator, because a verifier
    /// in production has to know the key in order to reject it.
    Published(usize),
    /// A generated key. Where others reach the emulator, they could otherwise sign what its tokens say.
    Own(OwnKey),
}

/// The key in a snapshot.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Stored {
    Number(usize),
    /// PKCS #8 in base64.
    Private(String),
}

impl SigningKey {
    /// Returns a generated key.
    pub(crate) fn generate() -> Result<Self, String> {
        OwnKey::generate().map(Self::Own)
    }

    pub(crate) fn is_published(&self) -> bool {
        matches!(self, Self::Published(_))
    }

    /// Returns the next key. The first published key follows the last one.
    pub(crate) fn next(&self) -> Self {
        match self {
            Self::Published(number) => Self::Published((number + 1) % PUBLIC_KEY_PEMS.len()),
            // Without random numbers, the key stays as it is: no other is as secret.
            Self::Own(key) => Self::Own(OwnKey::generate().unwrap_or_else(|_| key.clone())),
        }
    }

    pub(crate) fn verifier_key(&self) -> &'static str {
        match self {
            Self::Published(number) => PUBLIC_KEY_PEMS.get(*number).copied().unwrap_or_default(),
            Self::Own(key) => key.public_pem(),
        }
    }

    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<String, String> {
        match self {
            Self::Published(number) => {
                dev_keys::sign_with(*number, claims).map_err(|error| error.to_string())
            }
            Self::Own(key) => key.sign(claims),
        }
    }
}

impl Default for SigningKey {
    fn default() -> Self {
        Self::Published(0)
    }
}

impl SigningKey {
    /// Returns the claims of a token that this key signed.
    pub(crate) fn verified(&self, token: &str) -> Option<Value> {
        dev_keys::verified_payload(self.verifier_key(), token)
    }

    /// Returns the modulus and the exponent, in base64url.
    pub(crate) fn numbers(&self) -> Option<(String, String)> {
        dev_keys::public_numbers(self.verifier_key())
    }

    /// Signs a header and a payload as they are, which need not be those of an access token.
    pub(crate) fn sign_bytes(&self, header: &[u8], payload: &[u8]) -> Result<String, String> {
        let encoded = |bytes| URL_SAFE_NO_PAD.encode(bytes);
        let signing_input = format!("{}.{}", encoded(header), encoded(payload));
        let signature = match self {
            Self::Published(number) => dev_keys::signature_with(*number, &signing_input)
                .map_err(|error| error.to_string())?,
            Self::Own(key) => key.signature(&signing_input)?,
        };
        Ok(format!("{signing_input}.{signature}"))
    }
}

impl TryFrom<usize> for SigningKey {
    type Error = String;

    fn try_from(number: usize) -> Result<Self, String> {
        match PUBLIC_KEY_PEMS.get(number) {
            Some(_) => Ok(Self::Published(number)),
            None => Err(format!("there is no signing key {number}")),
        }
    }
}

impl TryFrom<Stored> for SigningKey {
    type Error = String;

    fn try_from(stored: Stored) -> Result<Self, String> {
        match stored {
            Stored::Number(number) => Self::try_from(number),
            Stored::Private(text) => OwnKey::from_base64(&text).map(Self::Own),
        }
    }
}

impl From<SigningKey> for Stored {
    fn from(key: SigningKey) -> Self {
        match key {
            SigningKey::Published(number) => Self::Number(number),
            // A key that was generated or read can be written.
            SigningKey::Own(key) => Self::Private(key.to_base64().unwrap_or_default()),
        }
    }
}
