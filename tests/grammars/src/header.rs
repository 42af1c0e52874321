//! An organization's id in a header: one line, of visible ASCII, spaces and tabs.

use super::{
    difference,
    org::Asked,
    subject::{Principal, User, fuzzing::org_request, org_id},
    words::Alphabet,
};
use actix_web::{
    dev::{Path, RequestHead, Url},
    http::{
        Uri,
        header::{HeaderName, HeaderValue},
    },
};

const NAME: &str = "x-org";

/// A line feed begins another header of the same name.
pub(crate) const ALPHABET: Alphabet = [
    b"a",
    b"B",
    b" ",
    b"\t",
    b",",
    b"\"",
    b"%",
    b"%20",
    "é".as_bytes(),
    b"\x80",
    b"\n",
    b"\x7f",
];

pub(crate) const ORGS: [&str; 12] = [
    "a", "aa", "aB", "a,a", "%", "%20", "\"a\"", ",", "B", "a%20", "a\"", "a B",
];

/// Returns the lines of a request, or `None` where one of them is no header.
fn lines(value: &[u8]) -> Option<Vec<&[u8]>> {
    let lines: Vec<_> = value.split(|byte| *byte == b'\n').collect();
    let is_header = |line: &&[u8]| {
        line.iter()
            .all(|byte| matches!(byte, b'\t' | 0x20..=0x7e | 0x80..))
    };
    lines.iter().all(is_header).then_some(lines)
}

fn only(lines: &[&[u8]]) -> Option<String> {
    let [line] = lines else {
        return None;
    };
    let is_plain = line.iter().all(|byte| matches!(byte, b'\t' | 0x20..=0x7e));
    is_plain.then(|| line.iter().map(|byte| char::from(*byte)).collect())
}

/// Makes a comparer, with a request of its own.
pub(crate) fn comparer(user: User) -> impl FnMut(&[u8]) -> Result<&'static str, String> {
    let (name, lookup) = (HeaderName::from_static(NAME), org_id::header("X-Org"));
    let path = Path::new(Url::new(Uri::from_static("/")));
    let mut head = RequestHead::default();
    let caller = Principal::from(user.clone());
    move |value| {
        let Some(lines) = lines(value) else {
            return Ok("no request");
        };
        head.headers.clear();
        for line in &lines {
            let line = HeaderValue::from_bytes(line).map_err(|error| error.to_string())?;
            head.headers.append(name.clone(), line);
        }
        let id = only(&lines);
        let expected = Asked::expected(id.clone(), &ORGS);
        let request = org_request(&head, &path, &caller);
        let found = Asked::found(&lookup, &request, &user, id.as_ref());
        if found.as_ref() != Ok(&expected) {
            return Err(difference(value, &expected, &found));
        }
        Ok(expected.class())
    }
}
