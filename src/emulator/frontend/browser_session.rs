//! The session of a browser, as `@propelauth/javascript` asks for it.

use serde_json::json;

use super::{
    session_cookie::{SESSION_COOKIE, removed_cookie, session_cookie},
    session_info,
};
use crate::{
    emulator::{
        state::{LoginStep, Store, ids::canonical},
        web::{Access::Frontend, Reply, Route, StateRoute, WebRequest},
    },
    words::ids::OrgId,
};

pub(super) static ROUTES: &[StateRoute] = &[
    Route::new(
        "refresh_token",
        ("GET", "/api/v1/refresh_token"),
        Frontend,
        "the user of the browser's session, with an access token",
        refresh_token,
    ),
    Route::new(
        "logout",
        ("POST", "/api/v1/logout"),
        Frontend,
        "ends the browser's session",
        logout,
    ),
];

/// Answers 401 without a session, if the login is not finished, or if the user is not in the
/// active organization that the query names.
fn refresh_token(store: &mut Store, request: &WebRequest) -> Reply {
    let token = request.cookie(SESSION_COOKIE).unwrap_or_default();
    if store.login_step(token) != LoginStep::Finished {
        return Reply::error(401, "unauthorized");
    }
    let active_org = request.query("active_org_id").map(canonical::<OrgId>);
    match session_info::session_info(store, token, active_org.as_ref()) {
        Some(Ok(info)) => {
            store.use_session(token);
            let cookie = session_cookie(store, token);
            Reply::json(200, info).cookie(&cookie)
        }
        Some(Err(why)) => Reply::text(500, why),
        None => Reply::error(401, "unauthorized"),
    }
}

/// Answers 200 also without a session, so that a frontend gets rid of its own state.
fn logout(store: &mut Store, request: &WebRequest) -> Reply {
    if let Some(token) = request.cookie(SESSION_COOKIE) {
        store.end_session(token);
    }
    let redirect_to = store.project.settings.logout_redirect_url();
    Reply::json(200, json!({ "redirect_to": redirect_to })).cookie(&removed_cookie(store))
}
