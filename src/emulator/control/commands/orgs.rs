//! What members of organizations do, beyond the operations of the backend API.

use serde::Deserialize;
use serde_json::{Value, json};

use super::command::{Command, CommandError, Context};
use crate::{
    emulator::control::{orgs, scim_keys},
    words::ids::OrgId,
};

pub(super) const COMMANDS: &[Command] = &[
    Command::new(
        "POST",
        "orgs/{id}/accept-invite",
        "accepts an invitation as its recipient does",
        accept_invite,
    ),
    Command::new(
        "GET",
        "orgs/{id}/scim-keys",
        "the ids of the SCIM keys of an organization",
        scim_keys_of,
    ),
    Command::new(
        "POST",
        "orgs/{id}/scim-keys",
        "adds a SCIM key to an organization",
        add_scim_key,
    ),
    Command::new(
        "DELETE",
        "scim-keys/{id}",
        "revokes a SCIM key",
        revoke_scim_key,
    ),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AcceptInvite {
    email: String,
}

fn accept_invite(context: &Context<'_>) -> Result<Value, CommandError> {
    let AcceptInvite { email } = context.arguments()?;
    let mut store = context.shared.lock_store();
    let user_id = orgs::accept(&mut store, &email, &context.id())?;
    Ok(json!({ "user_id": user_id }))
}

fn scim_keys_of(context: &Context<'_>) -> Result<Value, CommandError> {
    let org_id: OrgId = context.id();
    let store = context.shared.lock_store();
    let keys = store.scim_keys.iter().filter(|(_, it)| **it == org_id);
    Ok(keys.map(|(id, _)| json!(id)).collect())
}

fn add_scim_key(context: &Context<'_>) -> Result<Value, CommandError> {
    let id = scim_keys::add(&mut context.shared.lock_store(), context.id())?;
    Ok(json!({ "scim_key_id": id }))
}

fn revoke_scim_key(context: &Context<'_>) -> Result<Value, CommandError> {
    let id = context.segment();
    match scim_keys::revoke(&mut context.shared.lock_store(), id) {
        true => Ok(json!({})),
        false => Err(CommandError::rejected(format!(
            "there is no SCIM key {id:?}"
        ))),
    }
}
