//! The session of a browser, as `@propelauth/javascript` asks for it.
//!
//! Known differences to PropelAuth: `session-status` in docs/differences.md.

use std::sync::Once;

use serde_json::json;
use url::Url;

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
    if token.is_empty() {
        warn_of_other_host(request);
    }
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

/// Warns once if the frontend and the emulator are on two names of this machine: a browser then keeps the cookie of
/// the session to itself, and every user seems to be logged out.
fn warn_of_other_host(request: &WebRequest) {
    static WARNED: Once = Once::new();
    if let Some((page, emulator)) = hosts_of_this_machine(request)
        && page != emulator
    {
        WARNED.call_once(|| {
            tracing::warn!(
                "a page on {page} asked the emulator on {emulator} for its session, and browsers share no \
                 cookies between the two names: set the auth URL of the frontend to http://{page} with the \
                 emulator's port, or open the frontend on http://{emulator}"
            );
        });
    }
}

/// Returns the hosts of the page and of the emulator, if both are names of this machine.
fn hosts_of_this_machine(request: &WebRequest) -> Option<(String, String)> {
    let host = |url: &str| {
        let url = Url::parse(url).ok()?;
        let host = url.host_str()?.to_owned();
        ["localhost", "127.0.0.1", "[::1]"]
            .contains(&&*host)
            .then_some(host)
    };
    let emulator = format!("http://{}", request.header("host")?);
    Some((host(request.origin()?)?, host(&emulator)?))
}

/// Answers 200 also without a session, so that a frontend gets rid of its own state.
fn logout(store: &mut Store, request: &WebRequest) -> Reply {
    if let Some(token) = request.cookie(SESSION_COOKIE) {
        store.end_session(token);
    }
    let redirect_to = store.project.settings.logout_redirect_url();
    Reply::json(200, json!({ "redirect_to": redirect_to })).cookie(&removed_cookie(store))
}

#[cfg(test)]
mod tests {
    use actix_web::http::{
        Method,
        header::{HOST, HeaderMap, HeaderValue, ORIGIN},
    };

    use super::hosts_of_this_machine;
    use crate::emulator::web::WebRequest;

    #[test]
    fn names_of_this_machine_are_compared() {
        let pair = |page: &str, emulator: &str| Some((page.to_owned(), emulator.to_owned()));
        for (origin, host, hosts) in [
            (
                "http://localhost:3000",
                "127.0.0.1:9",
                pair("localhost", "127.0.0.1"),
            ),
            (
                "http://localhost:3000",
                "localhost:9",
                pair("localhost", "localhost"),
            ),
            ("http://[::1]:3000", "localhost", pair("[::1]", "localhost")),
            ("https://app.example.com", "localhost:9", None),
            ("http://localhost:3000", "auth.example.com", None),
            ("null", "localhost", None),
            ("http://localhost", "", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
            headers.insert(HOST, HeaderValue::from_static(host));
            let request = WebRequest {
                method: Method::GET,
                path: String::new(),
                query: String::new(),
                headers,
                body: Vec::new(),
                segments: Vec::new(),
            };
            assert_eq!(hosts_of_this_machine(&request), hosts, "{origin} {host}");
        }
    }
}
