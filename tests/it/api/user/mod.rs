//! Users made, changed, kept out, let in and deleted, with every string as odd as can be.

mod change;
mod enter;
mod fetch;
mod lifecycle;
mod recordings;

use actix_web_propelauth::emulator::Emulator;
use serde_json::{Map, Value};

pub(crate) use crate::fixtures::world::{NOBODY, connect, start};

pub(crate) const ODD: &str = "Zoë \"O'Neil\" %2F%00 + a&b=c;#?/\\ <b> {x} 🦀\u{202e}";
const HASH: &str = "$2a$14$abc";

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
