//! The grant of a request: where it is, its form, and its hash.

use actix_web::http::header::{HeaderMap, HeaderName};
use aws_lc_rs::digest::{Context, SHA256};

use crate::{
    access::denied::MissingStepUp,
    words::{ids::UserId, secret::Secret},
};

/// The header of the grant.
pub(in crate::access) const DEFAULT_HEADER: HeaderName = HeaderName::from_static("x-step-up-grant");

/// The length of the longest grant, in bytes. PropelAuth's have 64.
const MAX_LEN: usize = 512;

/// Returns the grant in a header.
///
/// # Errors
///
/// Returns an error if there is not exactly one, or if it cannot be one, so that PropelAuth is not asked about it.
pub(super) fn find(headers: &HeaderMap, name: &HeaderName) -> Result<Secret, MissingStepUp> {
    let mut values = headers.get_all(name);
    let value = values.next().ok_or(MissingStepUp::NoGrant)?;
    let text = value.to_str().ok().filter(|text| {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        is_plain && (1..=MAX_LEN).contains(&text.len())
    });
    match (text, values.next()) {
        (Some(text), None) => Ok(text.to_owned().into()),
        _ => Err(MissingStepUp::MalformedGrant),
    }
}

/// The hash of a grant with what it was said to be for. The grant itself is not kept longer than a request.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Digest([u8; 32]);

impl Digest {
    pub(super) fn of(user_id: &UserId, action_type: &str, grant: &Secret) -> Self {
        let mut context = Context::new(&SHA256);
        for text in [user_id.as_str(), action_type, grant.expose()] {
            // With its length, so that no text can pass for the end of the one before.
            context.update(&text.len().to_be_bytes());
            context.update(text.as_bytes());
        }
        let mut bytes = [0; 32];
        for (to, from) in bytes.iter_mut().zip(context.finish().as_ref()) {
            *to = *from;
        }
        Self(bytes)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderMap, HeaderValue};

    use super::{DEFAULT_HEADER, Digest, find};
    use crate::{
        access::denied::MissingStepUp,
        words::{ids::UserId, secret::Secret},
    };

    fn found(values: &[&[u8]]) -> Result<String, MissingStepUp> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(DEFAULT_HEADER, HeaderValue::from_bytes(value).unwrap());
        }
        find(&headers, &DEFAULT_HEADER).map(|grant| grant.expose().to_owned())
    }

    #[test]
    fn a_grant_is_one_header_of_1_to_512_visible_characters() {
        let (longest, long) = ("g".repeat(512), "g".repeat(513));
        assert_eq!(found(&[]), Err(MissingStepUp::NoGrant));
        for grant in ["g", "!~", longest.as_str()] {
            assert_eq!(found(&[grant.as_bytes()]), Ok(grant.to_owned()));
        }
        for malformed in [b"".as_slice(), b"a b", b"\xfc", b"a\t", long.as_bytes()] {
            assert_eq!(found(&[malformed]), Err(MissingStepUp::MalformedGrant));
        }
        assert_eq!(found(&[b"g", b"g"]), Err(MissingStepUp::MalformedGrant));
    }

    #[test]
    fn the_hash_depends_on_each_part_and_on_where_it_ends() {
        let of = |user: &str, action: &str, grant: &str| {
            let user = UserId::from(user);
            Digest::of(&user, action, &Secret::from(grant.to_owned()))
        };
        let whole = of("u", "PAY", "g");
        assert!(whole == of("u", "PAY", "g"));
        for other in [
            of("v", "PAY", "g"),
            of("u", "PAX", "g"),
            of("u", "PAY", "h"),
            of("uP", "AY", "g"),
            of("u", "PA", "Yg"),
            of("", "uPAY", "g"),
        ] {
            assert!(whole != other);
        }
    }
}
