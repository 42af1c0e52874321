//! The program `propelauth-dev`, run as its users run it.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Output, Stdio},
};

use actix_web_propelauth::{
    PropelAuth,
    api::{SendSmsMfaCodeArgs, StepUpGrantType},
    emulator::Emulator,
};
use serde_json::{Value, json};

fn program() -> Command {
    Command::new(env!("CARGO_BIN_EXE_propelauth-dev"))
}

/// A running program that is killed when the test is over, however it ends.
struct Running {
    child: Child,
    ready: Value,
}

impl Running {
    fn start(arguments: &[&str]) -> Self {
        let mut child = program()
            .args(["--port", "0", "--json"])
            .args(arguments)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        out.read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap();
        Self { child, ready }
    }

    fn text(&self, name: &str) -> String {
        self.ready[name].as_str().unwrap().to_owned()
    }

    /// Asks for a path and returns the status and the reply, which is null where it is no JSON.
    async fn get(&self, path: &str, key: &str) -> (u16, Value) {
        let client = awc::Client::new();
        let request = client.get(self.text("auth_url") + path).bearer_auth(key);
        let mut response = request.send().await.unwrap();
        let body = response.body().await.unwrap();
        let body = serde_json::from_slice(&body).unwrap_or_default();
        (response.status().as_u16(), body)
    }

    async fn auth(&self) -> PropelAuth {
        PropelAuth::builder(self.text("auth_url"), self.text("api_key"))
            .emulator()
            .init()
            .await
            .unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn output(arguments: &[&str]) -> Output {
    program().args(arguments).output().unwrap()
}

/// Runs the program, which must fail, and returns what it says.
fn failed(arguments: &[&str]) -> String {
    let output = output(arguments);
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

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

    let auth = PropelAuth::builder(emulator.text("auth_url"), emulator.text("api_key"))
        .issuer(emulator.text("issuer"))
        .emulator()
        .init()
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

/// A file of this test that is removed when it is over.
struct TempFile(std::path::PathBuf);

impl TempFile {
    fn new(name: &str, text: &str) -> Self {
        let name = format!("propelauth-dev-{}-{name}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for TempFile {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
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
async fn what_no_operation_tells_needs_the_key_and_the_program() {
    let running = Running::start(&[]);
    for path in ["/propelauth-dev/sms", "/propelauth-dev/snapshot"] {
        assert_eq!(running.get(path, "wrong").await.0, 401);
    }
    let key = running.text("api_key");
    assert_eq!(running.get("/propelauth-dev/", &key).await.0, 501);

    let emulator = Emulator::start().await.unwrap();
    let url = format!("{}/propelauth-dev/snapshot", emulator.auth_url());
    let request = awc::Client::new().get(url).bearer_auth(emulator.api_key());
    assert_eq!(request.send().await.unwrap().status().as_u16(), 501);
}

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

    let request = awc::Client::new().post(&url);
    assert_eq!(
        request
            .bearer_auth("wrong")
            .send()
            .await
            .unwrap()
            .status()
            .as_u16(),
        401
    );
    let key = running.text("api_key");
    let (status, _) = running
        .get("/propelauth-dev/rotate-signing-key", &key)
        .await;
    assert_eq!(status, 501, "GET changes nothing");
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

#[test]
fn the_proxy_has_its_certificate_written() {
    let directory = std::env::temp_dir().join(format!("propelauth-dev-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let file = directory.join("ca.pem");
    let emulator = Running::start(&["--ca-out", file.to_str().unwrap(), "--proxy-port", "0"]);
    let pem = std::fs::read_to_string(emulator.text("ca_file")).unwrap();
    assert!(pem.starts_with("-----BEGIN CERTIFICATE-----"), "{pem}");
    assert!(!pem.contains("PRIVATE"), "the key was written");
    assert!(emulator.text("proxy_url").starts_with("http://127.0.0.1:"));
    drop(emulator);
    std::fs::remove_dir_all(directory).unwrap();
}

#[test]
fn a_mistake_is_told_and_fails() {
    let emulator = Running::start(&[]);
    let broken = TempFile::new("broken.json", "{");
    let unknown = TempFile::new("unknown.json", r#"{"user":[]}"#);
    let newer = TempFile::new("newer.json", r#"{"version":2}"#);
    let url = emulator.text("auth_url");
    let port = url.rsplit(':').next().unwrap();
    for (arguments, told) in [
        (vec!["--port", port], port),
        // E01: there is no way to say it.
        (vec!["--host", "0.0.0.0"], "--host"),
        (vec!["--permission", "Admin"], "ROLE=PERMISSION"),
        (vec!["--port", "0", "--permission", "Cook=x"], "Cook"),
        (vec!["--port", "0", "--ca-out", "/"], "/"),
        (vec!["--port", "0", "--role-mapping", "Paid"], "NAME=ROLE"),
        (vec!["--port", "0", "--seed", "no.json"], "no.json"),
        (vec!["--port", "0", "--seed", broken.path()], "broken.json"),
        (vec!["--port", "0", "--seed", unknown.path()], "`user`"),
        (vec!["--port", "0", "--seed", newer.path()], "version"),
    ] {
        let error = failed(&arguments);
        assert!(error.contains(told), "{arguments:?}: {error}");
    }
}

#[test]
fn the_preload_for_node_names_the_url() {
    let output = output(&["node-preload", "--url", "http://localhost:9200"]);
    assert!(output.status.success());
    let script = String::from_utf8(output.stdout).unwrap();
    assert!(script.contains(r#""http://localhost:9200""#), "{script}");
}
