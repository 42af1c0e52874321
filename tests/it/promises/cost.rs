//! What anybody can make a verifier do: nothing that costs more than a wrong signature.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use actix_web_propelauth::{
    Denied, InvalidToken, PropelAuth, Unauthorized,
    testing::{HasAccessToken as _, TestUser, propel_auth_builder},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

/// What a header is filled up with: an opening, so many of an item, and an end. `#` in an item
/// stands for its number.
const FILLINGS: &[(&str, &str, &str, &str)] = &[
    ("tiny objects", r#""x":["#, r#"{"":0},"#, "0]"),
    ("objects of two", r#""x":["#, r#"{"a":0,"b":0},"#, "0]"),
    ("escaped names", r#""x":["#, r#"{"\n":0},"#, "0]"),
    ("two escaped names", r#""x":["#, r#"{"\n":0,"\t":0},"#, "0]"),
    ("empty objects", r#""x":["#, "{},", "0]"),
    ("empty lists", r#""x":["#, "[],", "0]"),
    ("deep lists", r#""x":["#, "[[[[[[[[]]]]]]]],", "0]"),
    ("digits", r#""x":["#, "0,", "0]"),
    ("fractions", r#""x":["#, "1.5e-7,", "0]"),
    ("nulls", r#""x":["#, "null,", "0]"),
    ("strings", r#""x":["#, r#""","#, "0]"),
    ("escaped strings", r#""x":["#, r#""\n","#, "0]"),
    ("members", "", r##""#":0,"##, r#""x":0"#),
    ("escaped members", "", r##""\u0001#":0,"##, r#""x":0"#),
    (
        "members of one object",
        r#""x":{"#,
        r##""#":0,"##,
        r#""x":0}"#,
    ),
    (
        "members that are objects",
        "",
        r##""#":{"a":{}},"##,
        r#""x":0"#,
    ),
    (
        "keys",
        r#""keys":["#,
        r#"{"kty":"RSA","n":"x","e":"AQAB"},"#,
        "0]",
    ),
    ("a long string", r#""x":""#, "x", r#"""#),
    ("a long escaped string", r#""x":""#, r"\u00e9", r#"""#),
    ("a long name", r#"""#, "x", r#"":0"#),
    ("a long escaped name", r#"""#, r"\n", r#"":0"#),
    ("a long number", r#""x":1"#, "1", ""),
    ("a long fraction", r#""x":0."#, "1", ""),
    ("a long exponent", r#""x":1e"#, "0", "1"),
    ("space", "", " ", r#""x":0"#),
    ("deeper than may be", r#""x":"#, "[", ""),
    ("names that come twice", "", r#""x":0,"#, r#""x":0"#),
    ("a long kid", r#""kid":""#, "x", r#"""#),
    ("a long algorithm", r#""alg":""#, r"\n", r#"""#),
    (
        "a long list of extensions",
        r#""crit":["#,
        r#""x","#,
        r#""x"]"#,
    ),
];

/// How many bytes of JSON the headers have: some around every power of two, as a bound may be
/// anywhere, and as many as fit into a token.
const LENGTHS: &[usize] = &[
    130, 260, 500, 512, 600, 1_020, 1_500, 2_040, 4_090, 8_000, 11_500,
];

fn header(len: usize, (_, start, item, end): (&str, &str, &str, &str)) -> String {
    let mut json = format!(r#"{{"typ":"JWT",{start}"#);
    for number in 1.. {
        let next = item.replace('#', &number.to_string());
        if json.len() + next.len() + end.len() + 1 > len {
            break;
        }
        json += &next;
    }
    json + end + "}"
}

/// Returns the shortest time of a refusal, in many that take turns with those of the other one.
fn shortest(auth: &PropelAuth, tokens: [&str; 2]) -> [Duration; 2] {
    const CALLS: u32 = 2;
    let headers = tokens.map(|token| format!("Bearer {token}"));
    let mut shortest = [Duration::MAX; 2];
    for _ in 0..12 {
        for (header, shortest) in headers.iter().zip(&mut shortest) {
            let start = Instant::now();
            for _ in 0..CALLS {
                let verdict = auth.validate_access_token_and_get_user(black_box(&**header));
                assert!(black_box(verdict).is_err());
            }
            *shortest = (start.elapsed() / CALLS).min(*shortest);
        }
    }
    shortest
}

/// A token with the right claims and a signature that is none, as long as another.
fn wrong_signature(len: usize) -> String {
    let whole = TestUser::new("a@example.com").access_token();
    let missing = len.saturating_sub(whole.len()) * 3 / 4;
    let user = TestUser::new("a@example.com").claim("x", "x".repeat(missing));
    let token = user.access_token();
    let (signing_input, _) = token.rsplit_once('.').unwrap();
    format!("{signing_input}.{}", URL_SAFE_NO_PAD.encode([1; 256]))
}

/// Unoptimized, Rust takes ten times as long, and the signature, which is not Rust, no longer.
/// Without a bound on the header it is 25, unoptimized.
const LIMIT: f64 = if cfg!(debug_assertions) { 8.0 } else { 0.6 };

#[test]
fn nothing_before_the_signature_costs_as_much_as_a_wrong_signature() {
    let auth = propel_auth_builder()
        .max_token_len(300_000)
        .build()
        .unwrap();
    let (_, rest) = wrong_signature(0).split_once('.').map(own).unwrap();
    let mut worst = (0.0, String::new());
    let mut compare = |name: &str, token: &str, reference: &str| {
        let [it, signature] = shortest(&auth, [token, reference]);
        let ratio = it.as_secs_f64() / signature.as_secs_f64();
        if ratio > worst.0 {
            worst = (
                ratio,
                format!("{name}: {it:?}, and a wrong signature {signature:?}"),
            );
        }
    };
    for len in LENGTHS.iter().copied().chain([100_000]) {
        let longest = wrong_signature(len * 4 / 3);
        for filling in FILLINGS {
            let header = URL_SAFE_NO_PAD.encode(header(len, *filling));
            let name = format!("{} in {len} bytes of header", filling.0);
            compare(&name, &format!("{header}.{rest}"), &longest);
        }
        // Segments of nothing, for a decoder that does not look at lengths first.
        let long = "A".repeat(len * 4 / 3);
        let token = wrong_signature(0);
        let (signing_input, _) = token.rsplit_once('.').unwrap();
        compare(
            "a long signature",
            &format!("{signing_input}.{long}"),
            &longest,
        );
        compare("a header of zeros", &format!("{long}.{rest}"), &longest);
        compare("one segment", &long, &longest);
        compare("dots", &".".repeat(len * 4 / 3), &longest);
    }
    println!("{:.2} of a wrong signature: {}", worst.0, worst.1);
    assert!(worst.0 < LIMIT, "{worst:?}");
}

fn own((header, rest): (&str, &str)) -> (String, String) {
    (header.to_owned(), rest.to_owned())
}

#[test]
fn the_payload_is_not_read_before_the_signature() {
    let auth = propel_auth_builder().build().unwrap();
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256"}"#);
    let signature = URL_SAFE_NO_PAD.encode([1; 256]);
    let objects = format!("[{}0]", r#"{"":0},"#.repeat(1_000));
    for payload in [URL_SAFE_NO_PAD.encode(objects), "!".repeat(8_000)] {
        let value = format!("Bearer {header}.{payload}.{signature}");
        assert_eq!(
            auth.validate_access_token_and_get_user(value.as_str())
                .err(),
            Some(InvalidToken::Signature.into())
        );
    }
}

#[test]
fn a_header_may_have_2048_bytes() {
    let auth = propel_auth_builder().build().unwrap();
    let verdict = |bytes: usize| {
        let padding = bytes - r#"{"alg":"RS256","kid":""}"#.len();
        let header = format!(r#"{{"alg":"RS256","kid":"{}"}}"#, "x".repeat(padding));
        let token = crate::fixtures::sign(&header, crate::fixtures::claims());
        let value = format!("Bearer {token}");
        auth.validate_access_token_and_get_user(value.as_str())
    };
    assert!(verdict(2048).is_ok());
    assert!(matches!(
        verdict(2049),
        Err(Denied::Unauthorized(Unauthorized::InvalidToken(
            InvalidToken::Header(_)
        )))
    ));
}
