//! `propelauth-dev token`.

use actix_web_propelauth::{PropelAuth, User};
use serde_json::{Value, json};

use super::{Running, TempFile, failed, output, program};

fn validated(auth: &PropelAuth, token: &str) -> Option<User> {
    let header = format!("Bearer {token}");
    auth.validate_access_token_and_get_user(header.as_str())
        .ok()
}

/// Starts an emulator with one user. The name is that of a file, which each test needs for itself.
fn seeded(name: &str) -> Running {
    let seed = json!({
        "users": [{ "email": "alice@example.com", "username": "alice" }],
        "orgs": [{
            "name": "Acme",
            "members": [{ "email": "alice@example.com", "role": "Admin" }],
        }],
    });
    let seed = TempFile::new(name, &seed.to_string());
    Running::start(&["--seed", seed.path()])
}

#[actix_web::test]
async fn the_output_is_the_token_of_a_user_and_nothing_else() {
    let running = seeded("token-names.json");
    let auth = running.auth().await;
    let id = running.json(&["users"])[0]["user_id"]
        .as_str()
        .unwrap()
        .to_owned();
    for name in ["alice@example.com", "ALICE@example.com", "alice", &id] {
        let printed = running.run(&["token", name]);
        let token = printed.strip_suffix('\n').unwrap();
        let user = validated(&auth, token).unwrap();
        assert_eq!(user.user_id, id.as_str(), "{name}");
        assert!(user.orgs().next().unwrap().is_role("Admin"));
    }
}

#[actix_web::test]
async fn a_token_has_what_it_is_asked_to_have() {
    let running = seeded("token-asked.json");
    let auth = running.auth().await;
    let user = |arguments: &[&str]| {
        let token = running.run(&[&["token", "alice@example.com"], arguments].concat());
        validated(&auth, token.trim_end())
    };
    assert!(
        user(&["--role", "Owner"])
            .unwrap()
            .orgs()
            .next()
            .unwrap()
            .is_role("Owner")
    );
    let permitted = user(&["--permission", "can_pay", "--permission", "can_see"]).unwrap();
    let acme = permitted.orgs().next().unwrap();
    assert!(acme.has_permission("can_pay") && acme.has_permission("can_see"));
    assert!(user(&["--active-org", "Acme"]).is_some());
    assert!(
        user(&["--impersonated-by", "boss"])
            .unwrap()
            .impersonator_user_id
            .is_some()
    );
    assert!(user(&["--expires-in", "1h30m"]).is_some());
    for wrong in [
        &["--expires-in", "-5m"][..],
        &["--forged"],
        &["--issuer", "https://other.example"],
    ] {
        assert!(user(wrong).is_none(), "{wrong:?}");
    }
    let expired = running.json(&["token", "alice", "--expires-in", "-5m"]);
    let now = running.json(&["clock", "show"])["now"].as_i64().unwrap();
    assert!((now - 305..=now - 300).contains(&expired["expires_at"].as_i64().unwrap()));
}

#[actix_web::test]
async fn a_user_that_the_emulator_does_not_know_needs_an_organization() {
    let running = seeded("token-unknown.json");
    let (auth, url) = (running.auth().await, running.text("auth_url"));
    let error = failed(&["token", "carol@example.com", "--url", &url]);
    assert!(
        error.contains("alice@example.com") && error.contains("--role"),
        "{error}"
    );
    let arguments = [
        "token",
        "carol@example.com",
        "--org",
        "Acme",
        "--role",
        "Member",
    ];
    // The signing key is the one that is in use now.
    running.run(&["rotate-key"]);
    let auth_of_now = running.auth().await;
    let token = running.run(&arguments);
    assert!(validated(&auth, token.trim_end()).is_none());
    let carol = validated(&auth_of_now, token.trim_end()).unwrap();
    let acme = running.json(&["orgs"])[0]["org_id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(carol.org(acme.as_str()).unwrap().is_role("Member"));
    // It exists in the token only.
    assert_eq!(running.json(&["users"]).as_array().unwrap().len(), 1);
}

#[test]
fn no_emulator_is_needed_for_a_user_that_only_the_token_knows() {
    // Port 1 belongs to a service that no machine of today runs.
    let arguments = [
        "token",
        "dave@example.com",
        "--org",
        "Acme",
        "--role",
        "Admin",
    ];
    let output = output(&[&arguments[..], &["--json", "--url", "http://127.0.0.1:1"]].concat());
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.contains("no emulator listens"), "{errors}");
    let token: Value = serde_json::from_slice(&output.stdout).unwrap();
    let pem = token["verifier_key_pem"].as_str().unwrap();
    let auth = PropelAuth::builder("http://127.0.0.1:1", "key").verifier_key(pem);
    let auth = auth.emulator().build().unwrap();
    let dave = validated(&auth, token["access_token"].as_str().unwrap()).unwrap();
    assert!(dave.orgs().next().unwrap().is_role("Admin"));
}

#[test]
fn no_token_is_created_for_production() {
    let mut token = program();
    let token = token.args(["token", "a@b.c"]);
    let output = token
        .env("PROPELAUTH_AUTH_URL", "https://auth.example.com")
        .output()
        .unwrap();
    assert!(!output.status.success() && output.stdout.is_empty());
}
