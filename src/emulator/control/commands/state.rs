//! The whole state: returned, replaced, and brought back to the start.

use serde_json::{Value, json};

use super::command::{CommandError, Context};
use crate::emulator::control::snapshot;

pub(super) fn reset(context: &Context<'_>) -> Result<Value, CommandError> {
    context.shared.reset().map_err(CommandError::rejected)?;
    Ok(json!({}))
}

pub(super) fn snapshot(context: &Context<'_>) -> Result<Value, CommandError> {
    Ok(snapshot::take(context.shared))
}

pub(super) fn restore(context: &Context<'_>) -> Result<Value, CommandError> {
    let state = context.arguments()?;
    snapshot::restore(context.shared, state).map_err(CommandError::rejected)?;
    Ok(json!({}))
}
