//! An issuer that is almost the right one: told to the developer, and let in nowhere.

use actix_web_propelauth::{
    Denied, InvalidToken, PropelAuth, Unauthorized,
    testing::{DEV_PUBLIC_KEY_PEM, propel_auth_builder},
};

use crate::a_canary::KEY;
use crate::fixtures::{HEADER, Logs, accepts, claims_with, refuses, sign};

const OTHER_PUBLIC: &str = include_str!("../../keys/other_public.pem");

fn from(issuer: &str) -> String {
    sign(
        HEADER,
        claims_with("iss", &serde_json::json!(issuer).to_string()),
    )
}

fn emulator(auth_url: &str) -> PropelAuth {
    let builder = PropelAuth::builder(auth_url, KEY).verifier_key(DEV_PUBLIC_KEY_PEM);
    builder.emulator().build().unwrap()
}

fn warnings(logs: &Logs) -> Vec<String> {
    let text = logs.text();
    let warnings = text.lines().filter(|line| line.contains(" WARN "));
    warnings.map(str::to_owned).collect()
}

#[actix_web::test]
async fn with_the_emulator_the_names_of_this_machine_are_one() {
    let names = ["localhost", "127.0.0.1", "[::1]", "auth.localhost"];
    for ours in names {
        let auth = emulator(&format!("http://{ours}:9100"));
        for theirs in names {
            let case = format!("{theirs} at {ours}");
            accepts(&auth, &from(&format!("http://{theirs}:9100")), &case).await;
        }
        for other in [
            "http://localhost:9101",
            "http://localhost",
            "https://localhost:9100",
            "http://localhost:9100/",
            "http://LOCALHOST:9100",
            "http://127.0.0.1.nip.io:9100",
            "http://localhost.example.com:9100",
            "http://10.0.0.1:9100",
            "https://auth.propelauth.test",
            "",
        ] {
            refuses(&auth, &from(other), &format!("{other} at {ours}")).await;
        }
    }
}

#[actix_web::test]
async fn elsewhere_an_issuer_counts_to_the_letter() {
    let given = PropelAuth::builder("http://localhost:9100", KEY)
        .verifier_key(DEV_PUBLIC_KEY_PEM)
        .issuer("https://auth.example.com")
        .emulator()
        .build()
        .unwrap();
    refuses(&given, &from("http://localhost:9100"), "another was given").await;
    accepts(
        &given,
        &from("https://auth.example.com"),
        "the one that was given",
    )
    .await;
    // Not the emulator: a key of a project, and an issuer of this machine.
    let trusted = propel_auth_builder()
        .issuer("http://localhost:9100")
        .build()
        .unwrap();
    accepts(&trusted, &from("http://localhost:9100"), "the same").await;
    refuses(&trusted, &from("http://127.0.0.1:9100"), "another name").await;
}

#[actix_web::test]
async fn the_first_token_of_another_issuer_is_told_of_once_with_the_line_to_change() {
    for (ours, theirs, difference) in [
        (
            "https://auth.example.com",
            "https://auth.example.com/",
            "slash at the end",
        ),
        (
            "https://auth.example.com/",
            "https://auth.example.com",
            "slash at the end",
        ),
        (
            "https://auth.example.com",
            "https://AUTH.example.com",
            "only in case",
        ),
        (
            "https://auth.example.com",
            "https://auth.example.com:443",
            "default port",
        ),
        ("auth.example.com", "https://auth.example.com", "the scheme"),
        (
            "https://localhost",
            "https://localhost:9100",
            "PROPELAUTH_ISSUER",
        ),
        (
            "http://localhost:9100",
            "http://127.0.0.1:9100",
            "only with `.emulator()`",
        ),
        (
            "https://auth.example.com",
            "https://other.example.com",
            "PROPELAUTH_ISSUER",
        ),
    ] {
        let auth = propel_auth_builder().issuer(ours).build().unwrap();
        let logs = Logs::capture();
        for _ in 0..3 {
            refuses(&auth, &from(theirs), theirs).await;
        }
        let warnings = warnings(&logs);
        let [warning] = &warnings[..] else {
            panic!("{theirs} at {ours}: one warning for three tokens: {warnings:?}")
        };
        for text in [
            &format!("{ours:?}"),
            &format!("`.issuer({theirs:?})`"),
            difference,
        ] {
            assert!(warning.contains(text), "{text} is not in {warning}");
        }
    }
}

#[actix_web::test]
async fn a_token_that_the_key_did_not_sign_says_nothing_at_warning_level() {
    let auth = propel_auth_builder().build().unwrap();
    let logs = Logs::capture();
    let theirs = from("https://attacker.example.com");
    refuses(
        &auth,
        &format!("{}AAAA", &theirs[..theirs.len() - 4]),
        "forged",
    )
    .await;
    assert_eq!(warnings(&logs), Vec::<String>::new());
}

#[test]
fn an_issuer_cannot_forge_a_line() {
    let auth = propel_auth_builder().build().unwrap();
    let logs = Logs::capture();
    let header = format!(
        "Bearer {}",
        from("https://x.example/\n ERROR forged\u{1b}[31m")
    );
    let denied = auth.validate_access_token_and_get_user(header.as_str());
    assert!(matches!(
        denied.unwrap_err(),
        Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Issuer { .. }))
    ));
    assert_eq!(logs.text().lines().count(), 1);
    assert!(!logs.text().contains('\u{1b}'));
}

#[test]
fn an_issuer_that_is_no_origin_is_warned_of_at_start() {
    let production = |issuer: &str| {
        PropelAuth::builder("https://auth.example.com", KEY)
            .verifier_key(OTHER_PUBLIC)
            .issuer(issuer)
            .build()
    };
    for odd in [
        "https://auth.example.com/",
        "https://AUTH.example.com",
        "https://auth.example.com:443",
        "https://auth.example.com/login",
        "auth.example.com",
    ] {
        let logs = Logs::capture();
        assert_eq!(
            production(odd).unwrap().issuer(),
            odd,
            "compared byte for byte"
        );
        let warnings = warnings(&logs).concat();
        for text in [
            &format!("{odd:?}"),
            "`.issuer(\"https://auth.example.com\")`",
        ] {
            assert!(
                warnings.contains(text),
                "{odd}: {text} is not in {warnings}"
            );
        }
    }
    let logs = Logs::capture();
    production("https://auth.example.com").unwrap();
    assert_eq!(warnings(&logs), Vec::<String>::new());
    for (issuer, text) in [
        (" https://auth.example.com", "surrounded by whitespace"),
        ("https://auth.example.com\r", "surrounded by whitespace"),
        ("https://auth.example.com\n", "surrounded by whitespace"),
        ("\"https://auth.example.com\"", "in quotes"),
        ("https://auth.\u{200b}example.com", "invisible characters"),
        ("https://a\0b", "control characters"),
        ("<issuer>", "a placeholder"),
        ("", "empty"),
    ] {
        let error = production(issuer).unwrap_err().to_string();
        assert!(error.contains(text), "{issuer:?}: {error}");
        assert!(
            error.contains("leave out `.issuer(…)`"),
            "{issuer:?}: {error}"
        );
    }
}
