use actix_web::http::uri::Authority;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    access::environments::{host, issuer, path},
    words::strict_json::StrictMap,
};

/// The prefix of an environment.
const PREFIX: &str = "/eu";

/// The first line is a host, the second a path, and the rest the payload of a token, which is not verified. Each
/// chooses an environment only as everyone else would read it.
#[must_use]
pub fn environment(input: &[u8]) -> bool {
    let mut lines = input.splitn(3, |byte| *byte == b'\n');
    let host = is_host(lines.next().unwrap_or_default());
    let path = is_path(lines.next().unwrap_or_default());
    let issuer = is_issuer(lines.next().unwrap_or_default());
    host && path && issuer
}

fn is_host(text: &[u8]) -> bool {
    let Some(name) = host::name(text) else {
        return false;
    };
    assert!(!name.is_empty() && name.is_ascii() && !name.contains(['@', '/', ',', ' ']));
    // A name that is no address is all of the text up to its port.
    if let Ok(authority) = Authority::try_from(text) {
        let read = authority.host();
        assert_eq!(read.strip_suffix('.').unwrap_or(read), name);
    }
    true
}

fn is_path(text: &[u8]) -> bool {
    let Ok(text) = str::from_utf8(text) else {
        return false;
    };
    if !(path::is_plain(text) && path::is_below(text, PREFIX)) {
        return false;
    }
    // Merging slashes and resolving dots leads to the same environment.
    let mut segments = Vec::new();
    for segment in text.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    assert_eq!(segments.first().copied(), PREFIX.strip_prefix('/'));
    assert_eq!(
        format!("/{}", segments.join("/")),
        text.strip_suffix('/').unwrap_or(text)
    );
    true
}

fn is_issuer(payload: &[u8]) -> bool {
    let token = format!("e30.{}.c2ln", URL_SAFE_NO_PAD.encode(payload));
    let claimed = issuer::claimed(token.as_bytes());
    // What is no JSON, or has two of one name, is denied by whoever is chosen.
    let Ok(StrictMap(json)) = serde_json::from_slice(payload) else {
        return false;
    };
    let iss = json.get("iss").and_then(|iss| iss.as_str());
    assert_eq!(claimed.as_deref(), iss);
    claimed.is_some()
}
