//! Webhooks: endpoints, deliveries, and what goes wrong on the way.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::command::{CommandError, Context, json};
use crate::emulator::{
    control::webhooks,
    state::{NewWebhook, WebhookEndpoint},
};

/// Returns the endpoints with their secrets.
pub(super) fn list(context: &Context<'_>) -> Result<Value, CommandError> {
    let store = context.shared.lock_store();
    store.project.webhooks.iter().map(view).collect()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Add {
    url: String,
    secret: Option<String>,
    #[serde(default)]
    event_types: Vec<String>,
    #[serde(default)]
    standard_headers: bool,
}

pub(super) fn add(context: &Context<'_>) -> Result<Value, CommandError> {
    let Add {
        url,
        secret,
        event_types,
        standard_headers,
    } = context.arguments()?;
    let mut webhook = NewWebhook::new(url).event_types(event_types);
    if let Some(secret) = secret {
        webhook = webhook.secret(secret);
    }
    if standard_headers {
        webhook = webhook.standard_headers();
    }
    let added = webhooks::add(context.shared, webhook).map_err(CommandError::rejected)?;
    view(&added)
}

pub(super) fn remove(context: &Context<'_>) -> Result<Value, CommandError> {
    let removed = webhooks::remove(context.shared, segment(context));
    view(&removed.map_err(CommandError::rejected)?)
}

pub(super) fn enable(context: &Context<'_>) -> Result<Value, CommandError> {
    let enabled = webhooks::enable(context.shared, segment(context));
    view(&enabled.map_err(CommandError::rejected)?)
}

pub(super) fn messages(context: &Context<'_>) -> Result<Value, CommandError> {
    json(&context.shared.webhooks().messages())
}

pub(super) fn deliveries(context: &Context<'_>) -> Result<Value, CommandError> {
    json(&context.shared.webhooks().deliveries())
}

pub(super) fn replay(context: &Context<'_>) -> Result<Value, CommandError> {
    let id = segment(context);
    webhooks::replay(context.shared, id).map_err(CommandError::rejected)?;
    Ok(json!({ "id": id }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Send {
    event_type: String,
    fields: Option<Map<String, Value>>,
}

/// Sends an event that nothing caused. Without fields, those that the type has, with what is in the state.
pub(super) fn send(context: &Context<'_>) -> Result<Value, CommandError> {
    let Send { event_type, fields } = context.arguments()?;
    let fields = match fields {
        Some(fields) => fields,
        None => context.shared.lock_store().example_fields(&event_type),
    };
    let id = webhooks::send(context.shared, &event_type, fields);
    Ok(json!({ "id": id }))
}

pub(super) fn faults(context: &Context<'_>) -> Result<Value, CommandError> {
    let hub = context.shared.webhooks();
    let mut faults = json(&hub.faults())?;
    if let Value::Object(faults) = &mut faults {
        faults.insert("hold".to_owned(), hub.is_held().into());
    }
    Ok(faults)
}

/// Replaces the faults by those in the body. `hold` is one of them here.
pub(super) fn set_faults(context: &Context<'_>) -> Result<Value, CommandError> {
    let mut arguments: Map<String, Value> = context.arguments()?;
    let is_held = match arguments.remove("hold") {
        None => false,
        Some(Value::Bool(is_held)) => is_held,
        Some(_) => return Err(wrong("`hold` is true or false")),
    };
    let faults = serde_json::from_value(arguments.into());
    let faults = faults.map_err(|error| wrong(&error.to_string()))?;
    let hub = context.shared.webhooks();
    hub.set_faults(faults);
    hub.hold(is_held);
    self::faults(context)
}

fn wrong(why: &str) -> CommandError {
    CommandError {
        status: 400,
        error_code: "invalid_arguments",
        message: format!("the body is not the JSON that this request takes: {why}"),
    }
}

fn view(endpoint: &WebhookEndpoint) -> Result<Value, CommandError> {
    let mut view = json(endpoint)?;
    if let Value::Object(view) = &mut view {
        view.insert("secret".to_owned(), endpoint.secret().into());
    }
    Ok(view)
}

fn segment<'a>(context: &'a Context<'_>) -> &'a str {
    context.segments.first().map_or("", String::as_str)
}
