//! Secrets of webhooks, and signing with them as Svix does.

use base64::{Engine as _, engine::general_purpose::STANDARD};

/// Returns the key of a secret, or the reason if it is none.
pub(crate) fn check(secret: &str) -> Result<Vec<u8>, String> {
    let text = secret.strip_prefix("whsec_").unwrap_or(secret);
    match STANDARD.decode(text) {
        Ok(key) if !key.is_empty() => Ok(key),
        _ => Err(
            "the webhook secret is not `whsec_` and base64: write one like \
             whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD"
                .to_owned(),
        ),
    }
}

/// Returns the signature of a message, for the header `svix-signature`.
pub(crate) fn sign(secret: &str, id: &str, timestamp: i64, body: &[u8]) -> String {
    let key = check(secret).unwrap_or_default();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
    let mut context = aws_lc_rs::hmac::Context::with_key(&key);
    context.update(format!("{id}.{timestamp}.").as_bytes());
    context.update(body);
    format!("v1,{}", STANDARD.encode(context.sign().as_ref()))
}
