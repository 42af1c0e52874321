//! What PropelAuth would have sent: emails, magic links and SMS.

use serde_json::Value;

use super::command::{CommandError, Context, json};

pub(super) fn emails(context: &Context<'_>) -> Result<Value, CommandError> {
    json(&context.shared.lock_store().outbox())
}

pub(super) fn magic_links(context: &Context<'_>) -> Result<Value, CommandError> {
    let store = context.shared.lock_store();
    let links: Vec<_> = store.login_state.magic_links.values().collect();
    json(&links)
}

pub(super) fn sms(context: &Context<'_>) -> Result<Value, CommandError> {
    json(&context.shared.lock_store().mfa.sent)
}
