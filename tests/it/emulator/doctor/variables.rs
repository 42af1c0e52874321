//! Mistakes in the variables.

use super::fixtures::{Doctor, Folder, emulator};
use crate::a_canary::KEY;

const CERTIFICATE: &str = include_str!("../../../keys/certificate.pem");
const OTHER_PRIVATE: &str = include_str!("../../../keys/other_private.pem");
const OTHER_PUBLIC: &str = include_str!("../../../keys/other_public.pem");

const URL: (&str, &str) = ("PROPELAUTH_AUTH_URL", "https://auth.example.com");

#[actix_web::test]
async fn an_auth_url_with_a_path_is_named() {
    let emulator = emulator().await;
    let url = format!("{}/login?next=x", emulator.auth_url());
    let doctor = Doctor::with(&emulator, &[("PROPELAUTH_AUTH_URL", &url)]);
    let line = format!("environment: PROPELAUTH_AUTH_URL={}", emulator.auth_url());
    doctor.names("auth_url_with_path", &[&line]);
}

#[actix_web::test]
async fn an_auth_url_with_http_is_named() {
    let url = ("PROPELAUTH_AUTH_URL", "http://auth.example.com");
    let doctor = Doctor::new(&[url, ("PROPELAUTH_API_KEY", KEY)]);
    let line = "environment: PROPELAUTH_AUTH_URL=https://auth.example.com";
    doctor.names("auth_url_with_http", &[line]);

    // On this machine, it is the emulator's.
    let emulator = emulator().await;
    let doctor = Doctor::with(&emulator, &[("PROPELAUTH_EMULATOR", "0")]);
    doctor.also_names("auth_url_with_http", &["PROPELAUTH_EMULATOR=1"]);
}

#[actix_web::test]
async fn an_issuer_with_a_slash_is_named() {
    let emulator = emulator().await;
    let issuer = format!("{}/", emulator.issuer());
    let doctor = Doctor::with(&emulator, &[("PROPELAUTH_ISSUER", &issuer)]);
    let line = format!("PROPELAUTH_ISSUER={}", emulator.issuer());
    doctor.names("issuer_setting_with_slash", &[&line]);
}

#[test]
fn a_key_in_quotes_is_named() {
    for (start, end) in [("\"", "\""), ("'", "'"), ("“", "”")] {
        let key = format!("{start}{KEY}{end}");
        let doctor = Doctor::new(&[URL, ("PROPELAUTH_API_KEY", &key)]);
        doctor.names(
            "api_key_in_quotes",
            &["PROPELAUTH_API_KEY=<the key, without"],
        );
    }
}

#[test]
fn a_key_with_its_scheme_is_named() {
    for scheme in ["Bearer", "bearer"] {
        let key = format!("{scheme} {KEY}");
        let doctor = Doctor::new(&[URL, ("PROPELAUTH_API_KEY", &key)]);
        doctor.names(
            "api_key_with_scheme",
            &["PROPELAUTH_API_KEY=<the key alone"],
        );
    }
}

#[test]
fn both_around_a_key_are_named_one_after_the_other() {
    let key = format!("\"Bearer {KEY}\"");
    let examined = Doctor::new(&[URL, ("PROPELAUTH_API_KEY", &key)]).run();
    assert_eq!(
        examined.codes(),
        ["api_key_in_quotes", "api_key_with_scheme"]
    );
}

fn with_verifier_key(pem: &str) -> Doctor {
    Doctor::new(&[
        URL,
        ("PROPELAUTH_API_KEY", KEY),
        ("PROPELAUTH_VERIFIER_KEY", pem),
    ])
}

#[test]
fn a_private_key_as_verifier_key_is_named() {
    let line = "remove PROPELAUTH_VERIFIER_KEY";
    with_verifier_key(OTHER_PRIVATE).names("verifier_key_is_private", &[line]);
}

#[test]
fn a_certificate_as_verifier_key_is_named() {
    let line = "remove PROPELAUTH_VERIFIER_KEY";
    with_verifier_key(CERTIFICATE).names("verifier_key_is_certificate", &[line]);
}

#[test]
fn a_verifier_key_with_broken_lines_is_named_and_mended() {
    let first_line = OTHER_PUBLIC.lines().next().unwrap();
    let line = "PROPELAUTH_VERIFIER_KEY=-----BEGIN PUBLIC KEY-----\\n";
    with_verifier_key(first_line).names("verifier_key_with_broken_lines", &[line]);
    // All of it is there, so the whole line is printed.
    let halves = OTHER_PUBLIC.trim().replacen("-----END", "----END", 1);
    with_verifier_key(&halves).also_names("verifier_key_with_broken_lines", &[]);
}

#[test]
fn variables_of_the_emulator_variables_in_production_are_named() {
    let local = [
        ("PROPELAUTH_AUTH_URL", "http://127.0.0.1:9100"),
        ("PROPELAUTH_API_KEY", KEY),
        ("PROPELAUTH_EMULATOR", "1"),
    ];
    let production = Doctor::new(&local).args(&["--production"]);
    let lines = [
        "remove PROPELAUTH_EMULATOR",
        "PROPELAUTH_AUTH_URL=<the auth URL of",
    ];
    production.names("emulator_variables_in_production", &lines);

    let mut by_variable = local.to_vec();
    by_variable.push(("APP_ENV", "production"));
    Doctor::new(&by_variable).also_names("emulator_variables_in_production", &lines);

    // An auth URL that only PropelAuth has.
    let key = ("PROPELAUTH_API_KEY", KEY);
    let left_on = Doctor::new(&[URL, key, ("PROPELAUTH_EMULATOR", "true")]);
    left_on.also_names(
        "emulator_variables_in_production",
        &["remove PROPELAUTH_EMULATOR"],
    );

    let dev_key = actix_web_propelauth::testing::DEV_PUBLIC_KEY_PEM;
    let doctor = with_verifier_key(dev_key);
    doctor.also_names(
        "emulator_variables_in_production",
        &["PROPELAUTH_VERIFIER_KEY=<"],
    );
}

#[test]
fn a_variable_that_is_missing_or_a_placeholder_is_named() {
    let examined = Doctor::new(&[URL, ("PROPELAUTH_KEY", KEY)]).run();
    assert_eq!(
        (examined.code, examined.codes()),
        (Some(1), vec!["missing_variable"])
    );
    let seen = "PROPELAUTH_API_KEY is not set; set, and not read, is PROPELAUTH_KEY\n";
    assert!(examined.text.contains(seen), "{}", examined.text);
    let examined = Doctor::new(&[URL, ("PROPELAUTH_API_KEY", "changeme")]).run();
    assert!(examined.text.contains("a placeholder"), "{}", examined.text);
}

#[test]
fn the_line_of_a_file_is_named() {
    let text = format!(
        "# production\n\nPROPELAUTH_API_KEY=\"{KEY}\"\nPROPELAUTH_AUTH_URL=https://auth.example.com/login\n"
    );
    let folder = Folder::new("env", &[(".env", &text)]);
    let file = format!("{}/.env", folder.path());
    for arguments in [
        vec!["--env-file".to_owned(), file.clone()],
        vec![format!("--env-file={file}")],
    ] {
        let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
        let examined = Doctor::new(&[]).args(&arguments).run();
        assert_eq!(
            examined.codes(),
            ["api_key_in_quotes", "auth_url_with_path"]
        );
        for line in [
            ":4: PROPELAUTH_AUTH_URL=https://auth.example.com\n",
            ":3: PROPELAUTH_API_KEY=<",
        ] {
            assert!(
                examined.text.contains(&format!("{file}{line}")),
                "{line}: {}",
                examined.text
            );
        }
    }
}
