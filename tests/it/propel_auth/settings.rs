//! What cannot be configured, each with an error that names cause and remedy.

use actix_web_propelauth::{
    InitError, PropelAuth, PropelAuthBuilder,
    testing::{DEV_PUBLIC_KEY_PEM, ISSUER, propel_auth_builder},
};

use crate::a_canary::KEY;

const OTHER_PUBLIC: &str = include_str!("../../keys/other_public.pem");

fn production() -> PropelAuthBuilder {
    PropelAuth::builder("https://auth.example.com", KEY).verifier_key(OTHER_PUBLIC)
}

fn with_url(url: &str) -> PropelAuthBuilder {
    PropelAuth::builder(url, KEY).verifier_key(OTHER_PUBLIC)
}

fn with_api_key(api_key: &str) -> PropelAuthBuilder {
    PropelAuth::builder("https://auth.example.com", api_key).verifier_key(OTHER_PUBLIC)
}

fn with_key(pem: &str) -> PropelAuthBuilder {
    production().verifier_key(pem)
}

/// The error of a configuration, with everything that caused it.
fn error_of(builder: PropelAuthBuilder, case: &str) -> String {
    match builder.build() {
        Ok(_) => panic!("{case}: it was built"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn each_error_names_cause_and_remedy() {
    let emulator = ".emulator()";
    let dashboard = "dashboard";
    let private = include_str!("../../keys/other_private.pem");
    let table: Vec<(&str, PropelAuthBuilder, [&str; 2])> = vec![
        (
            "E03 http",
            with_url("http://auth.example.com"),
            ["not encrypted", emulator],
        ),
        (
            "E03 localhost",
            with_url("https://localhost"),
            ["on this machine", emulator],
        ),
        (
            "E03 a name of localhost",
            with_url("https://auth.localhost:9100"),
            ["on this machine", emulator],
        ),
        (
            "E03 localhost.",
            with_url("https://localhost."),
            ["on this machine", emulator],
        ),
        (
            "E03 127.0.0.1",
            with_url("https://127.0.0.1:9100"),
            ["on this machine", emulator],
        ),
        (
            "E03 127.1.2.3",
            with_url("https://127.1.2.3"),
            ["on this machine", emulator],
        ),
        (
            "E03 0.0.0.0",
            with_url("https://0.0.0.0"),
            ["on this machine", emulator],
        ),
        (
            "E03 127.1",
            with_url("https://127.1"),
            ["on this machine", emulator],
        ),
        (
            "E03 a number",
            with_url("https://2130706433"),
            ["on this machine", emulator],
        ),
        (
            "E03 [::1]",
            with_url("https://[::1]"),
            ["on this machine", emulator],
        ),
        (
            "E03 [::ffff:127.0.0.1]",
            with_url("https://[::ffff:127.0.0.1]"),
            ["on this machine", emulator],
        ),
        (
            "E03 a base URL of http",
            production().base_url("http://api.example.com"),
            ["base URL", emulator],
        ),
        (
            "no scheme",
            with_url("auth.example.com"),
            ["does not start with https://", dashboard],
        ),
        (
            "a port and no scheme",
            with_url("auth.example.com:443"),
            ["auth URL", dashboard],
        ),
        (
            "another scheme",
            with_url("ftp://auth.example.com"),
            ["scheme is not https", dashboard],
        ),
        ("no host", with_url("https://"), ["auth URL", dashboard]),
        ("empty", with_url(""), ["auth URL", dashboard]),
        (
            "a password",
            with_url("https://u:p@auth.example.com"),
            ["user name or password", dashboard],
        ),
        (
            "E04 the development key",
            with_key(DEV_PUBLIC_KEY_PEM),
            ["development key", emulator],
        ),
        (
            "E04 the same, escaped",
            with_key(&DEV_PUBLIC_KEY_PEM.replace('\n', "\\n")),
            ["development key", emulator],
        ),
        (
            "F14 private",
            with_key(private),
            ["private key", "treat the private one as leaked"],
        ),
        (
            "F14 EC",
            with_key(include_str!("../../keys/ec_public.pem")),
            ["not an RSA", "RS256"],
        ),
        (
            "F14 1024 bits",
            with_key(include_str!("../../keys/rsa_1024.pem")),
            ["1024 bits", "2048 to 8192"],
        ),
        (
            "F14 e=3",
            with_key(include_str!("../../keys/rsa_e3.pem")),
            ["exponent is weak", "65537"],
        ),
        (
            "F14 certificate",
            with_key(include_str!("../../keys/certificate.pem")),
            ["\"CERTIFICATE\"", "PUBLIC KEY"],
        ),
        (
            "F14 garbage",
            with_key("garbage"),
            ["not PEM", "-----BEGIN PUBLIC KEY-----"],
        ),
        (
            "F14 empty",
            with_key(""),
            ["not PEM", "-----BEGIN PUBLIC KEY-----"],
        ),
        (
            "F14 cut off",
            with_key(OTHER_PUBLIC.split_at(200).0),
            ["not PEM", "line breaks"],
        ),
        (
            "F14 garbage inside",
            with_key("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"),
            ["not an RSA", "RS256"],
        ),
        (
            "no key",
            PropelAuth::builder("https://auth.example.com", KEY),
            ["`.verifier_key(pem)`", "`fetch_and_init().await`"],
        ),
        (
            "an empty API key",
            with_api_key(""),
            ["API key is empty", dashboard],
        ),
        (
            "a line break in it",
            with_api_key("key\n"),
            ["not one word", "without line breaks"],
        ),
        (
            "a space in it",
            with_api_key("a b"),
            ["not one word", dashboard],
        ),
        (
            "not ASCII",
            with_api_key("clé"),
            ["not one word", dashboard],
        ),
        (
            "H14 a realm",
            production().realm("a\"b"),
            ["realm \"a\\\"b\"", "without quotes"],
        ),
        (
            "an empty issuer",
            production().issuer(" "),
            [
                "issuer is empty",
                "leave out `.issuer(…)` and PROPELAUTH_ISSUER",
            ],
        ),
        (
            "an empty audience",
            production().audience(" "),
            ["audience is empty", "leave out `.audience(…)`"],
        ),
    ];
    for (case, builder, texts) in table {
        let error = error_of(builder, case);
        for text in texts {
            assert!(error.contains(text), "{case}: {text:?} is not in {error:?}");
        }
        assert!(!error.contains('\n'), "{case}: one line: {error:?}");
    }
}

#[test]
fn what_is_right_is_accepted() {
    let pkcs1 = include_str!("../../keys/other_public_pkcs1.pem");
    for (case, builder, issuer) in [
        ("a plain one", production(), "https://auth.example.com"),
        (
            "a path and a slash",
            with_url("https://auth.example.com/"),
            "https://auth.example.com",
        ),
        (
            "a port",
            with_url("https://auth.example.com:8443"),
            "https://auth.example.com:8443",
        ),
        (
            "the usual port",
            with_url("https://auth.example.com:443"),
            "https://auth.example.com",
        ),
        (
            "spaces around",
            with_url(" https://auth.example.com\n"),
            "https://auth.example.com",
        ),
        (
            "an own issuer",
            production().issuer("https://x/"),
            "https://x/",
        ),
        (
            "escaped line breaks",
            with_key(&OTHER_PUBLIC.replace('\n', "\\n")),
            "https://auth.example.com",
        ),
        (
            "CR LF",
            with_key(&OTHER_PUBLIC.replace('\n', "\r\n")),
            "https://auth.example.com",
        ),
        (
            "escaped CR LF",
            with_key(&OTHER_PUBLIC.replace('\n', "\\r\\n")),
            "https://auth.example.com",
        ),
        (
            "spaces around the key",
            with_key(&format!("\n {OTHER_PUBLIC} \n")),
            "https://auth.example.com",
        ),
        ("PKCS #1", with_key(pkcs1), "https://auth.example.com"),
        (
            "E03 the emulator over http",
            with_url("http://localhost:9100").emulator(),
            "http://localhost:9100",
        ),
        (
            "E04 the development key for the emulator",
            propel_auth_builder(),
            ISSUER,
        ),
    ] {
        let auth = builder
            .build()
            .unwrap_or_else(|error| panic!("{case}: {error}"));
        assert_eq!(auth.issuer(), issuer, "{case}");
    }
}

#[test]
fn a_key_in_another_form_is_still_the_same_key() {
    // The development key is known by what it is, not by how it is written.
    let escaped = DEV_PUBLIC_KEY_PEM.replace('\n', "\\n");
    let error = with_key(&escaped).build().unwrap_err();
    assert!(matches!(error, InitError::DevelopmentKey));
}

#[test]
fn an_error_shows_no_password_and_no_key_that_was_given_for_a_url() {
    for url in [
        "https://me:hunter2@auth.example.com",
        "https://hunter2@auth.example.com/",
        "hunter2",
        "hunter2:abc",
        "me:hunter2@auth.example.com",
        "ftp://me:hunter2@auth.example.com",
    ] {
        for builder in [with_url(url), production().base_url(url)] {
            let shown = format!("{builder:?}");
            assert!(!shown.contains("hunter2"), "{url}: {shown}");
            let error = builder.build().unwrap_err();
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("hunter2"), "{url}: {shown}");
        }
    }
}
