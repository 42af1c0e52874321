//! Where the endpoints for MCP clients are (RFC 8414).

use serde_json::json;

use super::issuer::issuer;
use crate::emulator::{
    state::Store,
    web::{Access::Frontend, Reply, Route, StateRoute, WebRequest},
};

pub(super) static ROUTES: &[StateRoute] = &[Route::new(
    "mcp_metadata",
    ("GET", "/.well-known/oauth-authorization-server/oauth/2.1"),
    Frontend,
    "where the endpoints for MCP clients are",
    metadata,
)];

/// Answers the members that PropelAuth answers, and those of the revision of the protocol that a client looks for.
fn metadata(store: &mut Store, _: &WebRequest) -> Reply {
    let at = |path: &str| format!("{}/oauth/2.1/{path}", store.project.auth_url);
    let mut body = json!({
        "issuer": issuer(store),
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "introspection_endpoint": at("introspect"),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "code_challenge_methods_supported": ["S256"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "introspection_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "authorization_response_iss_parameter_supported": true,
        "client_id_metadata_document_supported": true,
    });
    let settings = &store.project.settings;
    if let Some(body) = body.as_object_mut() {
        if !settings.mcp_scopes.is_empty() {
            body.insert("scopes_supported".to_owned(), json!(settings.mcp_scopes));
        }
        if settings.mcp_dynamic_client_registration {
            body.insert("registration_endpoint".to_owned(), at("register").into());
        }
    }
    Reply::json(200, body)
}
