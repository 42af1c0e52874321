//! The program's requests under `/propelauth-dev/`.

use actix_web_propelauth::PropelAuth;
use serde_json::Value;

use super::Running;

#[actix_web::test]
async fn its_signing_key_can_be_rotated() {
    let running = Running::start(&[]);
    let auth = running.auth().await;
    let user = auth.user().create_user("zoë@example.com").await.unwrap();
    let url = running.text("auth_url") + "/propelauth-dev/rotate-signing-key";
    let request = awc::Client::new().post(&url);
    let mut reply = request
        .bearer_auth(running.text("api_key"))
        .send()
        .await
        .unwrap();
    let body: Value = serde_json::from_slice(&reply.body().await.unwrap()).unwrap();
    assert_ne!(body["verifier_key_pem"], running.text("verifier_key"));
    let token = auth.access_token().create_access_token(&user.user_id, 10);
    let header = format!("Bearer {}", token.await.unwrap().access_token.expose());
    let verifies = |pem: &str| {
        let auth = PropelAuth::builder(running.text("auth_url"), "key").emulator();
        let auth = auth.verifier_key(pem).build().unwrap();
        auth.validate_access_token_and_get_user(header.as_str())
            .is_ok()
    };
    assert!(verifies(body["verifier_key_pem"].as_str().unwrap()));
    assert!(!verifies(&running.text("verifier_key")));

    let key = running.text("api_key");
    let (status, _) = running
        .get("/propelauth-dev/rotate-signing-key", &key)
        .await;
    assert_eq!(status, 405, "GET changes nothing");
}

/// E14: the outbox, as somebody sees it who does not write Rust.
#[actix_web::test]
async fn e_mails_can_be_read() {
    let running = Running::start(&[]);
    let (auth, key) = (running.auth().await, running.text("api_key"));
    let acme = auth.org().create_org("Acme").await.unwrap().org_id;
    let invited = auth
        .org()
        .invite_user_to_org("new@example.com", &acme, "Member");
    invited.await.unwrap();
    let link = auth.user().create_magic_link("new@example.com");
    let link = link
        .create_new_user_if_one_doesnt_exist(true)
        .await
        .unwrap();
    let (status, mails) = running.get("/propelauth-dev/emails", &key).await;
    assert_eq!(status, 200);
    assert_eq!(mails[0]["to"], "new@example.com");
    assert_eq!(mails[0]["kind"], "InviteToOrg");
    assert_eq!(mails[0]["org_id"], acme.as_str());
    assert_eq!(mails[0]["role"], "Member");
    let (_, links) = running.get("/propelauth-dev/magic-links", &key).await;
    assert_eq!(links[0]["url"], link.url.expose());
    let (status, unknown) = running.get("/propelauth-dev/mails", &key).await;
    assert_eq!(status, 404);
    let told = unknown["message"].as_str().unwrap();
    assert!(told.contains("GET /propelauth-dev/emails"), "{told}");
}
