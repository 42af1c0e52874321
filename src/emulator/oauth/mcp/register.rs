//! Clients that register themselves (RFC 7591). Newer clients have a document instead, and older ones only this.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::emulator::{
    oauth::error::OauthError,
    state::{RegisteredClient, Store, redirect_uri},
    web::{Access::Frontend, Reply, Route, StateRoute, WebRequest},
};

pub(super) static ROUTES: &[StateRoute] = &[Route::new(
    "mcp_register",
    ("POST", "/oauth/2.1/register"),
    Frontend,
    "registers an MCP client",
    register,
)];

/// The most redirect URIs of a client.
const MOST_URIS: usize = 20;
/// The longest name of a client, in bytes.
const LONGEST_NAME: usize = 200;

/// What a client says about itself (RFC 7591, 2). Members that mean nothing here are ignored.
#[derive(Deserialize)]
struct Metadata {
    #[serde(default)]
    redirect_uris: Vec<String>,
    #[serde(default)]
    client_name: Option<String>,
    #[serde(default)]
    token_endpoint_auth_method: Option<String>,
    #[serde(default)]
    grant_types: Option<Vec<String>>,
    #[serde(default)]
    response_types: Option<Vec<String>>,
    #[serde(default)]
    scope: Option<String>,
}

fn register(store: &mut Store, request: &WebRequest) -> Reply {
    answer(store, request).unwrap_or_else(|error| error.reply())
}

fn answer(store: &mut Store, request: &WebRequest) -> Result<Reply, OauthError> {
    if !store.project.settings.mcp_dynamic_client_registration {
        return Err(OauthError::new(
            "access_denied",
            "clients cannot register themselves: the setting mcp_dynamic_client_registration is off",
        ));
    }
    let invalid = |why: &str| OauthError::new("invalid_client_metadata", why);
    // serde would read a list as the members in their order.
    let metadata = request
        .json::<Map<String, Value>>()
        .and_then(|members| serde_json::from_value::<Metadata>(members.into()))
        .map_err(|_| invalid("the body is not the metadata of a client as a JSON object"))?;
    check_redirect_uris(&metadata.redirect_uris)?;
    let name = metadata.client_name.unwrap_or_default();
    if name.len() > LONGEST_NAME || name.chars().any(char::is_control) {
        return Err(invalid(
            "the client_name is longer than 200 bytes, or has control characters",
        ));
    }
    let grant_types = metadata
        .grant_types
        .unwrap_or_else(|| vec!["authorization_code".to_owned()]);
    let known = ["authorization_code", "refresh_token"];
    if !grant_types.iter().any(|it| it == "authorization_code")
        || !grant_types.iter().all(|it| known.contains(&it.as_str()))
    {
        return Err(invalid(
            "the grant_types are authorization_code, and refresh_token beside it",
        ));
    }
    let response_types = metadata
        .response_types
        .unwrap_or_else(|| vec!["code".to_owned()]);
    if response_types != ["code"] {
        return Err(invalid("the response_types are code alone"));
    }
    // The default of RFC 7591, 2.
    let method = metadata
        .token_endpoint_auth_method
        .unwrap_or_else(|| "client_secret_basic".to_owned());
    let has_secret = match method.as_str() {
        "none" => false,
        "client_secret_basic" | "client_secret_post" => true,
        _ => {
            return Err(invalid(
                "the token_endpoint_auth_method is none, client_secret_basic or client_secret_post",
            ));
        }
    };
    let secret = has_secret.then(|| store.ids.hex(4));
    let registered_at = store.now();
    let client_id = store.register_mcp_client(RegisteredClient {
        name: name.clone(),
        redirect_uris: metadata.redirect_uris.clone(),
        secret: secret.clone(),
        registered_at,
    });
    let mut body = json!({
        "client_id": client_id,
        "client_id_issued_at": registered_at,
        "redirect_uris": metadata.redirect_uris,
        "token_endpoint_auth_method": method,
        "grant_types": grant_types,
        "response_types": response_types,
    });
    let more = [
        ("client_name", Some(name).filter(|name| !name.is_empty())),
        ("scope", metadata.scope),
        ("client_secret", secret),
    ];
    if let Some(body) = body.as_object_mut() {
        for (member, value) in more {
            body.extend(value.map(|value| (member.to_owned(), value.into())));
        }
        if has_secret {
            body.insert("client_secret_expires_at".to_owned(), 0.into());
        }
    }
    Ok(Reply::json(201, body).header("pragma", "no-cache"))
}

fn check_redirect_uris(uris: &[String]) -> Result<(), OauthError> {
    let invalid = |why: &str| OauthError::new("invalid_redirect_uri", why);
    if uris.is_empty() || uris.len() > MOST_URIS {
        return Err(invalid("the redirect_uris are 1 to 20"));
    }
    for uri in uris {
        redirect_uri::check_introduced(uri).map_err(|why| invalid(&why))?;
    }
    Ok(())
}
