//! The subcommands that ask or change a running emulator, seen from the service that uses it.

use std::io::{BufRead as _, BufReader};

use actix_web_propelauth::{Error, PropelAuth};
use serde_json::{Value, json};

use super::{Running, failed, program};

#[actix_web::test]
async fn a_failure_is_what_the_service_sees_until_it_is_cleared() {
    let running = Running::start(&[]);
    let auth = PropelAuth::builder(running.text("auth_url"), running.text("api_key"));
    let auth = auth
        .emulator()
        .max_retries(0)
        .fetch_and_init()
        .await
        .unwrap();
    let create = async |email: &str| auth.user().create_user(email).await;
    running.run(&["fail", "create_user", "--status", "503", "--times", "1"]);
    assert_eq!(running.json(&["fail", "--list"])[0]["times_left"], 1);
    assert!(create("a@b.c").await.is_err());
    assert!(create("a@b.c").await.is_ok());
    assert_eq!(running.json(&["fail", "--list"]), json!([]));

    running.run(&["fail", "create_user", "--rate-limit", "7s"]);
    let error = create("b@b.c").await.unwrap_err();
    assert_eq!(error.retry_after().map(|it| it.as_secs()), Some(7));
    running.run(&["fail", "--clear"]);
    assert!(create("b@b.c").await.is_ok());

    let url = running.text("auth_url");
    let error = failed(&["fail", "create_usr", "--url", &url]);
    assert!(error.contains("create_usr"), "{error}");
}

#[actix_web::test]
async fn requests_are_listed_followed_and_forgotten() {
    let running = Running::start(&[]);
    let auth = running.auth().await;
    let user = auth.user().create_user("a@b.c").password("s3cret-of-alice");
    let user = user.await.unwrap();
    let listed = running.json(&["requests"]);
    let created = listed
        .as_array()
        .unwrap()
        .iter()
        .find(|it| it["operation"] == "create_user");
    assert_eq!(created.unwrap()["request_body"]["email"], "a@b.c");
    let text = running.run(&["requests", "--bodies"]);
    assert!(
        text.contains("create_user") && !text.contains("s3cret"),
        "{text}"
    );

    let mut follow = program();
    let follow = follow.args(["requests", "--follow", "--json", "--url"]);
    let mut follow = follow
        .arg(running.text("auth_url"))
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(follow.stdout.take().unwrap()).lines();
    let mut next = || serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap();
    for _ in listed.as_array().unwrap() {
        next();
    }
    auth.user().disable_user(&user.user_id).await.unwrap();
    assert_eq!(next()["operation"], "disable_user");
    running.run(&["requests", "--clear"]);
    auth.user().enable_user(&user.user_id).await.unwrap();
    assert_eq!(next()["operation"], "enable_user");
    follow.kill().unwrap();
    follow.wait().unwrap();
    assert_eq!(running.json(&["requests"]).as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn the_clock_is_that_of_what_the_emulator_creates() {
    let running = Running::start(&[]);
    let at = "2023-11-14T22:13:20Z";
    assert_eq!(running.json(&["clock", "freeze", at])["now"], 1_700_000_000);
    let advanced = running.json(&["clock", "advance", "1h30m"]);
    assert_eq!(advanced["now"], 1_700_005_400);
    assert_eq!(advanced["is_frozen"], true);
    assert_eq!(running.json(&["clock", "show"])["now"], advanced["now"]);
    assert_eq!(running.json(&["clock", "resume"])["is_frozen"], false);
    let ahead = running.json(&["clock", "advance", "2d"]);
    assert_eq!(ahead["ahead_seconds"], 172_800);
    let auth = running.auth().await;
    let user = auth.user().create_user("a@b.c").await.unwrap();
    let now = ahead["now"].as_i64().unwrap();
    let created = auth.user().fetch_user_metadata_by_user_id(&user.user_id);
    assert!((now..now + 60).contains(&created.await.unwrap().created_at));
}

#[actix_web::test]
async fn the_outboxes_have_what_would_have_been_sent() {
    let running = Running::start(&[]);
    let auth = running.auth().await;
    let acme = auth.org().create_org("Acme").await.unwrap().org_id;
    let invited = auth
        .org()
        .invite_user_to_org("new@example.com", &acme, "Member");
    invited.await.unwrap();
    auth.user().create_user("a@b.c").await.unwrap();
    let link = auth.user().create_magic_link("a@b.c").await.unwrap();
    let emails = running.run(&["emails"]);
    assert!(emails.contains("new@example.com  InviteToOrg"), "{emails}");
    assert_eq!(running.json(&["magic-links"])[0]["url"], link.url.expose());
    assert!(running.run(&["magic-links"]).contains(link.url.expose()));
    assert_eq!(running.run(&["sms"]), "No SMS would have been sent.\n");
    assert_eq!(running.json(&["sms"]), json!([]));
}

#[actix_web::test]
async fn people_are_listed_and_a_reset_undoes_all() {
    let running = Running::start(&[]);
    let auth = running.auth().await;
    let user = auth.user().create_user("a@b.c").await.unwrap();
    let acme = auth.org().create_org("Acme").await.unwrap().org_id;
    auth.org()
        .add_user_to_org(&user.user_id, &acme, "Admin")
        .await
        .unwrap();
    let users = running.run(&["users"]);
    assert!(
        users.contains("Acme (Admin)") && users.contains(user.user_id.as_str()),
        "{users}"
    );
    let orgs = running.run(&["orgs"]);
    assert!(
        orgs.contains("a@b.c (Admin)") && orgs.contains(acme.as_str()),
        "{orgs}"
    );
    assert_eq!(running.json(&["status"])["users"], 1);
    running.run(&["reset"]);
    assert_eq!(running.json(&["users"]), json!([]));
    assert_eq!(running.json(&["orgs"]), json!([]));
    let gone = auth
        .user()
        .fetch_user_metadata_by_user_id(&user.user_id)
        .await;
    assert!(gone.is_err_and(|error: Error<_>| error.is_not_found()));
}

#[actix_web::test]
async fn a_key_that_is_rotated_is_the_one_that_the_service_gets() {
    let running = Running::start(&[]);
    let rotated = running.run(&["rotate-key"]);
    assert_ne!(rotated.trim(), running.text("verifier_key").trim());
    let key = running.text("api_key");
    let path = "/api/v1/token_verification_metadata";
    let (_, metadata) = running.get(path, &key).await;
    assert_eq!(
        metadata["verifier_key_pem"].as_str().unwrap().trim(),
        rotated.trim()
    );
}

#[test]
fn completions_know_the_subcommands() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = program().args(["completions", shell]).output().unwrap();
        let script = String::from_utf8(output.stdout).unwrap();
        assert!(
            script.contains("rotate-key") && script.contains("forged"),
            "{shell}"
        );
        assert!(
            !script.contains("supervise"),
            "{shell}: it is for the program itself"
        );
    }
}
