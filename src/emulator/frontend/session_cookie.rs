//! The cookie with the refresh token of a browser's session.
//!
//! Known differences to PropelAuth: `session-cookie` in docs/differences.md.

use crate::emulator::{state::Store, web::Cookie};

/// The name of the cookie.
pub(crate) const SESSION_COOKIE: &str = "refresh_token";

/// Returns the cookie of a session, which lasts as long as the session.
pub(crate) fn session_cookie(store: &Store, refresh_token: &str) -> Cookie {
    let settings = &store.project.settings;
    let session = store.session(refresh_token);
    let ends = session.map_or(0, |session| session.expires_at(settings));
    Cookie::new(SESSION_COOKIE, refresh_token)
        .max_age(ends.saturating_sub(store.now()).max(0))
        .same_site(settings.session_cookie_same_site)
}

/// Returns the cookie that replaces the one of an ended session.
pub(crate) fn removed_cookie(store: &Store) -> Cookie {
    Cookie::removed(SESSION_COOKIE).same_site(store.project.settings.session_cookie_same_site)
}
