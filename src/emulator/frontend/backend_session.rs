//! The session of a browser, as the server of an application asks for it with the integration API key.
//!
//! Known differences to PropelAuth: `refresh-token-stays` in docs/differences.md.

use serde::Deserialize;
use serde_json::{Value, json};

use super::session_info;
use crate::{
    emulator::{
        state::{LoginStep, Store, ids::canonical},
        web::{Access::Backend, Reply, Route, StateRoute, WebRequest},
    },
    words::{ids::OrgId, secret::Secret},
};

pub(super) static ROUTES: &[StateRoute] = &[
    Route::new(
        "backend_refresh_token",
        ("POST", "/api/backend/v1/refresh_token"),
        Backend,
        "the user of a session, with an access token",
        refresh_token,
    ),
    Route::new(
        "backend_logout",
        ("POST", "/api/backend/v1/logout"),
        Backend,
        "ends a session",
        logout,
    ),
];

#[derive(Deserialize)]
struct SessionRequest {
    refresh_token: Secret,
}

/// Returns the refresh token in the body, or the reply if there is none.
fn read(request: &WebRequest) -> Result<Secret, Reply> {
    let read = request.json::<SessionRequest>();
    let read = read.map_err(|_| {
        let message = "the body is not a JSON object with the text refresh_token";
        Reply::json(
            400,
            json!({ "error_code": "bad_request", "message": message }),
        )
    })?;
    Ok(read.refresh_token)
}

/// Answers 401 if the session has ended, and if the user is not in the active organization.
///
/// The refresh token stays the same: a page that loads, and several tabs, refresh at once.
fn refresh_token(store: &mut Store, request: &WebRequest) -> Reply {
    let token = match read(request) {
        Ok(token) => token,
        Err(reply) => return reply,
    };
    let unauthorized = || Reply::error(401, "unauthorized");
    if store.login_step(token.expose()) != LoginStep::Finished {
        return unauthorized();
    }
    let active_org = request.query("active_org_id").map(canonical::<OrgId>);
    match session_info::session_info(store, token.expose(), active_org.as_ref()) {
        Some(Ok(info)) => {
            store.use_session(token.expose());
            Reply::json(
                200,
                json!({ "refresh_token": token.expose(), "access_token": info }),
            )
        }
        Some(Err(why)) => Reply::text(500, why),
        None => unauthorized(),
    }
}

/// Answers 200 also if the session has ended already.
fn logout(store: &mut Store, request: &WebRequest) -> Reply {
    match read(request) {
        Ok(token) => {
            store.end_session(token.expose());
            Reply::json(200, Value::Object(serde_json::Map::new()))
        }
        Err(reply) => reply,
    }
}
