//! The JSON face of the emulator for frontends: what PropelAuth's frontend libraries ask.

mod backend_session;
mod browser_session;
pub(crate) mod session_cookie;
mod session_info;

pub(crate) use self::{session_cookie::SESSION_COOKIE, session_info::user_info};
use crate::emulator::web::StateRoute;

/// All rows, theme by theme.
pub(crate) static ROUTES: &[&[StateRoute]] = &[browser_session::ROUTES, backend_session::ROUTES];
