//! The description of a request, and requests that have a chance to be of interest to an app.

use actix_web::{
    http::{Method, header},
    test::TestRequest,
};
use serde::{Deserialize, Serialize};

use crate::{
    app::{App, Inside, Node},
    dice::Dice,
    people::{Caller, ORGS, PEOPLE, WORLD},
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Request {
    pub method: String,
    /// The path as it is sent, with `@0`, `@1`, … for the ids of organizations.
    pub path: String,
    /// The query as it is sent, ids as in the path.
    pub query: Option<String>,
    pub caller: Caller,
    /// Ids as in the path; `\u{fffd}` stands for a byte that is not visible ASCII.
    pub headers: Vec<(String, String)>,
}

/// Puts the ids of organizations in place of `@0`, `@1`, ….
pub(crate) fn with_ids(text: &str) -> String {
    (0..ORGS).fold(text.to_owned(), |text, org| {
        text.replace(&format!("@{org}"), &WORLD.orgs[org])
    })
}

impl Request {
    /// Returns the bytes of a header as they are sent, once for each time it is.
    pub(crate) fn header(&self, name: &str) -> Vec<Vec<u8>> {
        let same = self
            .headers
            .iter()
            .filter(|(other, _)| other.eq_ignore_ascii_case(name));
        same.map(|(_, value)| sent(value)).collect()
    }

    pub(crate) fn to_test_request(&self) -> TestRequest {
        let mut uri = with_ids(&self.path);
        if let Some(query) = &self.query {
            uri = format!("{uri}?{}", with_ids(query));
        }
        let method = Method::from_bytes(self.method.as_bytes()).unwrap();
        let mut request = TestRequest::default().method(method).uri(&uri);
        for value in WORLD.credentials(self.caller) {
            request = request.append_header((header::AUTHORIZATION, value));
        }
        for (name, value) in &self.headers {
            let name = header::HeaderName::from_bytes(name.as_bytes()).unwrap();
            let value = header::HeaderValue::from_bytes(&sent(value)).unwrap();
            request = request.append_header((name, value));
        }
        request
    }
}

fn sent(value: &str) -> Vec<u8> {
    let value = with_ids(value);
    let bytes = value.chars().map(|char| match char {
        '\u{fffd}' => 0xff,
        char => u8::try_from(char).unwrap(),
    });
    bytes.collect()
}

/// Makes a request that reaches into the app, more often than not.
pub(crate) fn random(dice: &mut Dice, app: &App) -> Request {
    let mut path = String::new();
    walk(dice, app, &mut path);
    if path.is_empty() {
        path.push('/');
    }
    disturb(dice, &mut path);
    let method = match dice.below(10) {
        0..=6 => "GET",
        7 => "POST",
        8 => "OPTIONS",
        _ => *dice.of(&["HEAD", "DELETE", "TRACE"]),
    };
    let mut headers = Vec::new();
    if dice.percent(if method == "OPTIONS" { 75 } else { 8 }) {
        preflight(dice, &mut headers);
    }
    if dice.percent(8) {
        let method = *dice.of(&["GET", "POST", "OPTIONS", "no method"]);
        headers.push(("x-http-method-override".to_owned(), method.to_owned()));
    }
    if dice.percent(40) {
        headers.push(("x-choose".to_owned(), dice.of(&["1", "2", "3"]).to_string()));
    }
    for name in ["x-org-id", "X-Org"] {
        for _ in 0..*dice.of(&[0, 0, 0, 1, 1, 2]) {
            let value = dice.of(&["@0", "@0", "@1", "@2", "", "@0 ", "@0\u{fffd}", "@0,@1"]);
            headers.push((name.to_owned(), (*value).to_owned()));
        }
    }
    Request {
        method: method.to_owned(),
        path,
        query: dice.percent(50).then(|| query(dice)),
        caller: caller(dice, method == "OPTIONS"),
        headers,
    }
}

fn caller(dice: &mut Dice, rather_nobody: bool) -> Caller {
    if rather_nobody && dice.percent(60) {
        return Caller::Nobody;
    }
    // The users of A that are in organizations more often than others.
    let person = match dice.percent(70) {
        true => *dice.of(&[0, 1, 2, 6]),
        false => dice.below(PEOPLE.len()),
    };
    match dice.below(24) {
        0 | 1 => Caller::Nobody,
        2 => Caller::OtherScheme,
        3 => *dice.of(&[
            Caller::NoToken,
            Caller::TwoWords,
            Caller::TwoHeaders(person),
            Caller::Garbage,
        ]),
        4 => *dice.of(&[Caller::Expired(person), Caller::Forged(person)]),
        _ => Caller::Person(person),
    }
}

/// A preflight, or what is almost one.
fn preflight(dice: &mut Dice, headers: &mut Vec<(String, String)>) {
    let mut add = |name: &str, value: &str| headers.push((name.to_owned(), value.to_owned()));
    match dice.below(12) {
        0 => {}
        1 => add("origin", ""),
        2 => {
            add("origin", "https://one.example");
            add("origin", "https://two.example");
        }
        _ => add("origin", "https://app.example.com"),
    }
    match dice.below(12) {
        0 => {}
        1 => add("access-control-request-method", ""),
        2 => add("access-control-request-method", "G T"),
        3 => {
            add("access-control-request-method", "GET");
            add("access-control-request-method", "POST");
        }
        4 => add("access-control-request-method", "FOO"),
        _ => add("access-control-request-method", "POST"),
    }
}

fn query(dice: &mut Dice) -> String {
    let pairs = dice.some(3, |dice| {
        let name = *dice.of(&["org_id", "org_id", "org", "id", "org%5Fid", "x"]);
        format!("{name}={}", value(dice))
    });
    let sign = if dice.percent(5) { "&&" } else { "&" };
    pairs.join(sign)
}

/// An organization, in one way or another.
fn value(dice: &mut Dice) -> String {
    let plain = ["@0", "@1", "@2", "nowhere"];
    let bent = [
        "",
        "%20",
        "@0%20",
        "%40",
        "@0%00",
        "@0%EF%BF%BD",
        "@0%ff",
        "@0+",
        "@1%2F",
        "%2525",
        "@0%2F..",
        ".",
        "%2e%2e",
        "@0;x",
        "%E2%80%83@0",
        "%%361",
        "@0,@1",
    ];
    match dice.below(10) {
        0 => (*dice.of(&bent)).to_owned(),
        1 => {
            let plain = with_ids(dice.of::<&str>(&plain));
            encoded(dice, &plain)
        }
        _ => (*dice.of(&plain[..3])).to_owned(),
    }
}

/// Writes some characters in percent-encoding, a few of them twice.
fn encoded(dice: &mut Dice, text: &str) -> String {
    let parts = text.bytes().map(|byte| match dice.below(12) {
        0 => format!("%{byte:02X}"),
        1 => format!("%{byte:02x}"),
        2 => format!("%25{byte:02x}"),
        3 => format!("%%3{}{:x}", byte >> 4, byte & 15),
        _ => char::from(byte).to_string(),
    });
    parts.collect()
}

/// Follows the app to one of its nodes and writes down a path on the way.
fn walk(dice: &mut Dice, inside: &Inside, path: &mut String) {
    if inside.nodes.is_empty() || dice.percent(6) {
        if dice.percent(50) {
            path.push_str(dice.of::<&str>(&["/x", "/", "/@0", "/x/@1"]));
        }
        return;
    }
    match dice.of(&inside.nodes) {
        Node::Scope { prefix, inside, .. } => {
            fill(dice, prefix, path);
            walk(dice, inside, path);
        }
        Node::Resource { path: pattern, .. } | Node::Route { path: pattern, .. } => {
            fill(dice, pattern, path);
        }
    }
}

fn fill(dice: &mut Dice, pattern: &str, path: &mut String) {
    for segment in pattern.split_inclusive('/') {
        if segment.starts_with('{') {
            path.push_str(&value(dice));
            if segment.ends_with('/') {
                path.push('/');
            }
        } else {
            path.push_str(segment);
        }
    }
}

fn disturb(dice: &mut Dice, path: &mut String) {
    match dice.below(30) {
        0 => path.push('/'),
        1 => path.push_str("//"),
        2 => path.insert(0, '/'),
        3 => *path = path.replacen("/x", "//x", 1),
        4 => *path = path.replacen('x', "%78", 1),
        5 => path.push_str("/x"),
        6 => path.push_str("/@1"),
        _ => {}
    }
}
