//! Signature verification, compared with Project Wycheproof and with a second implementation.

use std::collections::BTreeMap;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, crypto::aws_lc};
use serde::Deserialize;
use wycheproof::{TestResult, rsa_pkcs1_verify};

use super::keys::rsa_pem;
use crate::access::{
    denied::InvalidToken,
    token::{
        key::{KeyError, VerifierKey},
        verify::signed_payload,
    },
};

#[derive(Deserialize)]
struct Jws {
    id: String,
    group: String,
    comment: String,
    result: String,
    jwk: Jwk,
    jws: String,
}

#[derive(Deserialize)]
struct Jwk {
    alg: Option<String>,
    #[serde(rename = "use")]
    used_for: Option<String>,
    key_ops: Option<Vec<String>>,
    n: String,
    e: String,
}

impl Jwk {
    /// Returns whether it is a key for RS256 signatures, by what it says of itself. PropelAuth's
    /// keys are PEM and say nothing, so this is the test's part.
    fn is_for_rs256(&self) -> bool {
        let is_for_signatures = match (&self.used_for, &self.key_ops) {
            (Some(used_for), _) => used_for == "sig",
            (None, Some(ops)) => ops.iter().any(|op| op == "verify"),
            (None, None) => true,
        };
        self.alg.as_deref() == Some("RS256") && is_for_signatures
    }

    fn key(&self) -> Result<VerifierKey, KeyError> {
        let [n, e] = [&self.n, &self.e].map(|it| URL_SAFE_NO_PAD.decode(it).unwrap());
        VerifierKey::from_pem(&rsa_pem(&n, &e))
    }
}

/// How many were refused and accepted, by group.
#[derive(Default)]
struct Tally(BTreeMap<String, BTreeMap<&'static str, usize>>);

impl Tally {
    fn count(&mut self, group: &str, verdict: &'static str) {
        *self
            .0
            .entry(group.to_owned())
            .or_default()
            .entry(verdict)
            .or_default() += 1;
    }

    /// Prints the groups and returns the sums.
    fn sums(&self, title: &str) -> Vec<(&'static str, usize)> {
        let mut sums = BTreeMap::<_, usize>::new();
        for (group, verdicts) in &self.0 {
            println!("{title} {group:28} {verdicts:?}");
            for (verdict, count) in verdicts {
                *sums.entry(*verdict).or_default() += count;
            }
        }
        println!("{title} in all: {sums:?}");
        sums.into_iter().collect()
    }
}

#[test]
fn wycheproof_jws_results_are_all_as_expected() {
    #[derive(Deserialize)]
    struct File {
        cases: Vec<Jws>,
    }
    let text = include_str!("../../../tests/vectors/wycheproof_jws_rs256.json");
    let File { cases } = serde_json::from_str(text).unwrap();

    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for case in &cases {
        let verdict = match case.jwk.key() {
            _ if !case.jwk.is_for_rs256() => "refused: not a JWK for RS256",
            Err(KeyError::Size(1024)) => "refused key: 1024 bits",
            Err(KeyError::NotRsa) => "refused key: exponent 1",
            Err(KeyError::Roca) => "refused key: ROCA",
            Err(error) => panic!("{}: {error}", case.id),
            Ok(key) => match signed_payload(&case.jws, &key) {
                Ok(_) => "accepted",
                Err(InvalidToken::Signature) => "refused: signature",
                // An empty payload is no claim set, so it is not looked at; its signature is fine.
                Err(_) if case.comment == "emptyPayload" => {
                    let (message, signature) = case.jws.rsplit_once('.').unwrap();
                    let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
                    assert!(key.verifies(message.as_bytes(), &signature));
                    "accepted signature, refused: empty payload"
                }
                Err(_) => "refused: structure",
            },
        };
        tally.count(&case.group, verdict);
        if verdict.starts_with("accepted") != (case.result == "valid") {
            wrong.push(format!("{} {}: {verdict}", case.id, case.comment));
        }
    }

    let sums = tally.sums("Wycheproof JWS");
    assert_eq!(wrong, [""; 0]);
    assert_eq!(cases.len(), 253);
    assert_eq!(
        sums,
        [
            ("accepted", 9),
            ("accepted signature, refused: empty payload", 1),
            ("refused key: 1024 bits", 1),
            ("refused key: ROCA", 2),
            ("refused key: exponent 1", 1),
            ("refused: not a JWK for RS256", 2),
            ("refused: signature", 219),
            ("refused: structure", 18),
        ]
    );
}

#[test]
fn wycheproof_rsa_pkcs1_sha256_results_are_all_as_expected() {
    use rsa_pkcs1_verify::{TestName, TestSet};

    let mut tally = Tally::default();
    let mut wrong = Vec::new();
    for name in [
        TestName::Rsa2048Sha256,
        TestName::Rsa3072Sha256,
        TestName::Rsa4096Sha256,
        TestName::Rsa8192Sha256,
    ] {
        for group in TestSet::load(name).unwrap().test_groups {
            let key = VerifierKey::from_pem(&group.pem);
            for test in &group.tests {
                let verdict = match &key {
                    Err(KeyError::Size(_)) => "refused key: size",
                    Err(KeyError::Exponent) => "refused key: exponent",
                    Err(error) => panic!("{name:?}: {error}"),
                    Ok(key) if key.verifies(&test.msg, &test.sig) => "accepted",
                    Ok(_) => "refused: signature",
                };
                tally.count(&format!("{name:?}"), verdict);
                // A signature that leaves out the NULL is for others to accept; PropelAuth's
                // have it.
                let is_valid = test.result == TestResult::Valid;
                if !verdict.starts_with("refused key") && (verdict == "accepted") != is_valid {
                    wrong.push(format!(
                        "{name:?} {}: {}: {verdict}",
                        test.tc_id, test.comment
                    ));
                }
            }
        }
    }

    let sums = tally.sums("Wycheproof RSA");
    assert_eq!(wrong, [""; 0]);
    assert_eq!(sums.iter().map(|(_, count)| count).sum::<usize>(), 1034);
    assert_eq!(
        sums,
        [
            ("accepted", 28),
            ("refused key: exponent", 3),
            ("refused: signature", 1003)
        ]
    );
}

#[derive(Deserialize)]
struct Attacks {
    meta: Meta,
    cases: Vec<Attack>,
}

#[derive(Deserialize)]
struct Meta {
    public_key_pem: String,
}

#[derive(Deserialize)]
struct Attack {
    id: String,
    token: String,
}

#[test]
fn every_signature_is_judged_like_by_jsonwebtoken() {
    let text = include_str!("../../../tests/vectors/rs256_attacks.json");
    let Attacks { meta, cases } = serde_json::from_str(text).unwrap();
    let ours = VerifierKey::from_pem(&meta.public_key_pem).unwrap();
    let theirs = DecodingKey::from_rsa_pem(meta.public_key_pem.as_bytes()).unwrap();
    let theirs = (aws_lc::DEFAULT_PROVIDER.verifier_factory)(&Algorithm::RS256, &theirs).unwrap();

    let mut tally = Tally::default();
    for case in &cases {
        // What no decoder takes is shown to both as bytes, so that there is a verdict on each.
        let (message, signature) = case.token.rsplit_once('.').unwrap_or((&case.token, ""));
        let decoded = URL_SAFE_NO_PAD.decode(signature);
        let group = if decoded.is_ok() {
            "base64url"
        } else {
            "raw bytes"
        };
        let signature = decoded.unwrap_or_else(|_| signature.into());
        let verdict = ours.verifies(message.as_bytes(), &signature);
        let oracle = theirs.verify(message.as_bytes(), &signature).is_ok();
        assert_eq!(verdict, oracle, "{}", case.id);
        tally.count(group, if verdict { "accepted" } else { "refused" });
    }

    assert_eq!(cases.len(), 311);
    assert_eq!(tally.sums("oracle"), [("accepted", 143), ("refused", 168)]);
}

#[test]
fn a_signature_by_a_1024_bit_key_is_rejected() {
    #[derive(Deserialize)]
    struct Weak {
        token: String,
    }
    let Weak { token } =
        serde_json::from_str(include_str!("../../../tests/vectors/weak1024.json")).unwrap();
    let key = VerifierKey::from_pem(crate::dev_keys::PUBLIC_KEY_PEMS[0]).unwrap();
    assert_eq!(signed_payload(&token, &key), Err(InvalidToken::Signature));

    let weak = include_str!("../../../tests/keys/rsa_1024.pem");
    assert_eq!(
        VerifierKey::from_pem(weak).unwrap_err(),
        KeyError::Size(1024)
    );
}
