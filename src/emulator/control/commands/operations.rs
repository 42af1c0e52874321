//! Operations of the backend API, by their names and without a key.

use serde_json::{Map, Value};

use super::command::{Command, CommandError, Context};
use crate::emulator::control::operations;

pub(super) const COMMANDS: &[Command] = &[Command::new(
    "POST",
    "operations/{name}",
    "calls an operation of the backend API with its fields",
    call,
)];

fn call(context: &Context<'_>) -> Result<Value, CommandError> {
    let fields: Map<String, Value> = context.arguments()?;
    let called = operations::call(context.shared, context.segment(), fields);
    called.map_err(|rejection| CommandError {
        status: rejection.status,
        error_code: "rejected",
        message: rejection.reason,
    })
}
