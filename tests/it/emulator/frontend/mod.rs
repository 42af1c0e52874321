//! What frontends ask the emulator.

mod account;
mod all_calls;
mod api_keys;
pub(crate) mod browser;
mod browser_session;
mod login;
mod members;
mod orgs;
mod settings;

use actix_web_propelauth::emulator::Emulator;
use awc::http::header::HeaderMap;
use serde_json::Value;

/// The response to a request.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

/// Sends a request with headers and a body.
pub(crate) async fn ask(
    emulator: &Emulator,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Into<String>,
) -> Answer {
    let url = format!("{}{path}", emulator.auth_url());
    let client = awc::Client::builder().disable_redirects().finish();
    let mut request = client.request(method.parse().unwrap(), url);
    for (name, value) in headers {
        request = request.append_header((*name, *value));
    }
    let mut response = request.send_body(body.into()).await.unwrap();
    let body = response.body().limit(1 << 24).await.unwrap().to_vec();
    Answer {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body,
    }
}
