//! Access tokens.

use serde_json::Value;

use super::command::{CommandError, Context, json};

pub(super) fn create(context: &Context<'_>) -> Result<Value, CommandError> {
    let options = context.arguments()?;
    let store = context.shared.lock_store();
    json(
        &store
            .create_token(&options)
            .map_err(CommandError::rejected)?,
    )
}
