//! The issuer that an unverified token names.
//!
//! It only chooses who judges the token: the environment that is chosen verifies the signature, and then compares
//! the issuer itself. Whatever a caller writes here, the token of one environment is not accepted by another.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{
    Deserializer as _,
    de::{IgnoredAny, MapAccess, Visitor},
};

use crate::words::strict_json::Key;

/// The length of the part of a payload that is read first, in characters of base64url. In PropelAuth's tokens, the
/// issuer is among the first claims, and the organizations after it may take kilobytes.
const HEAD: usize = 512;

/// The length of the decoded head, in bytes.
const HEAD_BYTES: usize = HEAD / 4 * 3;

/// Returns the `iss` in the payload of a token, as far as it can be read: the first of several, and not one in an
/// object of the payload. The verifier denies a token with several.
pub(in crate::access) fn claimed(token: &[u8]) -> Option<String> {
    let payload = token.split(|byte| *byte == b'.').nth(1)?;
    let in_head = payload.get(..HEAD).and_then(|head| {
        let mut bytes = [0; HEAD_BYTES];
        let len = URL_SAFE_NO_PAD.decode_slice(head, &mut bytes).ok()?;
        find(bytes.get(..len)?)
    });
    in_head.or_else(|| find(&URL_SAFE_NO_PAD.decode(payload).ok()?))
}

/// Returns the `iss` of an object whose text may end early.
fn find(json: &[u8]) -> Option<String> {
    let mut found = None;
    // An error after the issuer was found is the verifier's to find.
    let _ = serde_json::Deserializer::from_slice(json).deserialize_map(Finder(&mut found));
    found
}

/// Reads an object up to its `iss`.
struct Finder<'f>(&'f mut Option<String>);

impl<'de> Visitor<'de> for Finder<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if key.as_str() == "iss" {
                *self.0 = Some(map.next_value()?);
                return Ok(());
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

    use super::claimed;

    fn claimed_in(payload: impl AsRef<[u8]>) -> Option<String> {
        let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
        claimed(token.as_bytes())
    }

    #[test]
    fn the_issuer_is_found_wherever_it_is_in_the_payload() {
        let long = "x".repeat(3_000);
        for payload in [
            r#"{"iss":"a"}"#.to_owned(),
            r#" { "sub" : [1,{"iss":"b"}] , "iss" : "a" } "#.to_owned(),
            r#"{"\u0069ss":"\u0061"}"#.to_owned(),
            format!(r#"{{"a":"{long}","iss":"a"}}"#),
            format!(r#"{{"iss":"a","a":"{long}"}}"#),
            // The head ends within the name, and within the value.
            format!(r#"{{"a":"{}","iss":"a","b":"{long}"}}"#, "x".repeat(372)),
            format!(r#"{{"a":"{}","iss":"a","b":"{long}"}}"#, "x".repeat(367)),
        ] {
            assert_eq!(claimed_in(&payload).as_deref(), Some("a"), "{payload}");
        }
    }

    #[test]
    fn of_several_issuers_the_first_chooses() {
        assert_eq!(claimed_in(r#"{"iss":"a","iss":"b"}"#).as_deref(), Some("a"));
    }

    #[test]
    fn what_names_no_issuer_chooses_none() {
        let deep = format!("{{\"a\":{}", "[".repeat(100_000));
        for payload in [
            "",
            "{",
            "{}",
            "[]",
            "null",
            "\"iss\"",
            r#"{"iss":["a"]}"#,
            r#"{"iss":{"iss":"a"}}"#,
            r#"{"iss":null}"#,
            r#"{"iss":1}"#,
            r#"{"iss":"a"#,
            r#"{"a":{"iss":"a"}}"#,
            r#"{"ISS":"a"}"#,
            deep.as_str(),
        ] {
            assert_eq!(claimed_in(payload), None, "{payload:.40}");
        }
        assert_eq!(claimed_in(b"{\"iss\":\"\xff\"}"), None);
        assert_eq!(claimed_in(b"\xff\xfe"), None);
        for token in [
            "",
            ".",
            "..",
            "a",
            "a.b",
            "a.!!!.c",
            "a.e30=.c",
            "\u{e9}.\u{e9}.\u{e9}",
        ] {
            assert_eq!(claimed(token.as_bytes()), None, "{token}");
        }
    }

    #[test]
    fn an_issuer_of_a_megabyte_is_read_like_any_other() {
        let long = "x".repeat(1_000_000);
        let payload = format!(r#"{{"iss":"{long}"}}"#);
        assert_eq!(claimed_in(payload), Some(long));
    }
}
