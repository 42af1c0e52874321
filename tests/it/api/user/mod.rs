//! Users made, changed, kept out, let in and deleted, with every string as odd as can be.

mod change;
mod enter;
mod fetch;
mod lifecycle;
mod recordings;

use actix_web_propelauth::{PropelAuth, emulator::Emulator};
use serde_json::{Map, Value};

pub(crate) const ODD: &str = "Zoë \"O'Neil\" %2F%00 + a&b=c;#?/\\ <b> {x} 🦀\u{202e}";
pub(crate) const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
const HASH: &str = "$2a$14$abc";

pub(crate) fn handle(emulator: &Emulator) -> PropelAuth {
    crate::a_canary::watch();
    PropelAuth::builder(emulator.auth_url(), emulator.api_key())
        .verifier_key(emulator.verifier_key())
        .emulator()
        .build()
        .unwrap()
}

pub(crate) async fn start() -> (Emulator, PropelAuth) {
    let emulator = Emulator::start().await.unwrap();
    let auth = handle(&emulator);
    (emulator, auth)
}

/// Sends a request the way that any other library would.
pub(crate) async fn send(
    emulator: &Emulator,
    method: &str,
    path: &str,
    body: &Value,
) -> (u16, Value) {
    let url = format!("{}{path}", emulator.auth_url());
    let request = awc::Client::default()
        .request(method.parse().unwrap(), url)
        .bearer_auth(emulator.api_key());
    let sent = match body {
        Value::Null => request.send(),
        body => request.send_json(body),
    };
    let mut response = sent.await.unwrap();
    let body = response.body().await.unwrap();
    let body = serde_json::from_slice(&body).unwrap_or(Value::Null);
    (response.status().as_u16(), body)
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}
