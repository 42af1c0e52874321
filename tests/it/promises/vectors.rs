//! The signed vectors in `tests/vectors`: every one of them at the moment it was made for.

use std::{
    collections::BTreeMap,
    time::{Duration, UNIX_EPOCH},
};

use actix_web::http::StatusCode;
use actix_web_propelauth::{Denied, PropelAuth, Unauthorized};
use serde::Deserialize;

use crate::a_canary::KEY;
use crate::fixtures::present;

#[derive(Deserialize)]
struct Vectors {
    meta: Meta,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Meta {
    issuer: String,
    public_key_pem: String,
    generated_at: u64,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    group: String,
    token: String,
    expect: String,
    why: String,
}

/// What is accepted of the vectors that leave the verdict open, and why.
const ACCEPTED: &[(&str, &str)] = &[
    ("jt-kid-blank-rs", "kid is never followed"),
    ("jt-kid-traversal-rs", "kid is never followed"),
    ("jt-kid-devnull-rs", "kid is never followed"),
    ("jt-kid-badpath-rs", "kid is never followed"),
    ("jt-kid-rce-rs", "kid is never followed"),
    ("jt-kid-curl-rs", "kid is never followed"),
    ("jt-kid-sqli-rs", "kid is never followed"),
    ("hx-kid-crlf", "kid is never followed nor logged"),
    ("hx-cty-jwt", "the payload is a claim set whatever cty says"),
    ("cl-nbf-neg", "a time before 1970 is past"),
    ("cl-iat-future", "iat is told and not judged"),
    (
        "cl-aud-str",
        "PropelAuth issues no aud, and its libraries ignore it",
    ),
    (
        "cl-aud-arr-num",
        "PropelAuth issues no aud, and its libraries ignore it",
    ),
    (
        "cl-org-both",
        "the active organization wins, as in PropelAuth's libraries",
    ),
    ("cl-org-map-null", "null is no organizations"),
    ("cl-role-structure-unknown", "unknown values are kept"),
    ("cl-login-null", "null is absent"),
];

/// What is refused of them, and why.
const REFUSED: &[(&str, &str)] = &[
    ("st-depth-130", "deeper than 128 levels is no claim set"),
    (
        "hx-b64false-nocrit",
        "RFC 7797 §3 has b64 in crit, which is refused",
    ),
    ("hx-typ-at+jwt", "another kind of token"),
    ("hx-enc", "says it is encrypted"),
    ("hx-zip", "says it is compressed"),
    ("cl-exp-59s-ago", "the leeway is 0"),
    ("cl-nbf-null", "a time is a number"),
    ("cl-iat-str", "a time is a number"),
    ("cl-unk-dup", "no claim may come twice"),
];

#[actix_web::test]
async fn every_vector_gets_its_verdict() {
    let text = include_str!("../../vectors/rs256_attacks.json");
    let Vectors { meta, cases } = serde_json::from_str(text).unwrap();
    let now = UNIX_EPOCH + Duration::from_secs(meta.generated_at);
    let auth = PropelAuth::builder(meta.issuer, KEY)
        .verifier_key(meta.public_key_pem)
        .clock(move || now)
        .build()
        .unwrap();

    let mut groups = BTreeMap::<_, [usize; 2]>::new();
    let mut wrong = Vec::new();
    for case in &cases {
        let is_in = |list: &[(&str, &str)]| list.iter().any(|(id, _)| *id == case.id);
        let expected = match case.expect.as_str() {
            "accept" => true,
            "reject" => false,
            _ => {
                assert_ne!(is_in(ACCEPTED), is_in(REFUSED), "{}: undecided", case.id);
                is_in(ACCEPTED)
            }
        };
        let answer = present(&auth, &case.token).await;
        if let Some(answer) = answer.iter().find(|answer| answer.status != StatusCode::OK) {
            let malformed = case.token.contains([' ', ',']) || !case.token.is_ascii();
            let error = if malformed {
                "invalid_request"
            } else {
                "invalid_token"
            };
            answer.is_401(error, &case.id);
        }
        let accepted = answer.is_some_and(|answer| answer.status == StatusCode::OK);
        groups.entry(&case.group).or_default()[usize::from(accepted)] += 1;
        if accepted != expected {
            wrong.push(format!("{}: accepted {accepted}: {}", case.id, case.why));
        }
    }

    for (group, [refused, accepted]) in &groups {
        println!("{group:12} {refused:4} refused {accepted:4} accepted");
    }
    assert_eq!(wrong, [""; 0]);
    let count = |expect| cases.iter().filter(|case| case.expect == expect).count();
    assert_eq!(
        [count("accept"), count("reject"), count("either")],
        [18, 267, 26]
    );
    assert_eq!([ACCEPTED.len(), REFUSED.len()], [17, 9]);
    let total = groups
        .values()
        .fold([0, 0], |sum, [r, a]| [sum[0] + r, sum[1] + a]);
    assert_eq!(total, [276, 35], "refused and accepted");
}

/// How many vectors there are of each class of forgery: the case, how their ids start, how many.
const FORGERIES: &[(&str, &str, usize)] = &[
    ("F01 no signature asked for", "jt-alg-", 9),
    ("F02 the public key as an HMAC secret", "jt-keyconf-", 7),
    ("F03 an empty HMAC secret", "jt-blank-pw", 1),
    ("F04 a common HMAC secret", "jtw-", 95),
    ("F05 an empty signature", "jt-null-sig", 1),
    ("F06 a key in the header", "jt-jwk", 2),
    ("F07 the address of a key in the header", "jt-jku", 1),
    (
        "F07 the address of a certificate in the header",
        "jt-x5u",
        1,
    ),
    ("F08 a hostile kid", "jt-kid-", 14),
    ("F09 another algorithm with the right key", "fg-alg-", 3),
    ("F10 a signature of zeros", "fg-psychic-", 2),
    ("F11 bent padding", "fg-p15-", 6),
    ("F12 another number of the same residue", "fg-sig-plus-n", 1),
    ("F12 a zero before", "fg-sig-lead0", 1),
    ("F12 a zero behind", "fg-sig-trail0", 1),
];

#[test]
fn every_class_of_forgery_has_its_vectors() {
    let text = include_str!("../../vectors/rs256_attacks.json");
    let Vectors { cases, .. } = serde_json::from_str(text).unwrap();
    for (case, prefix, expected) in FORGERIES {
        let found = cases.iter().filter(|vector| vector.id.starts_with(prefix));
        assert_eq!(found.count(), *expected, "{case}");
    }
}

#[test]
fn a_refusal_never_repeats_the_token() {
    let text = include_str!("../../vectors/rs256_attacks.json");
    let Vectors { meta, cases } = serde_json::from_str(text).unwrap();
    let auth = PropelAuth::builder(meta.issuer, KEY)
        .verifier_key(meta.public_key_pem)
        .build()
        .unwrap();
    for case in cases {
        let value = format!("Bearer {}", case.token);
        let Err(denied) = auth.validate_access_token_and_get_user(value.as_str()) else {
            continue;
        };
        let reason = format!("{denied} {denied:?}");
        assert!(
            reason.lines().count() == 1 && reason.len() < 1000,
            "{}",
            case.id
        );
        for segment in case.token.split('.').filter(|segment| segment.len() > 16) {
            assert!(!reason.contains(segment), "{}: {reason}", case.id);
        }
        assert!(
            matches!(
                denied,
                Denied::Unauthorized(
                    Unauthorized::InvalidToken(_) | Unauthorized::MalformedHeader(_)
                )
            ),
            "{}: {reason}",
            case.id
        );
    }
}
