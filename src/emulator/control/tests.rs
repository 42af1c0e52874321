//! Every row of the emulator gets requests of every kind.

use std::collections::BTreeMap;

use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Map, Value, json};

use super::{
    all_requests::{Face, all_requests},
    invariants::{ACME, ALICE, BOB, KEY, Request, SESSION, World},
};

/// How many requests each row gets.
const EACH: u32 = 12;

/// Names of fields, in bodies, queries and forms.
const NAMES: [&str; 40] = [
    "email",
    "password",
    "current_password",
    "code",
    "name",
    "org_id",
    "user_id",
    "role",
    "additional_roles",
    "username",
    "first_name",
    "last_name",
    "properties",
    "new_email",
    "token",
    "refresh_token",
    "active_org_id",
    "redirect_uri",
    "state",
    "client_id",
    "client_secret",
    "grant_type",
    "code_verifier",
    "code_challenge",
    "response_type",
    "scope",
    "resource",
    "rt",
    "t",
    "page_size",
    "page_number",
    "create_if_doesnt_exist",
    "autojoin_by_domain",
    "restrict_to_domain",
    "expiration_option",
    "metadata",
    "domain",
    "at",
    "seconds",
    "event_type",
];

/// Values of them, of which some are right for some.
const TEXTS: [&str; 24] = [
    "",
    " ",
    "alice@example.com",
    "bob@example.com",
    "carol@example.com",
    "not an address",
    "alice-password",
    "a-new-password-9",
    ALICE,
    BOB,
    ACME,
    "Owner",
    "Member",
    "Nobody",
    SESSION,
    "000000",
    "authorization_code",
    "refresh_token",
    "S256",
    "http://localhost:3000/callback",
    "javascript:alert(1)",
    "\u{0}\r\nset-cookie: a=b",
    "ä\u{202e}\u{1f600}",
    "-1",
];

fn value() -> impl Strategy<Value = Value> {
    let text = select(&TEXTS[..]).prop_map(Value::from);
    let other = select(std::vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1e300),
        json!([]),
        json!({}),
        json!(["Owner", 1, null]),
        json!({ "a": { "b": [1] } }),
        json!("x".repeat(5000)),
    ]);
    prop_oneof![4 => text, 1 => other]
}

fn fields() -> impl Strategy<Value = Vec<(&'static str, Value)>> {
    vec((select(&NAMES[..]), value()), 0..6)
}

fn encoded(fields: &[(&'static str, Value)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        form.append_pair(name, value.as_str().unwrap_or(&value.to_string()));
    }
    form.finish()
}

#[derive(Clone, Debug)]
enum Body {
    Json(Vec<(&'static str, Value)>),
    Form(Vec<(&'static str, Value)>),
    Bytes(Vec<u8>),
}

fn body() -> impl Strategy<Value = Body> {
    prop_oneof![
        3 => fields().prop_map(Body::Json),
        2 => fields().prop_map(Body::Form),
        1 => prop_oneof![
            Just(Vec::new()),
            Just(b"{".to_vec()),
            Just(b"[[[[[[]]]]]]".to_vec()),
            Just("[".repeat(10_000).into_bytes()),
            vec(any::<u8>(), 0..64),
        ].prop_map(Body::Bytes),
    ]
}

/// Headers that let a caller in, and some that do not.
fn headers() -> impl Strategy<Value = Vec<(&'static str, String)>> {
    let header = select(std::vec![
        ("authorization", format!("Bearer {KEY}")),
        ("authorization", "Bearer x".to_owned()),
        ("authorization", "Basic YTpi".to_owned()),
        ("cookie", format!("refresh_token={SESSION}")),
        ("cookie", "refresh_token=; a=\"b".to_owned()),
        ("x-csrf-token", "-.-".to_owned()),
        ("origin", "http://localhost:3000".to_owned()),
        ("origin", "https://evil.example".to_owned()),
        ("origin", "null".to_owned()),
        ("sec-fetch-site", "same-origin".to_owned()),
        ("content-type", "application/json".to_owned()),
        (
            "content-type",
            "application/x-www-form-urlencoded".to_owned()
        ),
        ("accept", "text/html".to_owned()),
    ]);
    let likely = prop_oneof![
        Just(std::vec![("authorization", format!("Bearer {KEY}"))]),
        Just(std::vec![
            ("cookie", format!("refresh_token={SESSION}")),
            ("x-csrf-token", "-.-".to_owned()),
        ]),
        Just(Vec::new()),
    ];
    (likely, vec(header, 0..3)).prop_map(|(likely, more)| [likely, more].concat())
}

#[test]
fn every_row_answers_any_request_and_changes_nothing_that_it_refuses() {
    let world = World::new();
    let rows = all_requests(&world.shared);
    assert!(rows.len() > 150, "{}", rows.len());
    let statuses = std::cell::RefCell::new(BTreeMap::<u16, u32>::new());
    // The same requests in every run, so that a failure is one for everybody.
    for (number, row) in rows.into_iter().enumerate() {
        // Deleting what all others are about is right, and everything else is refused afterwards; each
        // request that changes something is the last of its emulator.
        let segments = select(std::vec![
            ALICE, BOB, ACME, "x", "%00", "%2e%2e", "a%2Fb", "%ff", "ä"
        ]);
        let input = (vec(segments, 3), fields(), headers(), body(), any::<bool>());
        let config = Config {
            cases: EACH,
            failure_persistence: None,
            ..Config::default()
        };
        let seed = [u8::try_from(number % 251).unwrap(); 32];
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let result = TestRunner::new_with_rng(config, rng).run(
            &input,
            |(segments, query, headers, body, has_query)| {
                let mut path = row.path.clone();
                for segment in segments {
                    let field = path.find('{').zip(path.find('}'));
                    if let Some((from, to)) = field.filter(|(from, to)| from < to) {
                        path.replace_range(from..=to, segment);
                    }
                }
                if has_query {
                    path = format!("{path}?{}", encoded(&query));
                }
                let (media_type, body) = match body {
                    Body::Json(fields) => {
                        let fields: Map<String, Value> = fields
                            .into_iter()
                            .map(|(name, it)| (name.to_owned(), it))
                            .collect();
                        (
                            "application/json",
                            Value::from(fields).to_string().into_bytes(),
                        )
                    }
                    Body::Form(fields) => (
                        "application/x-www-form-urlencoded",
                        encoded(&fields).into_bytes(),
                    ),
                    Body::Bytes(bytes) => ("application/octet-stream", bytes),
                };
                let mut all: Vec<(&str, &str)> = headers
                    .iter()
                    .map(|(name, value)| (*name, value.as_str()))
                    .collect();
                all.push(("host", "127.0.0.1:9100"));
                all.push(("content-type", media_type));
                let request = Request {
                    method: &row.method,
                    target: &path,
                    headers: all,
                    body: &body,
                };
                if let Some(status) = request.status() {
                    *statuses.borrow_mut().entry(status).or_default() += 1;
                }
                Ok(())
            },
        );
        if let Err(error) = result {
            panic!("{} {}: {error}", row.method, row.path);
        }
    }
    // It reached what is behind the checks, and was refused in many ways.
    let statuses = statuses.into_inner();
    for status in [200, 400, 401, 403, 404] {
        assert!(statuses.contains_key(&status), "{statuses:?}");
    }
}

#[test]
fn every_face_has_rows() {
    let rows = all_requests(&World::new().shared);
    let count = |is: fn(Face) -> bool| rows.iter().filter(|row| is(row.face)).count();
    assert!(count(|face| face == Face::Operation) > 80);
    assert!(count(|face| matches!(face, Face::Web(_))) > 40);
    assert!(count(|face| face == Face::Control) > 30);
}
