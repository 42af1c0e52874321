//! An organization's id in a path parameter, as `web::Path` hands it to the handler.
//!
//! ```text
//! path  = "/orgs/" param ; up to the query or fragment
//! param = 1*( any character but "/" )
//! ```
//!
//! actix-web decodes twice: all of the path but `%25`, `%2B` and `%2F` before it is matched to a
//! route, and what is left in a parameter when that is read.

use super::{
    difference,
    org::{Asked, percent_decode},
    subject::{Principal, User, fuzzing::org_request, org_id},
    words::Alphabet,
};
use actix_web::{
    dev::{Path, RequestHead, ResourceDef, Url},
    http::Uri,
};

pub(crate) const ALPHABET: Alphabet = [
    b"a", b"%", b"2", b"5", b"F", b"0", b"/", b".", b";", b"+", b"%C3", b"%A9",
];

/// What is decoded twice, or cut off, or no id.
pub(crate) const ODD: Alphabet = [
    b"a",
    b"%",
    b"3",
    b"2",
    b"F",
    b"7",
    b"%EF%BF%BD",
    b"%00",
    b"?",
    b"#",
    "é".as_bytes(),
    b"%E2%80%83", // EM SPACE
];

pub(crate) const ORGS: [&str; 12] = [
    "a", "aa", "a/a", "%2F", "%", "/", "+", "é", "..", "a;a", "a%", "2",
];

/// Returns the parameter, or `None` where no route is matched.
fn param(value: &[u8]) -> Option<String> {
    let end = value.iter().position(|byte| matches!(byte, b'?' | b'#'));
    let segment = &value[..end.unwrap_or(value.len())];
    if segment.is_empty() || segment.contains(&b'/') {
        return None;
    }
    let matched = percent_decode(segment, |byte| !matches!(byte, b'%' | b'+' | b'/'));
    Some(percent_decode(matched.as_bytes(), |_| true))
}

/// Makes a comparer, with a route and a request of its own.
pub(crate) fn comparer(user: User) -> impl FnMut(&[u8]) -> Result<&'static str, String> {
    let (route, lookup) = (ResourceDef::new("/orgs/{org_id}"), org_id::path("org_id"));
    let mut head = RequestHead::default();
    let caller = Principal::from(user.clone());
    let mut target = Vec::new();
    move |value| {
        target.clear();
        target.extend_from_slice(b"/orgs/");
        target.extend_from_slice(value);
        let Ok(uri) = Uri::try_from(target.as_slice()) else {
            return Ok("no request");
        };
        let mut path = Path::new(Url::new(uri.clone()));
        let is_matched = route.capture_match_info(&mut path);
        head.uri = uri;
        let id = param(value);
        if is_matched != id.is_some() {
            return Err(difference(value, &id, &is_matched));
        }
        if !is_matched {
            return Ok("no route");
        }
        let expected = Asked::expected(id.clone(), &ORGS);
        let request = org_request(&head, &path, &caller);
        let found = Asked::found(&lookup, &request, &user, id.as_ref());
        if found.as_ref() != Ok(&expected) {
            return Err(difference(value, &expected, &found));
        }
        // What the handler reads, of those who get there.
        if let Asked::Member(id) = &expected
            && path.load::<String>().ok().as_ref() != Some(id)
        {
            return Err(difference(value, id, &path.load::<String>()));
        }
        Ok(expected.class())
    }
}
