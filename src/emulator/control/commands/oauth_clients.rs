//! Clients of OAuth 2.

use serde::Deserialize;
use serde_json::{Value, json};

use super::command::{Command, CommandError, Context};
use crate::emulator::{
    control::oauth_clients,
    state::{NewOauthClient, OauthClient},
};

pub(super) const COMMANDS: &[Command] = &[
    Command::new(
        "GET",
        "oauth-clients",
        "the clients of OAuth, with their secrets",
        list,
    ),
    Command::new("POST", "oauth-clients", "adds a client of OAuth", add),
    Command::new(
        "DELETE",
        "oauth-clients/{id}",
        "removes a client of OAuth",
        remove,
    ),
];

fn list(context: &Context<'_>) -> Result<Value, CommandError> {
    let store = context.shared.lock_store();
    Ok(store.project.oauth_clients.iter().map(view).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Add {
    redirect_uris: Vec<String>,
    client_id: Option<String>,
    client_secret: Option<String>,
    name: Option<String>,
}

fn add(context: &Context<'_>) -> Result<Value, CommandError> {
    let add: Add = context.arguments()?;
    let mut client = NewOauthClient::new(add.redirect_uris);
    if let Some(client_id) = add.client_id {
        client = client.client_id(client_id);
    }
    if let Some(secret) = add.client_secret {
        client = client.secret(secret);
    }
    if let Some(name) = add.name {
        client = client.name(name);
    }
    let added = oauth_clients::add(context.shared, client).map_err(CommandError::rejected)?;
    Ok(view(&added))
}

fn remove(context: &Context<'_>) -> Result<Value, CommandError> {
    let removed = oauth_clients::remove(context.shared, context.segment());
    Ok(view(&removed.map_err(CommandError::rejected)?))
}

fn view(client: &OauthClient) -> Value {
    json!({
        "client_id": client.client_id,
        "client_secret": client.secret(),
        "name": client.name,
        "redirect_uris": client.redirect_uris,
    })
}
