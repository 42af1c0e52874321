//! Signing access tokens with the published development keys.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, EncodingKey,
    crypto::aws_lc,
    errors::{Error, ErrorKind},
};
use serde::Serialize;

/// The private halves of [`PUBLIC_KEY_PEMS`](super::PUBLIC_KEY_PEMS).
static KEYS: LazyLock<[Result<EncodingKey, Error>; 3]> = LazyLock::new(|| {
    [
        include_str!("dev_private_key.pem"),
        include_str!("dev_private_key_2.pem"),
        include_str!("dev_private_key_3.pem"),
    ]
    .map(|text| match pem::parse(text) {
        // PKCS#1: reading it needs none of the ASN.1 crates that `use_pem` of jsonwebtoken depends on.
        Ok(pem) => Ok(EncodingKey::from_rsa_der(pem.contents())),
        Err(error) => Err(ErrorKind::InvalidRsaKey(error.to_string()).into()),
    })
});

/// Signs claims as PropelAuth does: with RS256, in compact form.
pub(crate) fn sign<T: Serialize>(claims: &T) -> Result<String, Error> {
    sign_with(0, claims)
}

/// Signs claims with the development key of this number, from 0.
pub(crate) fn sign_with<T: Serialize>(key: usize, claims: &T) -> Result<String, Error> {
    let header = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"RS256"}"#);
    let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims)?);
    let signing_input = format!("{header}.{payload}");
    let signature = signature_with(key, &signing_input)?;
    Ok(format!("{signing_input}.{signature}"))
}

/// Returns the signature of a text with this key, as the last segment of a token. PKCS#1 v1.5 signatures
/// are deterministic, so there is only one.
pub(crate) fn signature_with(key: usize, signing_input: &str) -> Result<String, Error> {
    let key = KEYS.get(key).ok_or(ErrorKind::InvalidKeyFormat)?;
    let key = key.as_ref().map_err(Clone::clone)?;
    // The provider is explicit, because jsonwebtoken panics if it cannot choose one itself.
    let signer = (aws_lc::DEFAULT_PROVIDER.signer_factory)(&Algorithm::RS256, key)?;
    let signature = signer
        .try_sign(signing_input.as_bytes())
        .map_err(|error| ErrorKind::Provider(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(signature))
}

/// Replaces the signature of a token by one of the same length that no key made for it.
pub(crate) fn with_invalid_signature(token: &str) -> String {
    let (signing_input, signature) = token.rsplit_once('.').unwrap_or((token, ""));
    let mut signature = URL_SAFE_NO_PAD.decode(signature).unwrap_or_default();
    if let Some(byte) = signature.last_mut() {
        *byte ^= 1;
    }
    format!("{signing_input}.{}", URL_SAFE_NO_PAD.encode(signature))
}
