//! The JSON face of the emulator for frontends: what PropelAuth's frontend libraries ask.

mod account;
mod answer;
mod api_keys;
mod backend_session;
mod browser_session;
mod json_form;
mod login;
mod members;
mod orgs;
mod paging;
#[cfg(feature = "pages")]
mod qr_code;
pub(crate) mod session_cookie;
mod session_info;

pub(crate) use self::{session_cookie::SESSION_COOKIE, session_info::user_info};
use crate::emulator::web::StateRoute;

/// All rows, theme by theme.
pub(crate) static ROUTES: &[&[StateRoute]] = &[
    browser_session::ROUTES,
    backend_session::ROUTES,
    login::ROUTES,
    account::ROUTES,
    orgs::ROUTES,
    members::ROUTES,
    api_keys::ROUTES,
];
