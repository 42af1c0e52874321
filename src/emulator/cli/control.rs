//! Requests under `/propelauth-dev/`: what the program offers beyond the backend API.

use std::sync::{Mutex, PoisonError};

use actix_web::http::Method;
use serde::Serialize;

use crate::emulator::{http::WireResponse, state::Store};

/// The requests below, for the error message about any other.
const REQUESTS: [&str; 5] = [
    "GET /propelauth-dev/emails",
    "GET /propelauth-dev/magic-links",
    "GET /propelauth-dev/sms",
    "GET /propelauth-dev/snapshot",
    "POST /propelauth-dev/rotate-signing-key",
];

/// Responds to a request under `/propelauth-dev/`, or returns `None` for any other path.
pub(super) fn answer(store: &Mutex<Store>, method: &Method, path: &str) -> Option<WireResponse> {
    let what = path.strip_prefix("/propelauth-dev/")?;
    let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
    store.observe();
    match (method, what) {
        (&Method::GET, "emails") => Some(json(&store.login_state.emails)),
        (&Method::GET, "magic-links") => {
            let links: Vec<_> = store.login_state.magic_links.values().collect();
            Some(json(&links))
        }
        (&Method::GET, "sms") => Some(json(&store.mfa.sent)),
        (&Method::GET, "snapshot") => Some(json(&store.snapshot())),
        (&Method::POST, "rotate-signing-key") => {
            store.signing_key = store.signing_key.next();
            let pem = store.signing_key.verifier_key();
            Some(json(&serde_json::json!({ "verifier_key_pem": pem })))
        }
        _ => Some(WireResponse {
            status: 501,
            body: serde_json::json!({
                "error_code": "not_implemented",
                "message": format!(
                    "propelauth-dev has no {method} request here, only {}",
                    REQUESTS.join(", ")
                ),
                "method": method.as_str(),
                "path": path,
            })
            .to_string()
            .into_bytes(),
        }),
    }
}

fn json(what: &impl Serialize) -> WireResponse {
    match serde_json::to_vec(what) {
        Ok(body) => WireResponse { status: 200, body },
        Err(error) => WireResponse {
            status: 500,
            body: error.to_string().into_bytes(),
        },
    }
}
