//! What a service needs to know of the emulator, and its signing key.

use serde_json::{Value, json};

use super::command::{CommandError, Context};

/// Answers that the emulator runs, and nothing about it: it is the one request that needs no key.
#[allow(clippy::unnecessary_wraps)] // the type of all commands
pub(super) fn health(_: &Context<'_>) -> Result<Value, CommandError> {
    Ok(json!({ "status": "ok" }))
}

pub(super) fn status(context: &Context<'_>) -> Result<Value, CommandError> {
    let store = context.shared.lock_store();
    let (project, clock) = (&store.project, &store.project.clock);
    Ok(json!({
        "version": env!("CARGO_PKG_VERSION"),
        "auth_url": project.auth_url,
        "issuer": project.issuer,
        "api_key": context.shared.api_key.expose(),
        "verifier_key_pem": store.signing_key.verifier_key(),
        "webhook_secret": project.webhook_secret.expose(),
        "webhooks": store.project.webhooks.len(),
        "now": clock.now(),
        "clock_is_frozen": clock.is_frozen(),
        "users": store.users.iter().count(),
        "orgs": store.orgs.iter().count(),
        "roles": project.roles.names(),
        "permissions": project.roles.all_permissions(),
    }))
}

/// Replaces the signing key, and returns the public half of the new one.
pub(super) fn rotate_key(context: &Context<'_>) -> Result<Value, CommandError> {
    let mut store = context.shared.lock_store();
    store.signing_key = store.signing_key.next();
    Ok(json!({ "verifier_key_pem": store.signing_key.verifier_key() }))
}
