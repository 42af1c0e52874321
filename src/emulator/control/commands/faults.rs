//! Faults, and the requests that were received.

use serde_json::{Value, json};

use super::command::{CommandError, Context, json};
use crate::emulator::{control::faults, state::ActiveFault};

pub(super) fn list(context: &Context<'_>) -> Result<Value, CommandError> {
    Ok(context.shared.faults().list().iter().map(view).collect())
}

pub(super) fn inject(context: &Context<'_>) -> Result<Value, CommandError> {
    let fault = context.arguments()?;
    let added = faults::inject(context.shared, fault).map_err(CommandError::rejected)?;
    Ok(view(&added))
}

pub(super) fn clear(context: &Context<'_>) -> Result<Value, CommandError> {
    context.shared.faults().clear();
    Ok(json!([]))
}

/// Turns off the fault with an id, which the list has.
pub(super) fn remove(context: &Context<'_>) -> Result<Value, CommandError> {
    let id = context.segment();
    let is_removed = id
        .parse()
        .is_ok_and(|id| context.shared.faults().remove(id));
    match is_removed {
        true => list(context),
        false => Err(CommandError::rejected(format!("there is no fault {id:?}"))),
    }
}

pub(super) fn requests(context: &Context<'_>) -> Result<Value, CommandError> {
    let requests = context.shared.requests().list();
    json(&requests)
}

pub(super) fn clear_requests(context: &Context<'_>) -> Result<Value, CommandError> {
    context.shared.requests().clear();
    Ok(json!([]))
}

/// Returns a fault as it is listed. Its `times` are those that are left.
fn view(fault: &ActiveFault) -> Value {
    let mut view = serde_json::to_value(fault).unwrap_or_default();
    if let Value::Object(members) = &mut view {
        for (from, to) in [
            ("times", "times_left"),
            ("rate_limit", "retry_after_seconds"),
        ] {
            if let Some(value) = members.remove(from) {
                members.insert(to.to_owned(), value);
            }
        }
    }
    view
}
