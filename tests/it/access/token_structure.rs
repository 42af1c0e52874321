//! What a token is made of: three segments of canonical base64url, each of them strict JSON.

use std::time::{Duration, Instant};

use actix_web::http::Method;
use actix_web_propelauth::{PropelAuth, testing::propel_auth};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::fixtures::{HEADER, accepts, ask, claims, claims_and, refuses, sign, token};

fn parts() -> [String; 3] {
    let token = token();
    let mut parts = token.split('.').map(str::to_owned);
    std::array::from_fn(|_| parts.next().unwrap())
}

#[actix_web::test]
async fn a_token_is_three_segments() {
    let auth = propel_auth();
    let [h, p, s] = parts();
    let nested = sign(r#"{"alg":"RS256","cty":"JWT"}"#, token());
    for (case, token) in [
        ("S01 nothing", String::new()),
        ("S01 one", h.clone()),
        ("S01 two", format!("{h}.{p}")),
        ("S01 four", format!("{h}.{p}.{s}.{s}")),
        ("S01 five", format!("{h}.{p}.{s}.{s}.{s}")),
        ("S01 dots only", "..".to_owned()),
        ("S01 one dot", ".".to_owned()),
        ("S01 no header", format!(".{p}.{s}")),
        ("S01 no payload", format!("{h}..{s}")),
        ("S01 no signature", format!("{h}.{p}.")),
        ("S01 leading dot", format!(".{h}.{p}.{s}")),
        ("S01 trailing dot", format!("{h}.{p}.{s}.")),
        ("S02 JSON", format!(r#"{{"protected":"{h}"}}"#)),
        ("S03 nested", nested),
    ] {
        refuses(&auth, &token, case).await;
    }
    let json =
        format!(r#"{{"payload":"{p}","signatures":[{{"protected":"{h}","signature":"{s}"}}]}}"#);
    // A comma makes it malformed before anyone looks into it.
    let answer = ask(&auth, Method::GET, &[format!("Bearer {json}").as_bytes()]).await;
    answer.is_401("invalid_request", "S02 JSON serialization");
}

/// Returns the shortest of a few times that it takes to refuse a header; the machine is busy.
fn time_to_refuse(auth: &PropelAuth, value: &str) -> Duration {
    let times = (0..5).map(|_| {
        let start = Instant::now();
        let verdict = auth.validate_access_token_and_get_user(value);
        assert!(verdict.is_err());
        start.elapsed()
    });
    times.min().unwrap()
}

#[test]
fn a_hundred_thousand_dots_cost_nothing() {
    let auth = propel_auth();
    let value = format!("Bearer {}", ".".repeat(100_000));
    let time = time_to_refuse(&auth, &value);
    // 5 ms with optimizations; without them everything takes ten times as long.
    let bound = if cfg!(debug_assertions) { 50 } else { 5 };
    assert!(time < Duration::from_millis(bound), "S01 {time:?}");
}

#[actix_web::test]
async fn a_payload_is_one_strict_json_object() {
    let auth = propel_auth();
    let utf16 = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let utf32 = |text: &str| {
        text.chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect()
    };
    let broken = |at: &str| {
        let mut bytes = claims_and(at).into_bytes();
        let spot = bytes.iter().position(|byte| *byte == b'#').unwrap();
        bytes[spot] = 0xff;
        bytes
    };
    let table: Vec<(&str, Vec<u8>)> = vec![
        ("S04 []", b"[]".into()),
        ("S04 an array around it", format!("[{}]", claims()).into()),
        ("S04 null", b"null".into()),
        ("S04 \"x\"", br#""x""#.into()),
        ("S04 1", b"1".into()),
        ("S04 true", b"true".into()),
        ("S04 {}", b"{}".into()),
        ("S04 no JSON", b"x".into()),
        ("S06 trailing garbage", format!("{}x", claims()).into()),
        ("S06 trailing NUL", format!("{}\0", claims()).into()),
        (
            "S06 two objects",
            format!("{}{}", claims(), claims()).into(),
        ),
        ("S06 BOM", format!("\u{feff}{}", claims()).into()),
        ("S06 UTF-16", utf16(&claims())),
        ("S06 UTF-32", utf32(&claims())),
        ("S06 bad UTF-8 in an ignored claim", broken(r##""x":"#""##)),
        ("S06 bad UTF-8 in an ignored name", broken(r##""#":1"##)),
        (
            "S06 lone surrogate in a claim",
            claims_and(r#""first_name":"\ud800""#).into(),
        ),
        (
            "S06 lone surrogate in an ignored claim",
            claims_and(r#""x":"\udc00""#).into(),
        ),
        (
            "S06 lone surrogate in an ignored name",
            claims_and(r#""\ud800":1"#).into(),
        ),
    ];
    for (case, payload) in table {
        refuses(&auth, &sign(HEADER, payload), case).await;
    }
    // The same claims with white space around them and a pair of surrogates are fine.
    let payload = format!(" \n{}\t\r", claims_and(r#""first_name":"\ud83d\ude00""#));
    accepts(&auth, &sign(HEADER, payload), "S06 control").await;
}

#[actix_web::test]
async fn the_algorithm_is_rs256_to_the_letter() {
    let auth = propel_auth();
    for (case, header) in [
        ("S05 null", r#"{"alg":null}"#),
        ("S05 number", r#"{"alg":256}"#),
        ("S05 array", r#"{"alg":["RS256"]}"#),
        ("S05 lower case", r#"{"alg":"rs256"}"#),
        ("S05 space", r#"{"alg":"RS256 "}"#),
        ("S05 empty", r#"{"alg":""}"#),
        ("S05 missing", r#"{"typ":"JWT"}"#),
        ("S05 none", r#"{"alg":"none"}"#),
        ("S05 twice", r#"{"alg":"RS256","alg":"RS256"}"#),
        ("S05 no object", r#"["RS256"]"#),
        ("S05 empty object", "{}"),
        ("S06 trailing garbage in the header", r#"{"alg":"RS256"}x"#),
        ("S06 two headers", r#"{"alg":"RS256"}{"alg":"RS256"}"#),
        ("S06 BOM before the header", "\u{feff}{\"alg\":\"RS256\"}"),
    ] {
        refuses(&auth, &sign(header, claims()), case).await;
    }
    // "2" by its escape is the same letter.
    accepts(
        &auth,
        &sign(r#"{"alg":"RS\u003256"}"#, claims()),
        "S05 escaped",
    )
    .await;
    accepts(&auth, &sign(r#"{"alg":"RS256"}"#, claims()), "S05 alone").await;
}

#[test]
fn depth_does_not_overflow_the_stack() {
    // 110,000 levels are far beyond 16 KiB and refused unread; what fits is nested 5,000 deep.
    let auth = propel_auth();
    for depth in [5_000, 110_000] {
        let deep = format!(r#""x":{}{}"#, "[".repeat(depth), "]".repeat(depth));
        let in_payload = sign(HEADER, claims_and(&deep));
        let in_header = sign(format!(r#"{{"alg":"RS256",{deep}}}"#), claims());
        for token in [in_payload, in_header] {
            let time = time_to_refuse(&auth, &format!("Bearer {token}"));
            assert!(time < Duration::from_millis(100), "S07 {depth}: {time:?}");
        }
    }
}

#[actix_web::test]
async fn only_the_canonical_spelling_of_base64url_is_read() {
    let auth = propel_auth();
    let [h, p, s] = parts();
    // A payload whose encoding would end in "=" and one that uses the two letters that differ.
    let padded = loop_until(|p| p.len() % 4 != 0);
    let lettered = loop_until(|p| p.contains('-') || p.contains('_'));
    let standard = lettered.replace('-', "+").replace('_', "/");
    assert_ne!(standard, lettered);
    for (case, token) in [
        ("S08 padded signature", format!("{h}.{p}.{s}==")),
        ("S08 padded payload", repad(&padded)),
        ("S08 standard alphabet", standard),
        ("S08 newline", format!("{h}.{p}\n.{s}")),
        ("S08 CR LF", format!("{h}.{p}.{s}\r\n")),
        ("S08 NUL", format!("{h}.{p}.{s}\0")),
        ("S08 %3D", format!("{h}.{p}.{s}%3D")),
        ("S08 percent-encoded dot", format!("{h}%2E{p}.{s}")),
        ("S08 length 1 mod 4", format!("{h}.{p}.{s}AAA")),
    ] {
        refuses(&auth, &token, case).await;
    }
}

/// Returns a valid token whose text has some property.
fn loop_until(property: impl Fn(&str) -> bool) -> String {
    (0..64)
        .map(|n| {
            sign(
                HEADER,
                claims_and(&format!(r#""x":"{}~~~???""#, "y".repeat(n))),
            )
        })
        .find(|token| token.split('.').nth(1).is_some_and(&property))
        .unwrap()
}

fn repad(token: &str) -> String {
    let parts: Vec<_> = token.split('.').collect();
    let missing = (4 - parts[1].len() % 4) % 4;
    assert!(missing > 0);
    format!(
        "{}.{}{}.{}",
        parts[0],
        parts[1],
        "=".repeat(missing),
        parts[2]
    )
}

#[actix_web::test]
async fn the_last_letter_of_a_signature_has_one_spelling() {
    // The second half of the case, no second cache entry, waits for a cache to exist.
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let auth = propel_auth();
    let token = token();
    let (rest, last) = token.split_at(token.len() - 1);
    let value = ALPHABET
        .iter()
        .position(|letter| last.as_bytes() == [*letter])
        .unwrap();
    for bits in 1..16 {
        // 256 bytes leave four bits of the last letter unused: all of these decode alike.
        let other = char::from(ALPHABET[value ^ bits]);
        refuses(
            &auth,
            &format!("{rest}{other}"),
            &format!("S09 {last} as {other}"),
        )
        .await;
    }
    accepts(&auth, &token, "S09 as it was").await;
}

#[test]
fn no_change_of_one_letter_and_no_prefix_is_accepted() {
    let auth = propel_auth();
    let token = token();
    let refused = |token: &str, case: &str| {
        let value = format!("Bearer {token}");
        assert!(
            auth.validate_access_token_and_get_user(value.as_str())
                .is_err(),
            "S10 {case}"
        );
    };
    for n in 0..200 {
        let spot = n * token.len() / 200;
        let mut bytes = token.clone().into_bytes();
        bytes[spot] = if bytes[spot] == b'A' { b'B' } else { b'A' };
        refused(
            &String::from_utf8(bytes).unwrap(),
            &format!("letter {spot}"),
        );
    }
    for n in 0..61 {
        let len = n * token.len() / 61;
        refused(token.split_at(len).0, &format!("prefix {len}"));
    }
    // Header, payload and signature of two good tokens do not mix.
    let other = sign(HEADER, claims_and(r#""x":1"#));
    let signing_input = other.rsplit_once('.').unwrap().0;
    refused(
        &format!("{signing_input}.{}", token.rsplit_once('.').unwrap().1),
        "mixed",
    );
    assert!(
        URL_SAFE_NO_PAD
            .decode(token.split('.').next().unwrap())
            .is_ok()
    );
}
