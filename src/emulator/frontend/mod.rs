//! The JSON face of the emulator for frontends: what PropelAuth's frontend libraries ask.

mod browser_session;
mod session_info;

use crate::emulator::{
    state::Store,
    web::{Reply, Route, WebRequest},
};

/// A row that is answered from the state alone.
pub(crate) type StateRoute = Route<fn(&mut Store, &WebRequest) -> Reply>;

/// All rows, theme by theme.
pub(crate) static ROUTES: &[&[StateRoute]] = &[browser_session::ROUTES];

/// The cookie with the refresh token.
pub(crate) const SESSION_COOKIE: &str = "refresh_token";
