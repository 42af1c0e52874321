//! Logins of applications: OAuth 2, OpenID Connect, and the login of applications that are rendered on a
//! server.
//!
//! What all of them share is in `parameters`, `error`, `target`, `client_authentication` and `browser`; the
//! records are in [`state`](crate::emulator::state).

mod authorize;
mod browser;
mod client_authentication;
mod discovery;
mod error;
mod id_token;
mod mcp;
mod parameters;
mod prompt;
mod server_side;
mod target;
mod token;
mod userinfo;

pub(crate) use self::mcp::client_document;
#[cfg(feature = "pages")]
pub(crate) use self::mcp::consent;
use crate::emulator::web::StateRoute;

/// All rows for MCP clients, theme by theme.
pub(crate) static MCP_ROUTES: &[&[StateRoute]] = mcp::ROUTES;

/// All other rows, theme by theme.
pub(crate) static ROUTES: &[&[StateRoute]] = &[
    authorize::ROUTES,
    discovery::ROUTES,
    server_side::ROUTES,
    token::ROUTES,
    userinfo::ROUTES,
];
