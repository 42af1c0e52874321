//! The program `propelauth-dev`, run as its users run it.

mod arguments;
mod commands;
mod control;
mod explain;
mod exposed;
mod node_preload;
mod state;
mod status;
mod texts;
mod token;
mod up;
#[cfg(target_os = "linux")]
mod up_command;
mod webhooks;

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

    /// Runs a subcommand for this emulator, which must succeed, and returns its standard output.
    fn run(&self, arguments: &[&str]) -> String {
        let url = self.text("auth_url");
        let output = output(&[arguments, &["--url", &url]].concat());
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs a subcommand with `--json`, and returns what it prints.
    fn json(&self, arguments: &[&str]) -> Value {
        serde_json::from_str(&self.run(&[arguments, &["--json"]].concat())).unwrap()
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
            .fetch_and_init()
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
