//! What protected resources ask about tokens (RFC 7662).

use aws_lc_rs::constant_time::verify_slices_are_equal;
use serde_json::{Value, json};

use super::issuer::issuer;
use crate::emulator::{
    oauth::{client_authentication::credentials, error::OauthError, parameters::Parameters},
    state::{ActiveToken, INTROSPECTION_CLIENT, Store},
    web::{Access, Reply, Route, StateRoute, WebRequest},
};

pub(super) static ROUTES: &[StateRoute] = &[Route::new(
    "mcp_introspect",
    ("POST", "/oauth/2.1/introspect"),
    Access::Public,
    "whether an access token of an MCP client is active, and what it is for",
    introspect,
)];

fn introspect(store: &mut Store, request: &WebRequest) -> Reply {
    match answer(store, request) {
        Ok(body) => Reply::json(200, body),
        Err(error) => error.reply(),
    }
}

fn answer(store: &Store, request: &WebRequest) -> Result<Value, OauthError> {
    let form = Parameters::form(request)?;
    let credentials = credentials(request, &form)?;
    let (client_id, secret) = INTROSPECTION_CLIENT;
    let is_same = credentials.secret.as_ref().is_some_and(|given| {
        let given = given.expose().as_bytes();
        verify_slices_are_equal(given, secret.as_bytes()).is_ok()
    });
    if credentials.client_id != client_id || !is_same {
        return Err(OauthError::invalid_client(
            "these are not the introspection credentials of the emulator, which are mcp-introspection and \
             mcp-introspection-secret",
        ));
    }
    // A hint about the type is allowed, and no reason to look less far.
    let token = form.require("token")?;
    let Some(ActiveToken {
        token,
        session,
        org,
    }) = store.active_mcp_token(token)
    else {
        return Ok(json!({ "active": false }));
    };
    let grant = session.grant.as_ref();
    let email = store.users.get(&session.user_id);
    let email = email.map(|user| user.metadata.email.clone());
    let mut body = json!({
        "active": true,
        "iss": issuer(store),
        "sub": session.user_id,
        "username": email,
        "email": email,
        "client_id": grant.map(|grant| &grant.client_id),
        "scope": token.scope.join(" "),
        "token_type": "Bearer",
        "aud": grant.and_then(|grant| grant.resource.as_ref()),
        "iat": token.issued_at,
        "exp": token.expires_at,
    });
    if let (Some((org_id, role)), Some(body)) = (org, body.as_object_mut()) {
        body.insert("org_id".to_owned(), org_id.as_str().into());
        body.insert("org_role".to_owned(), role.into());
    }
    Ok(body)
}
