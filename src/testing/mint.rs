//! Access tokens signed with the published development key.

use std::sync::LazyLock;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto::aws_lc, errors::Error};
use serde::Serialize;

/// Signs claims as PropelAuth would: RS256, in compact form.
pub(crate) fn sign<T: Serialize>(claims: &T) -> Result<String, Error> {
    let header = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"RS256"}"#);
    let payload = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims)?);
    let signing_input = format!("{header}.{payload}");
    let signature = signature(&signing_input)?;
    Ok(format!("{signing_input}.{signature}"))
}

/// Returns the one signature of a text, as the last segment of a token.
pub(crate) fn signature(signing_input: &str) -> Result<String, Error> {
    static KEY: LazyLock<Result<EncodingKey, Error>> =
        LazyLock::new(|| EncodingKey::from_rsa_pem(include_bytes!("dev_private_key.pem")));

    let key = KEY.as_ref().map_err(Clone::clone)?;
    // The provider is named: jsonwebtoken panics when it has to choose one by itself and cannot.
    let signer = (aws_lc::DEFAULT_PROVIDER.signer_factory)(&Algorithm::RS256, key)?;
    let signature = signer
        .try_sign(signing_input.as_bytes())
        .map_err(|error| jsonwebtoken::errors::ErrorKind::Provider(error.to_string()))?;
    Ok(URL_SAFE_NO_PAD.encode(signature))
}
