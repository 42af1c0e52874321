//! Snapshots under a name.

use serde_json::Value;

use super::command::{CommandError, Context, json};
use crate::emulator::control::snapshots;

pub(super) fn list(context: &Context<'_>) -> Result<Value, CommandError> {
    json(&snapshots::names(context.shared))
}

pub(super) fn save(context: &Context<'_>) -> Result<Value, CommandError> {
    snapshots::save(context.shared, name(context)).map_err(CommandError::rejected)?;
    list(context)
}

pub(super) fn load(context: &Context<'_>) -> Result<Value, CommandError> {
    snapshots::load(context.shared, &name(context)).map_err(CommandError::rejected)?;
    list(context)
}

pub(super) fn remove(context: &Context<'_>) -> Result<Value, CommandError> {
    snapshots::remove(context.shared, &name(context)).map_err(CommandError::rejected)?;
    list(context)
}

fn name(context: &Context<'_>) -> String {
    context.segments.first().cloned().unwrap_or_default()
}
