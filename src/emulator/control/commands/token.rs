//! Access tokens: created, broken and taken apart.

use serde::Deserialize;
use serde_json::Value;

use super::command::{Command, CommandError, Context, json};
use crate::emulator::control::tokens;

pub(super) const COMMANDS: &[Command] = &[
    Command::new("POST", "token", "creates an access token", create),
    Command::new(
        "POST",
        "token/broken",
        "a token of a user for each way to break one",
        broken,
    ),
    Command::new(
        "POST",
        "token/explain",
        "what is in a token, and each check of it",
        explain,
    ),
];

fn create(context: &Context<'_>) -> Result<Value, CommandError> {
    let options = context.arguments()?;
    let store = context.shared.lock_store();
    json(
        &store
            .create_token(&options)
            .map_err(CommandError::rejected)?,
    )
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Broken {
    /// An email address, a username or an id.
    user: String,
}

fn broken(context: &Context<'_>) -> Result<Value, CommandError> {
    let Broken { user } = context.arguments()?;
    let broken = tokens::broken(&context.shared.lock_store(), &user);
    json(&broken.map_err(CommandError::rejected)?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Explain {
    token: String,
}

fn explain(context: &Context<'_>) -> Result<Value, CommandError> {
    let Explain { token } = context.arguments()?;
    let report = tokens::explain(&context.shared.lock_store(), token.trim());
    json(&report.map_err(CommandError::rejected)?)
}
