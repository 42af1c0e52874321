//! The program `propelauth-dev`, run as its users run it.

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Output, Stdio},
};

use actix_web_propelauth::PropelAuth;
use serde_json::Value;

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
    let url = emulator.text("auth_url");
    let port = url.rsplit(':').next().unwrap();
    for (arguments, told) in [
        (vec!["--port", port], port),
        (vec!["--permission", "Admin"], "ROLE=PERMISSION"),
        (vec!["--port", "0", "--permission", "Cook=x"], "Cook"),
        (vec!["--port", "0", "--ca-out", "/"], "/"),
    ] {
        let output = output(&arguments);
        assert!(!output.status.success(), "{arguments:?}");
        let error = String::from_utf8(output.stderr).unwrap();
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
