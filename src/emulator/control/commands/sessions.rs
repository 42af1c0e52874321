//! Sessions: listed and ended.

use serde_json::{Value, json};

use super::command::{Command, CommandError, Context, json as to_json};
use crate::emulator::control::sessions;

pub(super) const COMMANDS: &[Command] = &[
    Command::new("GET", "sessions", "the sessions that are open", list),
    Command::new("DELETE", "sessions", "ends all sessions", end_all),
    Command::new("DELETE", "sessions/{id}", "ends a session", end),
];

fn list(context: &Context<'_>) -> Result<Value, CommandError> {
    to_json(&sessions::list(&context.shared.lock_store()))
}

fn end_all(context: &Context<'_>) -> Result<Value, CommandError> {
    let ended = sessions::end_all(&mut context.shared.lock_store());
    Ok(json!({ "ended": ended }))
}

fn end(context: &Context<'_>) -> Result<Value, CommandError> {
    sessions::end(&mut context.shared.lock_store(), context.segment())?;
    Ok(json!({}))
}
