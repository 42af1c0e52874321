//! The emulator in a browser, without JavaScript.

mod account;
mod browser;
mod hostile;
mod list;
mod log_in;
mod no_page;
mod orgs;
mod providers;

use actix_web_propelauth::emulator::Emulator;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};
use url::form_urlencoded;

/// Starts an emulator with settings: Alice with the password `wonderland` owns Acme, in which Bob is a
/// member.
async fn start(project: Value) -> Emulator {
    let seed = json!({
        "project": project,
        "users": [
            { "email": "alice@acme.example", "password": "wonderland", "first_name": "Alice", "email_confirmed": true },
            { "email": "bob@acme.example", "password": "builder", "email_confirmed": true },
            { "email": "carol@other.example", "password": "singers", "email_confirmed": true },
        ],
        "orgs": [{
            "name": "Acme",
            "members": [
                { "email": "alice@acme.example", "role": "Owner" },
                { "email": "bob@acme.example", "role": "Member" },
            ],
        }],
    });
    Emulator::builder().seed_json(seed).start().await.unwrap()
}

/// Returns a path that returns to a URL in the end.
fn returning(path: &str, url: &str) -> String {
    let query: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("rt", &STANDARD.encode(url))
        .finish();
    format!("{path}?{query}")
}

/// Returns the path and query of the link in the last email.
fn last_link(emulator: &Emulator) -> String {
    let email = emulator.email_outbox().pop().unwrap();
    path_and_query(&email.link.unwrap())
}

fn path_and_query(url: &str) -> String {
    let url = url::Url::parse(url).unwrap();
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}

/// Returns the code of an authenticator app with a secret in base32.
fn totp(secret: &str) -> String {
    use aws_lc_rs::hmac;
    let (mut bits, mut count, mut key) = (0_u32, 0, Vec::new());
    for digit in secret.bytes() {
        let value = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        let value = value.iter().position(|it| *it == digit).unwrap();
        bits = (bits << 5) | u32::try_from(value).unwrap();
        count += 5;
        if count >= 8 {
            count -= 8;
            key.push(u8::try_from((bits >> count) & 0xff).unwrap());
        }
    }
    let now = std::time::SystemTime::now();
    let now = now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &key);
    let tag = hmac::sign(&key, &(now / 30).to_be_bytes());
    let tag = tag.as_ref();
    let at = usize::from(tag[19] & 15);
    let number = u32::from_be_bytes(tag[at..at + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}
