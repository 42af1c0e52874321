//! Settings whose types are right and that cannot work, or must not: refused at start, each with
//! its remedy, or warned of.

use std::time::Duration;

use actix_web_propelauth::{InitError, PropelAuth, PropelAuthBuilder, testing::DEV_PUBLIC_KEY_PEM};

use crate::a_canary::KEY;
use crate::fixtures::Logs;

const OTHER_PUBLIC: &str = include_str!("../../keys/other_public.pem");

fn with(auth_url: &str, api_key: &str) -> PropelAuthBuilder {
    PropelAuth::builder(auth_url, api_key).verifier_key(OTHER_PUBLIC)
}

fn production() -> PropelAuthBuilder {
    with("https://auth.example.com", KEY)
}

#[track_caller]
fn says(builder: PropelAuthBuilder, texts: &[&str], case: &str) {
    let error = match builder.build() {
        Ok(_) => panic!("{case}: it was built"),
        Err(error) => error.to_string(),
    };
    for text in texts {
        assert!(error.contains(text), "{case}: {text:?} is not in {error:?}");
    }
    assert!(!error.contains('\n'), "{case}: one line: {error:?}");
}

fn warnings(logs: &Logs) -> Vec<String> {
    let text = logs.text();
    let warnings = text.lines().filter(|line| line.contains(" WARN "));
    warnings.map(str::to_owned).collect()
}

#[test]
fn published_keys_are_accepted_on_this_machine_only_and_with_a_warning() {
    let emulator = |url: &str| {
        PropelAuth::builder(url, KEY)
            .verifier_key(DEV_PUBLIC_KEY_PEM)
            .emulator()
    };
    for local in [
        "http://127.0.0.1:9100",
        "http://127.9.9.9:9100",
        "http://127.1:9100",
        "http://0x7f.1:9100",
        "http://2130706433",
        "http://localhost:9100",
        "http://LocalHost.:9100",
        "https://auth.localhost",
        "http://[::1]:9100",
        "http://[::ffff:127.0.0.1]:9100",
    ] {
        let logs = Logs::capture();
        emulator(local).build().unwrap();
        let warnings = warnings(&logs).concat();
        for text in [
            "published development key",
            "anyone can sign",
            "PROPELAUTH_EMULATOR",
        ] {
            assert!(
                warnings.contains(text),
                "{local}: {text} is not in {warnings}"
            );
        }
    }
    let error = emulator("https://auth.example.com").verifier_key(OTHER_PUBLIC);
    let error = error.build().unwrap_err();
    assert!(
        matches!(error, InitError::EmulatorInProduction { .. }),
        "{error:?}"
    );
    for elsewhere in [
        "http://propelauth-dev:9100",
        "http://host.docker.internal:9100",
        "http://localhost.example.com:9100",
        "http://mylocalhost:9100",
        "http://127.0.0.1.nip.io:9100",
        "http://localtest.me",
        "http://0.0.0.0:9100",
        "http://[::]:9100",
        "http://10.0.0.1:9100",
        "http://192.168.1.2:9100",
        "http://[::ffff:10.0.0.1]:9100",
        "http://[fe80::1]:9100",
    ] {
        let error = emulator(elsewhere).build().unwrap_err();
        assert!(
            matches!(error, InitError::PublishedKey { .. }),
            "{elsewhere}: {error:?}"
        );
        let error = error.to_string();
        for text in [
            "is not this machine",
            "remove `.emulator()`",
            "network_mode",
            "http://127.0.0.1:",
        ] {
            assert!(
                error.contains(text),
                "{elsewhere}: {text} is not in {error}"
            );
        }
        let by_base_url = emulator("http://127.0.0.1:9100").base_url(elsewhere);
        let error = by_base_url.build().unwrap_err();
        assert!(
            matches!(error, InitError::PublishedKey { .. }),
            "{elsewhere}: {error:?}"
        );
        // A key of a project is as good there as anywhere, and the switch is not.
        let logs = Logs::capture();
        emulator(elsewhere)
            .verifier_key(OTHER_PUBLIC)
            .build()
            .unwrap();
        let warnings = warnings(&logs).concat();
        assert!(
            warnings.contains("is not this machine"),
            "{elsewhere}: {warnings}"
        );
    }
    let logs = Logs::capture();
    production().build().unwrap();
    assert_eq!(warnings(&logs), Vec::<String>::new());
}

#[test]
fn what_a_file_left_in_a_value_is_named() {
    type Bend = fn(&str) -> String;
    let bends: [(&str, Bend); 8] = [
        ("in quotes", |value| format!("\"{value}\"")),
        ("in quotes", |value| format!("'{value}'")),
        ("in quotes", |value| format!("“{value}”")),
        ("followed by a comment", |value| {
            format!("{value} # from the dashboard")
        }),
        ("preceded by `export`", |value| format!("export {value}")),
        ("preceded by the name", |value| {
            format!("PROPELAUTH_X={value}")
        }),
        ("invisible characters", |value| format!("{value}\u{200b}")),
        ("a reference", |_| "${PROPELAUTH_X}".to_owned()),
    ];
    let url = "https://auth.example.com";
    for (text, bend) in bends {
        says(with(&bend(url), KEY), &[text, "auth URL"], "auth URL");
        says(with(url, &bend("abc")), &[text, "API key"], "API key");
        says(production().issuer(bend(url)), &[text, "issuer"], "issuer");
        says(
            production().base_url(bend(url)),
            &[text, "base URL"],
            "base URL",
        );
        let pem = bend(OTHER_PUBLIC);
        says(
            production().verifier_key(pem),
            &[text, "`verifier_key`"],
            "verifier key",
        );
    }
    for placeholder in [
        "<your api key>",
        "changeme",
        "YOUR_API_KEY",
        "xxxxxxxx",
        "****",
    ] {
        says(
            with(url, placeholder),
            &["a placeholder", "dashboard"],
            placeholder,
        );
    }
}

#[test]
fn what_is_in_the_wrong_place_is_named() {
    let url = "https://auth.example.com";
    for (case, builder, texts) in [
        (
            "swapped",
            with("abc", url),
            ["the API key is a URL", "swap them"],
        ),
        ("a URL twice", with(url, url), ["a URL", "swapped?"]),
        ("a PEM", with(url, OTHER_PUBLIC), ["a PEM", "verifier key"]),
        (
            "a scheme",
            with(url, "Bearer abc"),
            ["scheme `Bearer`", "the key alone"],
        ),
        (
            "a scheme",
            with(url, "bearer abc"),
            ["scheme `Bearer`", "the key alone"],
        ),
        (
            "a token",
            with(url, "eyJhbGciOiJSUzI1NiJ9.e30.x"),
            ["a JWT", "dashboard"],
        ),
        (
            "a path",
            with("https://auth.example.com/login", KEY),
            [
                "a path, query or fragment",
                "write https://auth.example.com",
            ],
        ),
        (
            "a query",
            with("https://auth.example.com?a=b", KEY),
            [
                "a path, query or fragment",
                "write https://auth.example.com",
            ],
        ),
        (
            "a path of the emulator",
            with("http://localhost:9100/api", KEY).emulator(),
            ["a path, query or fragment", "write http://localhost:9100"],
        ),
        (
            "no scheme",
            with("auth.example.com", KEY),
            ["does not start with https://", "dashboard"],
        ),
        (
            "port 0",
            with("https://auth.example.com:0", KEY),
            ["port 0", "auth URL"],
        ),
        (
            "a query of the base URL",
            production().base_url("https://api.example.com/?a=b"),
            ["a query or fragment", "leave that out"],
        ),
        (
            "a user agent",
            production().user_agent("a\nb"),
            ["user agent", "cannot be sent"],
        ),
    ] {
        says(builder, &texts, case);
    }
}

#[test]
fn limits_that_cannot_work_are_refused() {
    let (zero, second) = (Duration::ZERO, Duration::from_secs(1));
    for (builder, texts) in [
        (
            production().request_timeout(zero),
            ["`request_timeout` is zero", "10 seconds"],
        ),
        (
            production().attempt_timeout(zero),
            ["`attempt_timeout` is zero", "5 seconds"],
        ),
        (
            production().attempt_timeout(second * 11),
            ["`attempt_timeout` is longer", "raise `request_timeout`"],
        ),
        (
            production()
                .request_timeout(second)
                .attempt_timeout(second * 2),
            ["`attempt_timeout` is longer", "raise `request_timeout`"],
        ),
        (
            production().max_token_len(0),
            ["`max_token_len` is shorter", "16384"],
        ),
        (
            production().max_token_len(511),
            ["`max_token_len` is shorter", "16384"],
        ),
        (
            production().leeway(Duration::MAX),
            ["`leeway` is more than an hour", "60 seconds"],
        ),
        (
            production().leeway(second * 3601),
            ["`leeway` is more than an hour", "60 seconds"],
        ),
        (
            production().token_cache_bytes(1),
            ["`token_cache_bytes` is too little", "0 turns"],
        ),
    ] {
        says(builder, &texts, texts[0]);
    }
    for builder in [
        production().request_timeout(second),
        production().request_timeout(second).attempt_timeout(second),
        production().max_token_len(512),
        production().max_token_len(usize::MAX),
        production().leeway(second * 3600),
        production().token_cache_bytes(0),
        production().key_refresh_interval(zero),
        production().key_refresh_interval(Duration::MAX),
        production().max_retries(0),
    ] {
        builder.build().unwrap();
    }
}

#[test]
fn a_verifier_key_without_its_line_breaks_is_read_or_its_remedy_named() {
    for (case, pem) in [
        ("one line", OTHER_PUBLIC.replace('\n', "")),
        ("spaces for breaks", OTHER_PUBLIC.replace('\n', " ")),
        ("tabs for breaks", OTHER_PUBLIC.replace('\n', "\t")),
    ] {
        match production().verifier_key(pem).build() {
            Ok(_) => {}
            Err(error) => {
                let error = error.to_string();
                assert!(error.contains("line breaks"), "{case}: {error}");
            }
        }
    }
    let body: String = OTHER_PUBLIC
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    says(
        production().verifier_key(body),
        &["-----BEGIN PUBLIC KEY-----"],
        "no frame",
    );
}
