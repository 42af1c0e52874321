//! `propelauth-dev up`, which is what the program does without a subcommand.

use std::process::Command;

use actix_web_propelauth::{
    PropelAuth,
    api::{SendSmsMfaCodeArgs, StepUpGrantType},
};
use serde_json::json;

use super::{Running, TempFile, failed};

#[actix_web::test]
async fn a_service_talks_to_it() {
    let emulator = Running::start(&[
        "--api-key",
        "own",
        "--issuer",
        "https://auth.localhost",
        "--role",
        "Chef",
        "--role",
        "Cook",
        "--permission",
        "Cook=kitchen::can_cook",
    ]);
    assert_eq!(emulator.text("issuer"), "https://auth.localhost");
    assert_eq!(emulator.text("api_key"), "own");
    assert!(emulator.text("verifier_key").contains("BEGIN PUBLIC KEY"));
    let pages_url = emulator.text("auth_url").replace("127.0.0.1", "localhost");
    assert_eq!(emulator.text("pages_url"), pages_url);

    let auth = PropelAuth::builder(emulator.text("auth_url"), emulator.text("api_key"))
        .issuer(emulator.text("issuer"))
        .emulator()
        .fetch_and_init()
        .await
        .unwrap();
    let user = auth.user().create_user("zoë@example.com").await.unwrap();
    let org = auth.org().create_org("Kitchen").await.unwrap();
    auth.org()
        .add_user_to_org(&user.user_id, &org.org_id, "Cook")
        .await
        .unwrap();
    let token = auth
        .access_token()
        .create_access_token(&user.user_id, 5)
        .await
        .unwrap();
    let header = format!("Bearer {}", token.access_token.expose());
    let user = auth
        .validate_access_token_and_get_user(header.as_str())
        .unwrap();
    let org_id = &org.org_id;
    let info = &user.org_id_to_org_member_info[org_id];
    assert!(info.has_permission("kitchen::can_cook"));
}

#[actix_web::test]
async fn it_starts_with_what_is_in_a_file() {
    let seed = json!({
        "users": [{ "email": "alice@example.com" }],
        "orgs": [{
            "name": "Acme",
            "custom_role_mapping_name": "Paid Plan",
            "members": [{ "email": "alice@example.com", "role": "Chef" }],
        }],
    });
    let seed = TempFile::new("seed.json", &seed.to_string());
    let mapping = ["--role-mapping", "Paid Plan=Chef+can_cook+can_eat,Guest"];
    let first = Running::start(&[mapping[0], mapping[1], "--seed", seed.path()]);
    let auth = first.auth().await;
    let users = auth.user();
    let alice = || users.fetch_user_metadata_by_email("alice@example.com");
    let user = alice().include_orgs(true).await.unwrap();
    let orgs = user.org_id_to_org_info.as_ref().unwrap();
    let info = orgs.values().next().unwrap();
    assert!(info.has_permission("can_cook") && info.has_permission("can_eat"));
    assert!(info.is_role("Chef"));

    // A phone is nothing that an operation adds, so it is written into the state.
    let key = first.text("api_key");
    let (status, mut snapshot) = first.get("/propelauth-dev/snapshot", &key).await;
    assert_eq!(status, 200);
    let phone = "f0e00000-0000-4000-8000-000000000001";
    snapshot["users"][user.user_id.as_str()]["account"]["second_factor"] =
        json!({ "Phones": [{ "id": phone, "number": "+1 555 010 1234" }] });
    let snapshot = TempFile::new("snapshot.json", &snapshot.to_string());
    let second = Running::start(&[mapping[0], mapping[1], "--seed", snapshot.path()]);
    let auth = second.auth().await;
    let found = auth.user().fetch_user_metadata_by_user_id(&user.user_id);
    assert_eq!(found.include_orgs(true).await.unwrap(), user);

    assert_eq!(
        second.get("/propelauth-dev/sms", &key).await,
        (200, json!([]))
    );
    let request = SendSmsMfaCodeArgs {
        action_type: "pay".to_owned(),
        user_id: user.user_id.clone(),
        mfa_phone_id: phone.into(),
        grant_type: StepUpGrantType::OneTimeUse,
        valid_for_seconds: 60,
    };
    let challenge = auth.mfa().send_sms_mfa_code(request).await.unwrap();
    let (_, sent) = second.get("/propelauth-dev/sms", &key).await;
    assert_eq!(sent[0]["to"], "+1 555 010 1234");
    let code = sent[0]["code"].as_str().unwrap();
    let verified = auth
        .mfa()
        .verify_sms_challenge(&challenge.challenge_id, &user.user_id, code);
    verified.await.unwrap();

    let error = failed(&["--port", "0", "--seed", snapshot.path()]);
    assert!(error.contains("Chef"), "{error}");
}

#[actix_web::test]
async fn ids_are_other_ones_in_every_run_unless_they_are_asked_for() {
    let id = async |arguments: &[&str]| {
        let running = Running::start(arguments);
        let auth = running.auth().await;
        let user = auth.user().create_user("zoë@example.com").await;
        user.unwrap().user_id
    };
    assert_ne!(id(&[]).await, id(&[]).await);
    let seeded = ["--id-seed", "7"];
    assert_eq!(id(&seeded).await, id(&seeded).await);
    let seed = TempFile::new("ids.json", "{}");
    let seeded = ["--seed", seed.path()];
    assert_eq!(id(&seeded).await, id(&seeded).await);
}

#[test]
fn the_proxy_has_its_certificate_written() {
    let directory = std::env::temp_dir().join(format!("propelauth-dev-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("ca.pem");
    let emulator = Running::start(&["--ca-out", file.to_str().unwrap(), "--proxy-port", "0"]);
    let pem = std::fs::read_to_string(emulator.text("ca_file")).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
    if std::path::Path::new("/etc/ssl/certs/ca-certificates.crt").exists() {
        let count = pem.matches("BEGIN CERTIFICATE").count();
        assert!(count > 1, "the usual roots are missing");
    }
    assert!(!pem.contains("PRIVATE"), "the key was written");
    assert!(emulator.text("proxy_url").starts_with("http://127.0.0.1:"));
    drop(emulator);
    std::fs::remove_dir_all(directory).unwrap();
}

#[cfg(unix)]
#[test]
fn it_ends_when_it_is_told_to() {
    for signal in ["TERM", "INT"] {
        let mut emulator = Running::start(&[]);
        let pid = emulator.child.id().to_string();
        let told = Command::new("sh")
            .args(["-c", &format!("kill -{signal} {pid}")])
            .status();
        assert!(told.unwrap().success());
        assert!(emulator.child.wait().unwrap().success(), "{signal}");
    }
}
