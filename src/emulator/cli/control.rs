//! What the program tells and does besides the backend API, under a path of its own.

use std::sync::{Mutex, PoisonError};

use actix_web::http::Method;
use serde::Serialize;

use crate::emulator::{dispatch::Answer, store::Store};

/// Answers a request for what no operation of the backend API tells or does, or `None` where it
/// is not for that.
pub(super) fn answer(store: &Mutex<Store>, method: &Method, path: &str) -> Option<Answer> {
    let what = path.strip_prefix("/propelauth-dev/")?;
    let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
    store.observe();
    match (method, what) {
        (&Method::GET, "sms") => Some(json(&store.mfa.sent)),
        (&Method::GET, "snapshot") => Some(json(&store.snapshot())),
        (&Method::POST, "rotate-signing-key") => {
            store.signing_key = store.signing_key.next();
            let pem = store.signing_key.verifier_key();
            Some(json(&serde_json::json!({ "verifier_key_pem": pem })))
        }
        _ => None,
    }
}

fn json(what: &impl Serialize) -> Answer {
    match serde_json::to_vec(what) {
        Ok(body) => Answer { status: 200, body },
        Err(error) => Answer {
            status: 500,
            body: error.to_string().into_bytes(),
        },
    }
}
