//! A signing key that is generated, for an emulator that others can reach.

use std::{fmt, sync::Arc};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der},
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use pem::{EncodeConfig, LineEnding, Pem};
use serde::Serialize;

use crate::emulator::state::interned::interned;

/// An RSA key pair of 2048 bits.
#[derive(Clone)]
pub(crate) struct OwnKey {
    pair: Arc<KeyPair>,
    public_pem: &'static str,
}

impl OwnKey {
    /// Generates a key, which takes up to a second.
    pub(crate) fn generate() -> Result<Self, String> {
        let pair = KeyPair::generate(KeySize::Rsa2048);
        Self::new(pair.map_err(|_| "no signing key can be generated".to_owned())?)
    }

    /// Reads what [`to_base64`](Self::to_base64) returned.
    pub(crate) fn from_base64(text: &str) -> Result<Self, String> {
        let der = STANDARD.decode(text).ok();
        let pair = der.and_then(|der| KeyPair::from_pkcs8(&der).ok());
        Self::new(pair.ok_or("the signing key is no RSA key in PKCS #8 and base64")?)
    }

    /// Returns the private key, as PKCS #8 in base64.
    pub(crate) fn to_base64(&self) -> Result<String, String> {
        let der: Pkcs8V1Der<'_> = self.pair.as_der().map_err(unwritable)?;
        Ok(STANDARD.encode(der.as_ref()))
    }

    fn new(pair: KeyPair) -> Result<Self, String> {
        let der: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(unwritable)?;
        let pem = Pem::new("PUBLIC KEY", der.as_ref());
        let lines = EncodeConfig::new().set_line_ending(LineEnding::LF);
        Ok(Self {
            public_pem: interned(&pem::encode_config(&pem, lines)),
            pair: Arc::new(pair),
        })
    }

    pub(crate) fn public_pem(&self) -> &'static str {
        self.public_pem
    }

    /// Signs claims as PropelAuth does: with RS256, in compact form.
    pub(crate) fn sign(&self, claims: &impl Serialize) -> Result<String, String> {
        let claims = serde_json::to_vec(claims).map_err(|error| error.to_string())?;
        let header = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"RS256"}"#);
        let input = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
        let signature = self.signature(&input)?;
        Ok(format!("{input}.{signature}"))
    }

    /// Returns the signature of a text, as the last segment of a token.
    pub(crate) fn signature(&self, input: &str) -> Result<String, String> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                input.as_bytes(),
                &mut signature,
            )
            .map_err(|_| "the token cannot be signed".to_owned())?;
        Ok(URL_SAFE_NO_PAD.encode(signature))
    }
}

fn unwritable(_: aws_lc_rs::error::Unspecified) -> String {
    "the signing key cannot be written".to_owned()
}

impl PartialEq for OwnKey {
    fn eq(&self, other: &Self) -> bool {
        self.public_pem == other.public_pem
    }
}

impl Eq for OwnKey {}

// Not derived, because it is private.
impl fmt::Debug for OwnKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnKey")
            .field("public_pem", &self.public_pem)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::OwnKey;

    #[test]
    fn a_key_is_the_same_after_it_was_written_and_read() {
        let key = OwnKey::generate().unwrap();
        let read = OwnKey::from_base64(&key.to_base64().unwrap()).unwrap();
        assert_eq!(read, key);
        let claims = serde_json::json!({ "sub": "a" });
        assert_eq!(read.sign(&claims).unwrap(), key.sign(&claims).unwrap());
        assert_ne!(OwnKey::generate().unwrap(), key);
        let shown = format!("{key:?}");
        assert!(!shown.contains(&key.to_base64().unwrap()), "{shown}");
        for text in ["", "AAAA", "-"] {
            assert!(OwnKey::from_base64(text).is_err(), "{text}");
        }
    }
}
