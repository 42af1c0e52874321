//! The signature of a webhook: HMAC-SHA256 over id, timestamp and body, with dots between them.

use aws_lc_rs::{constant_time, hmac};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::secret::SigningKey;

/// The most signatures of one request that are looked at. Svix sends one for each secret that is in use.
const MAX_SIGNATURES: usize = 32;

/// Returns the signature of a webhook, for the header `svix-signature`.
#[cfg(any(feature = "test-util", test))]
pub(crate) fn sign(key: &SigningKey, id: &str, timestamp: i64, body: &[u8]) -> String {
    let tag = tag(key, id.as_bytes(), timestamp.to_string().as_bytes(), body);
    format!("v1,{}", STANDARD.encode(tag.as_ref()))
}

fn tag(key: &SigningKey, id: &[u8], timestamp: &[u8], body: &[u8]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(key.hmac());
    for part in [id, b".", timestamp, b".", body] {
        context.update(part);
    }
    context.sign()
}

/// Returns the key that made one of the signatures in a list, which has spaces between them.
///
/// Entries of other versions, and those that are no signature at all, are skipped: only 32 equal bytes count.
/// An empty signature or the beginning of one was once enough for other libraries (CVE-2024-21491).
pub(super) fn signer<'a>(
    keys: &'a [SigningKey],
    signatures: &[u8],
    id: &[u8],
    timestamp: &[u8],
    body: &[u8],
) -> Option<&'a SigningKey> {
    let entries = signatures.split(|byte| *byte == b' ').take(MAX_SIGNATURES);
    let given: Vec<_> = entries
        .filter_map(|entry| STANDARD.decode(entry.strip_prefix(b"v1,")?).ok())
        .collect();
    if given.is_empty() {
        return None;
    }
    keys.iter().find(|key| {
        let tag = tag(key, id, timestamp, body);
        let is_made_by =
            |given: &Vec<u8>| constant_time::verify_slices_are_equal(tag.as_ref(), given).is_ok();
        given.iter().any(is_made_by)
    })
}

#[cfg(test)]
mod tests {
    use super::{SigningKey, sign, signer};

    #[test]
    fn the_published_vector_of_svix() {
        let key = SigningKey::new(&"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD".into()).unwrap();
        let (id, body) = (
            "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
            br#"{"email":"test@example.com","username":"test_user"}"#,
        );
        let signature = sign(&key, id, 1_649_367_553, body);
        assert_eq!(signature, "v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=");
        let base64 = signature.strip_prefix("v1,").unwrap();
        let keys = [key];
        let is_signed = |list: &str| {
            signer(&keys, list.as_bytes(), id.as_bytes(), b"1649367553", body).is_some()
        };
        assert!(is_signed(&signature));
        assert!(is_signed(&format!("v2,abc v1, v1a,{} {signature}", base64)));
        for list in ["", " ", "v1", "v1,", "v1,=", "v1,tZ1I", base64] {
            assert!(!is_signed(list), "{list:?}");
        }
        let many = "v1,AAAA ".repeat(31);
        assert!(is_signed(&format!("{many}{signature}")));
        assert!(!is_signed(&format!("{many} {signature}")));
    }
}
