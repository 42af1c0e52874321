//! The name of the authorization server for MCP clients.

use crate::emulator::state::Store;

/// Returns who issues tokens to MCP clients. It is not the issuer of users' access tokens: metadata and answers name it
/// to the letter (RFC 8414, 3.3; RFC 9207, 2.4).
pub(super) fn issuer(store: &Store) -> String {
    format!("{}/oauth/2.1", store.project.auth_url)
}
