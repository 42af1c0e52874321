//! Cross-origin requests of frontends, as measured with Chromium: exactly the origin that asks, never
//! `*`, and on errors as well, because a frontend otherwise sees a failed request instead of a 401.

use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_MAX_AGE, HeaderMap, HeaderValue, ORIGIN, VARY,
};

use super::Reply;
use crate::emulator::state::Settings;

/// Returns the reply to a preflight. What it allows is useless without the headers that
/// [`add_cors_headers`] adds.
pub(crate) fn preflight() -> Reply {
    Reply::empty(204)
        .header(
            ACCESS_CONTROL_ALLOW_METHODS.as_str(),
            "GET, POST, PATCH, DELETE",
        )
        .header(
            ACCESS_CONTROL_ALLOW_HEADERS.as_str(),
            "content-type, x-csrf-token, authorization",
        )
        // How long browsers may keep it, in seconds.
        .header(ACCESS_CONTROL_MAX_AGE.as_str(), "600")
}

/// Allows the web page that asks to read the response, if its origin is allowed.
pub(crate) fn add_cors_headers(request: &HeaderMap, settings: &Settings, response: &mut HeaderMap) {
    response.append(VARY, HeaderValue::from_static("Origin"));
    let mut origins = request.get_all(ORIGIN);
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return;
    };
    let is_allowed = origin
        .to_str()
        .is_ok_and(|it| settings.is_origin_allowed(it));
    if is_allowed {
        response.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        let credentials = HeaderValue::from_static("true");
        response.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, credentials);
    }
}
