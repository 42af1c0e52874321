//! Setups in which nothing is wrong, and the program's edges.

use serde_json::Value;

use super::fixtures::{Doctor, Folder, ORIGIN, emulator, healthy_service};
use crate::fixtures::world::connect;

#[actix_web::test]
async fn nothing_is_found_in_a_healthy_setup() {
    let emulator = emulator().await;
    let service = healthy_service(&connect(&emulator));
    let code = "fn app() { InOrgWithMinimumRole::new(\"Member\", org) }";
    let folder = Folder::new("healthy", &[("src/main.rs", code)]);
    let arguments = [
        "--route",
        "GET /whoami",
        "--route",
        "GET /orgs/acme/billing",
        "--route",
        "POST /change",
        "--origin",
        ORIGIN,
        "--role",
        "Admin",
        "--source",
        folder.path(),
    ];
    let key = ("PROPELAUTH_VERIFIER_KEY", emulator.verifier_key());
    let issuer = ("PROPELAUTH_ISSUER", emulator.issuer());
    for more in [&[][..], &[key], &[issuer], &[key, issuer]] {
        let mut doctor = Doctor::with(&emulator, more)
            .service(service.addr)
            .args(&arguments);
        let examined = doctor.run();
        assert_eq!(examined.codes(), [""; 0], "{}", examined.text);
        assert_eq!(examined.code, Some(0));
        for fine in [
            "the clock of this machine",
            "GET /whoami needs a user",
            "GET /orgs/acme/billing needs a user",
            "a page of https://app.example.com may call",
            "a token of 16000 bytes reaches the service",
            "the roles that the code requires exist",
            "a new access token is accepted",
        ] {
            assert!(examined.text.contains(fine), "{fine}: {}", examined.text);
        }
    }
}

#[actix_web::test]
async fn without_variables_those_of_the_named_emulator_are_taken() {
    let emulator = emulator().await;
    let service = healthy_service(&connect(&emulator));
    let mut doctor = Doctor::new(&[]).service(service.addr).args(&[
        "--url",
        emulator.auth_url(),
        "--route",
        "GET /whoami",
    ]);
    let examined = doctor.run();
    assert_eq!(examined.codes(), [""; 0], "{}", examined.text);
    assert_eq!(examined.code, Some(0));
    for fine in [
        "its variables were taken",
        "a new access token is accepted",
        "GET /whoami needs a user",
    ] {
        assert!(examined.text.contains(fine), "{fine}: {}", examined.text);
    }
}

#[actix_web::test]
async fn nothing_is_changed_and_a_token_is_for_the_user_that_is_named() {
    let emulator = emulator().await;
    let service = healthy_service(&connect(&emulator));
    let before = emulator.snapshot();
    let billing = ["--route", "GET /orgs/acme/billing"];
    let run = |user: &str| {
        let doctor = Doctor::with(&emulator, &[]).service(service.addr);
        doctor.args(&billing).args(&["--user", user]).run()
    };
    let examined = run("alice@example.com");
    assert_eq!(examined.codes(), [""; 0], "{}", examined.text);
    assert!(examined.text.contains("a new access token is accepted"));

    let examined = run("unknown@example.com");
    assert_eq!(examined.codes(), [""; 0], "{}", examined.text);
    assert!(
        examined.text.contains("the user of --user: "),
        "{}",
        examined.text
    );
    let after = emulator.snapshot();
    for part in ["users", "orgs"] {
        assert!(
            before[part].is_object() || before[part].is_array(),
            "{part}"
        );
        assert_eq!(before[part], after[part]);
    }
}

#[actix_web::test]
async fn json_has_the_same() {
    let emulator = emulator().await;
    let url = format!("{}/x", emulator.auth_url());
    let doctor = Doctor::with(&emulator, &[("PROPELAUTH_AUTH_URL", &url)]);
    let examined = doctor.args(&["--json"]).run();
    assert_eq!(examined.code, Some(1));
    let report: Value = serde_json::from_str(&examined.text).unwrap();
    let finding = &report["findings"][0];
    assert_eq!(finding["code"], "auth_url_with_path");
    assert_eq!(finding["changes"][0]["at"], "environment");
    let line = format!("PROPELAUTH_AUTH_URL={}", emulator.auth_url());
    assert_eq!(finding["changes"][0]["line"], line);
    assert_eq!(report["unchecked"][0]["what"], "PropelAuth");
}

#[test]
fn wrong_arguments_exit_with_2() {
    for arguments in [
        &["--route", "whoami"][..],
        &["--service", "127.0.0.1:8080"],
        &["--route", "GET /whoami"],
        &["--env-file", "/nowhere/.env"],
        &["--leeway", "1h"],
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_propelauth-dev"));
        let output = command.arg("doctor").args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}
