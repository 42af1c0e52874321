//! The list of pages.

use serde_json::Value;

use super::command::{CommandError, Context};
use crate::emulator::pages;

pub(super) fn list(context: &Context<'_>) -> Result<Value, CommandError> {
    Ok(pages::list(&context.shared.lock_store()))
}
