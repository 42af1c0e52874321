//! The public halves as verifiers need them: checking a token, and the numbers of a key for a key set.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::crypto::aws_lc;
use serde_json::Value;

/// Returns the payload of a token that was signed with the private half of this key, in PEM.
pub(crate) fn verified_payload(key: &str, token: &str) -> Option<Value> {
    let (signing_input, signature) = token.rsplit_once('.')?;
    let (header, payload) = signing_input.split_once('.')?;
    let json = |part: &str| -> Option<Value> {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
    };
    // A `crit` would name rules that are not followed here.
    let header = json(header)?;
    if header.get("alg")?.as_str()? != "RS256" || header.get("crit").is_some() {
        return None;
    }
    let pem = pem::parse(key).ok()?;
    let key = UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pem.contents());
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    key.verify(signing_input.as_bytes(), &signature).ok()?;
    json(payload)
}

/// Returns the modulus and the exponent of this key, in PEM, in base64url.
pub(crate) fn public_numbers(key: &str) -> Option<(String, String)> {
    let pem = pem::parse(key).ok()?;
    let numbers = aws_lc::DEFAULT_PROVIDER
        .key_utils
        .rsa_pub_components_from_public_key;
    let (modulus, exponent) = numbers(pem.contents()).ok()?;
    Some((
        URL_SAFE_NO_PAD.encode(modulus),
        URL_SAFE_NO_PAD.encode(exponent),
    ))
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
    use serde_json::json;

    use super::{public_numbers, verified_payload};
    use crate::dev_keys::{PUBLIC_KEY_PEMS, sign, sign::signature_with, with_invalid_signature};

    const KEY: &str = PUBLIC_KEY_PEMS[0];

    #[test]
    fn only_what_the_key_signed_is_read() {
        let claims = json!({ "sub": "a" });
        let token = sign(&claims).unwrap();
        assert_eq!(verified_payload(KEY, &token), Some(claims));
        let (_, rest) = token.split_once('.').unwrap();
        let with_header = |header: &str| {
            let (payload, _) = rest.split_once('.').unwrap();
            let input = format!("{}.{payload}", URL_SAFE_NO_PAD.encode(header));
            let signature = signature_with(0, &input).unwrap();
            format!("{input}.{signature}")
        };
        assert!(verified_payload(KEY, &with_header(r#"{"alg":"RS256"}"#)).is_some());
        for wrong in [
            with_invalid_signature(&token),
            with_header(r#"{"alg":"none"}"#),
            with_header(r#"{"alg":"HS256"}"#),
            with_header(r#"{"alg":"RS256","crit":["b64"]}"#),
            with_header("{}"),
            with_header("x"),
            format!("{token}="),
            format!("{token}."),
            token.replace('.', ""),
            String::new(),
            "..".to_owned(),
        ] {
            assert_eq!(verified_payload(KEY, &wrong), None, "{wrong}");
        }
        assert_eq!(verified_payload(PUBLIC_KEY_PEMS[1], &token), None);
        assert_eq!(verified_payload("", &token), None);
    }

    #[test]
    fn a_key_has_its_numbers() {
        let numbers: Vec<_> = PUBLIC_KEY_PEMS
            .map(|key| public_numbers(key).unwrap())
            .into();
        assert!(
            numbers
                .iter()
                .all(|(modulus, e)| modulus.len() == 342 && e == "AQAB")
        );
        assert_ne!(numbers[0], numbers[1]);
        assert_eq!(public_numbers(""), None);
    }
}
