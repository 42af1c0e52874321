//! The clock: shown, stopped, moved forward and resumed.

use serde::Deserialize;
use serde_json::{Value, json};

use super::command::{CommandError, Context};
use crate::emulator::state::Clock;

/// Returns the time, and whether it runs.
pub(super) fn show(context: &Context<'_>) -> Result<Value, CommandError> {
    let store = context.shared.lock_store();
    let clock = &store.project.clock;
    Ok(json!({
        "now": clock.now(),
        "is_frozen": clock.is_frozen(),
        "ahead_seconds": clock.ahead(),
    }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Freeze {
    /// A Unix timestamp in seconds.
    at: Option<i64>,
}

pub(super) fn freeze(context: &Context<'_>) -> Result<Value, CommandError> {
    let Freeze { at } = context.arguments()?;
    change(context, |clock| {
        clock.freeze(at.unwrap_or_else(|| clock.now()));
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u32,
}

pub(super) fn advance(context: &Context<'_>) -> Result<Value, CommandError> {
    let Advance { seconds } = context.arguments()?;
    change(context, |clock| clock.advance(seconds.into()))
}

pub(super) fn resume(context: &Context<'_>) -> Result<Value, CommandError> {
    change(context, Clock::resume)
}

fn change(context: &Context<'_>, change: impl FnOnce(&mut Clock)) -> Result<Value, CommandError> {
    context.shared.lock_store().change_clock(change);
    show(context)
}
