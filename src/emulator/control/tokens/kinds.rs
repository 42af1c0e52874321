//! Every way to break a token.

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::valid::{HEADER, Valid};
use crate::dev_keys;

/// Longer than any leeway, in seconds.
const BEYOND_LEEWAY: i64 = 2 * 60 * 60;

/// A way to break a token: its name, what is wrong, and how it is done.
pub(super) type Kind = (
    &'static str,
    &'static str,
    fn(&Valid<'_>) -> Result<String, String>,
);

/// Every way to break a token.
pub(super) const KINDS: &[Kind] = &[
    ("expired", "It expired two hours ago.", |it| {
        it.with("exp", it.in_seconds(-BEYOND_LEEWAY))
    }),
    (
        "not_yet_valid",
        "It is valid in two hours only (`nbf`).",
        |it| {
            it.with_claims(|claims| {
                claims.insert("nbf".to_owned(), it.in_seconds(BEYOND_LEEWAY).into());
                claims.insert("exp".to_owned(), it.in_seconds(2 * BEYOND_LEEWAY).into());
            })
        },
    ),
    ("other_issuer", "Another environment issued it.", |it| {
        it.with("iss", "https://auth.another.example")
    }),
    (
        "changed_signature",
        "One bit of its signature is another one.",
        |it| Ok(dev_keys::with_invalid_signature(&it.token)),
    ),
    (
        "changed_claims",
        "Its claims were changed after it was signed.",
        |it| {
            let mut claims = it.claims.clone();
            claims.insert("email".to_owned(), "admin@example.com".into());
            let payload = URL_SAFE_NO_PAD.encode(Value::Object(claims).to_string());
            let header = it.token.split('.').next().unwrap_or_default();
            Ok(format!("{header}.{payload}.{}", it.signature()))
        },
    ),
    (
        "other_key",
        "Another key signed it, as after a rotation.",
        |it| it.key.next().sign(&it.claims),
    ),
    (
        "embedded_key",
        "It brings the key along that verifies it (`jwk`).",
        |it| {
            let header = json!({ "typ": "JWT", "alg": "RS256", "jwk": { "kty": "RSA", "e": "AQAB", "n": "AQAB" } });
            it.key
                .next()
                .sign_bytes(header.to_string().as_bytes(), &it.payload())
        },
    ),
    (
        "algorithm_none",
        "It says that it needs no signature, and has none.",
        |it| {
            Ok(format!(
                "{}.",
                it.signing_input(r#"{"typ":"JWT","alg":"none"}"#)
            ))
        },
    ),
    (
        "algorithm_none_signed",
        "It says that it needs no signature, and has that of another token.",
        |it| {
            let input = it.signing_input(r#"{"typ":"JWT","alg":"none"}"#);
            Ok(format!("{input}.{}", it.signature()))
        },
    ),
    (
        "public_key_as_secret",
        "HS256 with the public key as the secret, which anybody could sign.",
        |it| {
            let input = it.signing_input(r#"{"typ":"JWT","alg":"HS256"}"#);
            let key = hmac::Key::new(hmac::HMAC_SHA256, it.key.verifier_key().as_bytes());
            let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, input.as_bytes()));
            Ok(format!("{input}.{signature}"))
        },
    ),
    (
        "other_algorithm",
        "It names another algorithm than RS256.",
        |it| it.with_header(r#"{"typ":"JWT","alg":"RS512"}"#),
    ),
    (
        "algorithm_in_lower_case",
        "It names the algorithm in lower case.",
        |it| it.with_header(r#"{"typ":"JWT","alg":"rs256"}"#),
    ),
    (
        "two_algorithms",
        "It names two algorithms, of which parsers choose different ones.",
        |it| it.with_header(r#"{"typ":"JWT","alg":"none","alg":"RS256"}"#),
    ),
    ("other_type", "It is a token of another type.", |it| {
        it.with_header(r#"{"typ":"dpop+jwt","alg":"RS256"}"#)
    }),
    (
        "critical_extension",
        "It demands an extension that the verifier does not know (`crit`).",
        |it| it.with_header(r#"{"typ":"JWT","alg":"RS256","crit":["exp2"],"exp2":1}"#),
    ),
    (
        "payload_not_encoded",
        "It asks to read the payload in another way (`b64`).",
        |it| it.with_header(r#"{"typ":"JWT","alg":"RS256","b64":false}"#),
    ),
    ("no_signature", "Its signature was cut off.", |it| {
        Ok(it.signing_input(HEADER))
    }),
    ("empty_signature", "Its signature is empty.", |it| {
        Ok(format!("{}.", it.signing_input(HEADER)))
    }),
    ("fourth_part", "It has a fourth part.", |it| {
        Ok(format!("{}.e30", it.token))
    }),
    (
        "encrypted",
        "It has the five parts of an encrypted token.",
        |it| Ok(format!("{}.e30.e30", it.token)),
    ),
    ("padded", "Its base64url has padding.", |it| {
        Ok(format!("{}==", it.token))
    }),
    (
        "second_spelling",
        "It ends in bits that mean nothing, so that a block list would miss it.",
        |it| Ok(second_spelling(&it.token)),
    ),
    ("without_expiry", "It never expires.", |it| {
        it.without("exp")
    }),
    ("expiry_as_text", "It expires at a text.", |it| {
        it.with("exp", "tomorrow")
    }),
    (
        "expiry_without_end",
        "It expires after the year 9999.",
        |it| it.with("exp", 1e300),
    ),
    ("without_issuer", "It does not say who issued it.", |it| {
        it.without("iss")
    }),
    ("without_user_id", "It does not say whose it is.", |it| {
        it.without("user_id")
    }),
    ("empty_user_id", "Its user id is empty.", |it| {
        it.with("user_id", "")
    }),
    ("user_id_as_number", "Its user id is a number.", |it| {
        it.with("user_id", 7)
    }),
    ("without_email", "It has no email address.", |it| {
        it.without("email")
    }),
    (
        "two_user_ids",
        "It names two users, of which parsers choose different ones.",
        |it| {
            let payload = String::from_utf8(it.payload()).unwrap_or_default();
            let rest = payload.strip_prefix('{').unwrap_or_default();
            it.with_payload(
                format!(r#"{{"user_id":"00000000-0000-4000-8000-000000000000",{rest}"#).as_bytes(),
            )
        },
    ),
    (
        "membership_of_another_org",
        "A membership is under the id of another organization.",
        |it| {
            let member = json!({
                "org_id": "11111111-1111-4111-8111-111111111111",
                "org_name": "One",
                "user_role": "Owner",
                "inherited_user_roles_plus_current_role": ["Owner"],
                "user_permissions": [],
            });
            it.with_claims(|claims| {
                claims.remove("org_member_info");
                let orgs = json!({ "22222222-2222-4222-8222-222222222222": member });
                claims.insert("org_id_to_org_member_info".to_owned(), orgs);
            })
        },
    ),
    ("claims_not_json", "Its claims are no JSON.", |it| {
        it.with_payload(b"user=alice")
    }),
    ("claims_not_an_object", "Its claims are a list.", |it| {
        it.with_payload(format!("[{}]", String::from_utf8_lossy(&it.payload())).as_bytes())
    }),
    (
        "claims_not_utf8",
        "Its claims have bytes that are no text.",
        |it| it.with_payload(&[it.payload().as_slice(), b"\xff"].concat()),
    ),
    (
        "too_long",
        "It is longer than any token of PropelAuth.",
        |it| it.with("properties", json!({ "padding": "a".repeat(64 * 1024) })),
    ),
    (
        "in_quotes",
        "It is in quotes, as a client sends it that encoded it as JSON.",
        |it| Ok(format!("\"{}\"", it.token)),
    ),
    ("bearer_twice", "The word Bearer comes twice.", |it| {
        Ok(format!("Bearer {}", it.token))
    }),
    ("followed_by_a_word", "There is a second word.", |it| {
        Ok(format!("{} too", it.token))
    }),
    (
        "undefined",
        "A client sent the name of a missing value.",
        |_| Ok("undefined".to_owned()),
    ),
    ("empty", "There is none.", |_| Ok(String::new())),
    ("api_key", "It is an API key.", |_| {
        Ok("0123456789abcdef".repeat(4))
    }),
];

/// Replaces the last character by another one that stands for the same bytes in a lenient decoder: the last
/// character of 256 bytes has four bits that mean nothing.
fn second_spelling(token: &str) -> String {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut token = token.to_owned();
    let last = token.pop().unwrap_or('A');
    let place = ALPHABET.find(last).unwrap_or(0) | 1;
    token.push(ALPHABET.chars().nth(place).unwrap_or('B'));
    token
}
