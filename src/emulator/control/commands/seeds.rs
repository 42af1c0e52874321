//! Seeds, applied to the state.

use serde_json::Value;

use super::command::{CommandError, Context, json};
use crate::emulator::{control::seeds, seed::Seed};

/// Adds what the seed in the body contains. It is JSON, or TOML that does not begin with a brace.
pub(super) fn apply(context: &Context<'_>) -> Result<Value, CommandError> {
    let text = String::from_utf8_lossy(context.body).into_owned();
    let seed = match text.trim_start().starts_with('{') {
        true => Seed::json(text),
        false => Seed::toml(text),
    };
    let created = seeds::add(&mut context.shared.lock_store(), &seed);
    json(&created.map_err(|mistakes| CommandError::rejected(mistakes.to_string()))?)
}
