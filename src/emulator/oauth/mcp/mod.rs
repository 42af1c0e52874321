//! Authorization of MCP clients, by the revision 2026-07-28 of the protocol: OAuth 2.1 with tokens for one resource.
//!
//! | file | |
//! |---|---|
//! | `metadata` | where the endpoints are (RFC 8414) |
//! | `register` | clients that register themselves (RFC 7591) |
//! | `client_document` | clients whose id is the URL of their metadata |
//! | `authorize`, `consent` | the browser: a login, a question to the user, and a code |
//! | `token` | codes and refresh tokens into access tokens |
//! | `introspect` | what protected resources ask about tokens (RFC 7662) |

mod authorize;
pub(crate) mod client_document;
pub(crate) mod consent;
#[cfg(not(feature = "pages"))]
mod consent_page;
mod introspect;
mod issuer;
mod metadata;
mod register;
mod token;

use crate::emulator::web::StateRoute;

/// All rows, theme by theme.
pub(super) static ROUTES: &[&[StateRoute]] = &[
    metadata::ROUTES,
    register::ROUTES,
    authorize::ROUTES,
    #[cfg(not(feature = "pages"))]
    consent::ROUTES,
    token::ROUTES,
    introspect::ROUTES,
];
