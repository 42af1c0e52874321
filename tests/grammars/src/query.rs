//! An organization's id in a query parameter, as `web::Query` hands it to the handler.
//!
//! ```text
//! query = [ pair ] *( "&" [ pair ] ) ; up to the fragment
//! pair  = name [ "=" value ]         ; the first "=" counts
//! ```
//!
//! This is `application/x-www-form-urlencoded` as the URL Standard parses it: in names and values
//! `+` is a space, escapes are decoded once, and what is no escape stays as it is.

use super::{
    difference,
    org::{Asked, percent_decode},
    subject::{OrgRequest, Principal, RequiredOrg, User, fuzzing::org_request, org_id},
    words::Alphabet,
};
use actix_web::{
    dev::{Path, RequestHead, Url},
    http::Uri,
    web,
};

/// The name of the parameter.
const NAME: &str = "org_id";

pub(crate) const ALPHABET: Alphabet = [
    b"org_id",
    b"%6Frg_id",
    b"=",
    b"&",
    b"+",
    b"%",
    b"2",
    b"F",
    b"a",
    b";",
    b"%FF",
    b"#",
];

/// Bytes that are UTF-8 together only, and what is no id.
pub(crate) const ODD: Alphabet = [
    b"org_id=",
    b"org_id",
    b"=",
    b"&",
    b"%",
    b"0",
    b"2",
    b"A",
    b"%C2",
    b"%A0",
    b"%EF%BF%BD",
    b"?",
];

pub(crate) const ORGS: [&str; 12] = [
    "a", "aa", "2", "F", "a/a", "/", ";", "%", "=", "org_id", "a=a", "\"",
];

/// Returns the value of the one parameter of this name.
fn param(query: &[u8]) -> Option<String> {
    let end = query.iter().position(|byte| *byte == b'#');
    let mut found = Vec::new();
    for pair in query[..end.unwrap_or(query.len())].split(|byte| *byte == b'&') {
        if pair.is_empty() {
            continue;
        }
        let mut name_and_value = pair.splitn(2, |byte| *byte == b'=');
        let mut next = || decode(name_and_value.next().unwrap_or_default());
        let (name, value) = (next(), next());
        if name == NAME {
            found.push(value);
        }
    }
    match found.as_slice() {
        [_] => found.pop(),
        _ => None,
    }
}

fn decode(text: &[u8]) -> String {
    let spaced: Vec<u8> = text
        .iter()
        .map(|byte| if *byte == b'+' { b' ' } else { *byte })
        .collect();
    percent_decode(&spaced, |_| true)
}

/// Makes a comparer for the lookup in the query, with a request of its own.
pub(crate) fn comparer(user: User) -> impl FnMut(&[u8]) -> Result<&'static str, String> {
    of(user, org_id::query(NAME))
}

/// Makes a comparer for the default lookup, which takes the query where the path is matched whole
/// and has no parameter of this name, and nothing where it is not matched yet.
pub(crate) fn by_default(user: User) -> impl FnMut(&[u8]) -> Result<&'static str, String> {
    let unmatched = Path::new(Url::new(Uri::from_static("/orgs/a")));
    let (mut compare, lookup) = (of(user.clone(), org_id::default()), org_id::default());
    let caller = Principal::from(user);
    let mut head = RequestHead::default();
    move |value| {
        if let Ok(uri) = Uri::try_from([b"/orgs/a?", value].concat()) {
            head.uri = uri;
            if let Some(found) = lookup(&org_request(&head, &unmatched, &caller)) {
                return Err(difference(value, &"nothing yet", &found));
            }
        }
        compare(value)
    }
}

fn of(
    user: User,
    lookup: impl Fn(&OrgRequest<'_>) -> Option<RequiredOrg>,
) -> impl FnMut(&[u8]) -> Result<&'static str, String> {
    let mut path = Path::new(Url::new(Uri::from_static("/")));
    path.skip(1);
    let caller = Principal::from(user.clone());
    let mut head = RequestHead::default();
    let mut target = Vec::new();
    move |value| {
        target.clear();
        target.extend_from_slice(b"/?");
        target.extend_from_slice(value);
        let Ok(uri) = Uri::try_from(target.as_slice()) else {
            return Ok("no request");
        };
        head.uri = uri;
        let id = param(value);
        let expected = Asked::expected(id.clone(), &ORGS);
        let request = org_request(&head, &path, &caller);
        let found = Asked::found(&lookup, &request, &user, id.as_ref());
        if found.as_ref() != Ok(&expected) {
            return Err(difference(value, &expected, &found));
        }
        // What the handler reads, of those who get there.
        if let Asked::Member(id) = &expected {
            let query = web::Query::<Vec<(String, String)>>::from_query(
                head.uri.query().unwrap_or_default(),
            );
            let read = query.map_err(|error| error.to_string())?.into_inner();
            if read.iter().find(|(name, _)| name == NAME).map(|it| &it.1) != Some(id) {
                return Err(difference(value, id, &read));
            }
        }
        Ok(expected.class())
    }
}
