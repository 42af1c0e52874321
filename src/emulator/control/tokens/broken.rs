//! Tokens that a verifier must refuse, each broken in one way.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    kinds::KINDS,
    valid::Valid,
    verdict::{TokenVerdict, Verifier},
};
use crate::emulator::state::{Store, TokenOptions};

/// A token that a verifier must refuse, with what this crate says about it. Returned by
/// [`broken_tokens`](crate::emulator::Emulator::broken_tokens).
#[derive(Clone, Serialize)]
#[non_exhaustive]
pub struct BrokenToken {
    /// The name of what is wrong, such as `algorithm_none`.
    pub kind: &'static str,
    /// What is wrong, as a sentence.
    pub about: &'static str,
    /// The text to send after `Authorization: Bearer`.
    pub token: String,
    /// What this crate says about it.
    pub verdict: TokenVerdict,
}

/// Omits the token, as that of a created one does.
impl std::fmt::Debug for BrokenToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BrokenToken")
            .field("kind", &self.kind)
            .field("verdict", &self.verdict)
            .finish_non_exhaustive()
    }
}

/// Returns a token for each way to break one, for this user.
pub(super) fn broken(store: &Store, user: &str) -> Result<Vec<BrokenToken>, String> {
    let created = store.create_token(&TokenOptions::new(user))?;
    let claims = match created.claims {
        Value::Object(claims) => claims,
        _ => Map::new(),
    };
    let valid = Valid {
        store,
        key: store.signing_key.clone(),
        token: store.signing_key.sign(&claims)?,
        claims,
    };
    let verifier = Verifier::new(store)?;
    KINDS
        .iter()
        .map(|(kind, about, make)| {
            let token = make(&valid)?;
            Ok(BrokenToken {
                kind,
                about,
                verdict: verifier.verdict(&token),
                token,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{super::report::report, KINDS, broken};
    use crate::emulator::{
        Emulator,
        state::{Store, TokenOptions},
    };

    async fn with_store(check: impl FnOnce(&Store)) {
        let emulator = Emulator::start().await.unwrap();
        emulator.create_user("alice@example.com").unwrap();
        check(&emulator.store());
    }

    #[actix_web::test]
    async fn each_broken_token_is_refused_and_the_report_says_which_check_fails() {
        with_store(|store| {
            let tokens = broken(store, "alice@example.com").unwrap();
            assert_eq!(tokens.len(), KINDS.len());
            let mut codes = BTreeSet::new();
            for token in &tokens {
                assert!(!token.verdict.is_accepted, "{}", token.kind);
                assert!(token.verdict.reason.is_some() && token.verdict.remedy.is_some());
                codes.insert(token.verdict.code.unwrap());
                let report = report(store, &token.token).unwrap();
                assert_eq!(report.verdict, token.verdict);
                let failed = report.checks.iter().filter(|it| it.passes == Some(false));
                let failed: Vec<_> = failed.map(|it| it.name).collect();
                assert!(!failed.is_empty(), "{}", token.kind);
                assert!(failed != ["user"], "{}", token.kind);
            }
            assert!(codes.len() >= 10, "{codes:?}");
            let kinds: BTreeSet<_> = KINDS.iter().map(|(kind, ..)| kind).collect();
            assert_eq!(kinds.len(), KINDS.len());
        })
        .await;
    }

    #[actix_web::test]
    async fn each_check_is_made_by_itself() {
        with_store(|store| {
            let options = || TokenOptions::new("alice@example.com");
            let failed = |options: &TokenOptions| {
                let token = store.create_token(options).unwrap().access_token;
                let report = report(store, &token).unwrap();
                let failed = report.checks.iter().filter(|it| it.passes == Some(false));
                (
                    failed.map(|it| it.name).collect::<Vec<_>>(),
                    report.verdict.code,
                )
            };
            assert_eq!(failed(&options()), (vec![], None));
            for (options, names, code) in [
                (options().expires_in(-9999), vec!["expiry"], "token_expired"),
                (
                    options().issuer("https://other.example"),
                    vec!["issuer"],
                    "wrong_issuer",
                ),
                // A verifier stops at the signature, and the report does not.
                (
                    options()
                        .forged()
                        .expires_in(-9999)
                        .issuer("https://other.example"),
                    vec!["signature", "issuer", "expiry"],
                    "wrong_signature",
                ),
            ] {
                let (found, found_code) = failed(&options);
                assert_eq!(found, names);
                assert!(found_code.is_some(), "{code}");
            }
        })
        .await;
    }
}
