//! From what self-service returns to a reply.

use serde_json::{Map, Value, json};

use super::session_cookie::{SESSION_COOKIE, session_cookie};
use crate::emulator::{
    self_service::Refusal,
    state::{LoginStep, Store},
    web::{Access::FrontendWithCsrfHeader, Reply, Route, StateRoute, WebRequest},
};

/// A row of the API of `@propelauth/frontend-apis`, which sends a header that no form can send.
pub(super) const fn call(
    name: &'static str,
    at: (&'static str, &'static str),
    about: &'static str,
    run: fn(&mut Store, &WebRequest) -> Reply,
) -> StateRoute {
    Route::new(name, at, FrontendWithCsrfHeader, about, run)
}

/// Returns the refresh token of the browser's session.
pub(super) fn session(request: &WebRequest) -> &str {
    request.cookie(SESSION_COOKIE).unwrap_or_default()
}

/// Returns the reply to a call that was done or refused.
pub(super) fn reply(result: Result<Reply, Refusal>) -> Reply {
    result.unwrap_or_else(|refusal| {
        let mut body = Map::new();
        body.insert("error_code".to_owned(), refusal.code.as_str().into());
        if !refusal.message.is_empty() {
            body.insert("user_facing_error".to_owned(), refusal.message.into());
        }
        if !refusal.fields.is_empty() {
            let (mut texts, mut codes) = (Map::new(), Map::new());
            for it in refusal.fields {
                codes.insert(it.field.clone(), it.code.into());
                texts.insert(it.field, it.message.into());
            }
            body.insert("user_facing_errors".to_owned(), texts.into());
            body.insert("field_errors".to_owned(), codes.into());
        }
        Reply::json(refusal.code.status(), body.into())
    })
}

/// Returns the reply to a call whose result has no content.
pub(super) fn done(result: Result<(), Refusal>) -> Reply {
    reply(result.map(|()| Reply::json(200, json!({}))))
}

/// Returns the reply that tells what a login still needs, and sets the cookie of its session.
pub(super) fn login_state(
    store: &Store,
    refresh_token: &str,
    step: LoginStep,
    more: Map<String, Value>,
) -> Reply {
    let mut body = more;
    body.insert("login_state".to_owned(), json!(step));
    Reply::json(200, body.into()).cookie(&session_cookie(store, refresh_token))
}
