//! Clients of OAuth, read from a seed and written as one.

use serde_json::{Map, Value, json};

use super::{
    members::{objects, text, texts},
    mistakes::Mistakes,
};
use crate::emulator::state::{NewOauthClient, Project};

/// Adds the clients of a checked seed to those of the project.
pub(super) fn read(project: &mut Project, seed: &Map<String, Value>, mistakes: &mut Mistakes) {
    for (number, entry) in objects(seed, "oauth_clients").enumerate() {
        if !entry.contains_key("redirect_uris") {
            continue; // which is reported
        }
        let mut client = NewOauthClient::new(texts(entry, "redirect_uris"));
        if let Some(client_id) = text(entry, "client_id") {
            client = client.client_id(client_id);
        }
        if let Some(secret) = text(entry, "client_secret") {
            client = client.secret(secret);
        }
        if let Some(name) = text(entry, "name") {
            client = client.name(name);
        }
        if let Err(why) = project.add_oauth_client(client) {
            mistakes.add(format!("oauth_clients[{number}]"), why);
        }
    }
}

/// Returns the clients in the form of a seed.
pub(super) fn as_seed(project: &Project) -> Value {
    let clients = project.oauth_clients.iter().map(|it| {
        json!({
            "client_id": it.client_id,
            "client_secret": it.secret(),
            "name": it.name,
            "redirect_uris": it.redirect_uris,
        })
    });
    clients.collect()
}
