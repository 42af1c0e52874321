//! Logins of applications: OAuth 2, OpenID Connect, and the login of applications that are rendered on a
//! server.

mod authorize;
mod bad_input;
mod clients;
mod codes;
mod mcp;
mod openid;
mod server_side;
mod sessions;
mod token;

use std::collections::BTreeMap;

use actix_web_propelauth::emulator::{EmulatedSession, EmulatedUser, Emulator, NewOauthClient};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::Value;
use url::{Url, form_urlencoded};

use super::frontend::{Answer, ask};

const AUTHORIZE: &str = "/propelauth/oauth/authorize";
const TOKEN: &str = "/propelauth/oauth/token";
const USERINFO: &str = "/propelauth/oauth/userinfo";
const REDIRECT_URI: &str = "https://app.example.com/callback";
const FORM: &str = "application/x-www-form-urlencoded";
/// Of RFC 7636, appendix B.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// An emulator with the client `app`, whose secret is `secret`, and the user `alice@example.com`.
async fn start() -> (Emulator, EmulatedUser) {
    let client = NewOauthClient::new([REDIRECT_URI, "https://*.example.org/cb?a=b"])
        .client_id("app")
        .secret("secret");
    let other = NewOauthClient::new([REDIRECT_URI]).client_id("other");
    let emulator = Emulator::builder()
        .oauth_client(client)
        .oauth_client(other)
        .start()
        .await
        .unwrap();
    let alice = emulator.create_user("alice@example.com").unwrap();
    (emulator, alice)
}

fn sessions(emulator: &Emulator, user: &EmulatedUser) -> Vec<EmulatedSession> {
    let mut sessions = emulator.sessions();
    sessions.retain(|session| session.user_id == *user.id());
    sessions
}

fn cookie(user: &EmulatedUser) -> String {
    format!("refresh_token={}", user.start_session().unwrap())
}

fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}

/// Returns these pairs with others in place of those of the same name. An empty value removes a pair.
fn with<'a>(
    pairs: &[(&'a str, &'a str)],
    others: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut all = pairs.to_vec();
    all.retain(|(name, _)| !others.iter().any(|(other, _)| other == name));
    all.extend(others.iter().filter(|(_, value)| !value.is_empty()));
    all
}

/// An authorization request of the client `app`.
const REQUEST: [(&str, &str); 4] = [
    ("response_type", "code"),
    ("client_id", "app"),
    ("redirect_uri", REDIRECT_URI),
    ("state", "s1"),
];

async fn browse(emulator: &Emulator, path: &str, query: &[(&str, &str)], cookie: &str) -> Answer {
    let path = format!("{path}?{}", encoded(query));
    ask(emulator, "GET", &path, &[("cookie", cookie)], "").await
}

/// Returns where a browser is sent, and with which parameters.
fn redirected(answer: &Answer) -> (String, BTreeMap<String, String>) {
    assert_eq!(
        answer.status,
        302,
        "{}",
        String::from_utf8_lossy(&answer.body)
    );
    let location = answer.header("location").unwrap();
    let base = Url::parse("http://emulator").unwrap();
    let url = base.join(location).unwrap();
    let to = match url.host_str() {
        Some("emulator") => url.path().to_owned(),
        _ => url[..url::Position::AfterPath].to_owned(),
    };
    (to, url.query_pairs().into_owned().collect())
}

/// Returns the URL that the browser comes back to after a login.
fn return_url(parameters: &BTreeMap<String, String>) -> Url {
    let decoded = STANDARD.decode(&parameters["rt"]).unwrap();
    Url::parse(&String::from_utf8(decoded).unwrap()).unwrap()
}

/// Returns a code for the client `app`.
async fn code(emulator: &Emulator, cookie: &str, more: &[(&str, &str)]) -> String {
    let answer = browse(emulator, AUTHORIZE, &with(&REQUEST, more), cookie).await;
    redirected(&answer).1["code"].clone()
}

/// Sends a form to the token endpoint.
async fn post_form(emulator: &Emulator, form: &[(&str, &str)]) -> Answer {
    let headers = [("content-type", FORM)];
    ask(emulator, "POST", TOKEN, &headers, encoded(form)).await
}

/// The form that exchanges a code.
fn exchange(code: &str) -> [(&str, &str); 5] {
    [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("client_id", "app"),
        ("client_secret", "secret"),
    ]
}

/// Returns the tokens for a new session of the client `app`.
async fn tokens(emulator: &Emulator, user: &EmulatedUser, more: &[(&str, &str)]) -> Value {
    let code = code(emulator, &cookie(user), more).await;
    let answer = post_form(emulator, &exchange(&code)).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().unwrap_or_default()
}
