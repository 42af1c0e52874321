//! What the program tells besides the backend API, under a path of its own.

use std::sync::{Mutex, PoisonError};

use actix_web::http::Method;
use serde::Serialize;

use crate::emulator::{dispatch::Answer, store::Store};

/// Answers a request for what no operation of the backend API tells, or `None` where it is not
/// for that.
pub(super) fn answer(store: &Mutex<Store>, method: &Method, path: &str) -> Option<Answer> {
    if method != Method::GET {
        return None;
    }
    let mut store = match path {
        "/propelauth-dev/sms" | "/propelauth-dev/snapshot" => {
            store.lock().unwrap_or_else(PoisonError::into_inner)
        }
        _ => return None,
    };
    store.observe();
    Some(if path.ends_with("/sms") {
        json(&store.mfa.sent)
    } else {
        json(&store.snapshot())
    })
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
