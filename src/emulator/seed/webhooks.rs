//! Webhook endpoints, read from a seed and written as one.

use serde_json::{Map, Value, json};

use super::{
    members::{objects, text, texts},
    mistakes::Mistakes,
};
use crate::emulator::state::{NewWebhook, Project};

/// Adds the endpoints of a checked seed to those of the project.
pub(super) fn read(project: &mut Project, seed: &Map<String, Value>, mistakes: &mut Mistakes) {
    for (number, entry) in objects(seed, "webhooks").enumerate() {
        let Some(url) = text(entry, "url") else {
            continue;
        };
        let flag = |name| entry.get(name).and_then(Value::as_bool).unwrap_or(false);
        let mut webhook = NewWebhook::new(url)
            .event_types(texts(entry, "event_types"))
            .disabled(flag("disabled"));
        if let Some(secret) = text(entry, "secret") {
            webhook = webhook.secret(secret);
        }
        if flag("standard_headers") {
            webhook = webhook.standard_headers();
        }
        if let Err(why) = project.add_webhook(webhook) {
            mistakes.add(format!("webhooks[{number}]"), why);
        }
    }
}

/// Returns the endpoints in the form of a seed.
pub(super) fn as_seed(project: &Project) -> Value {
    let webhooks = project.webhooks.iter().map(|it| {
        json!({
            "url": it.url,
            "secret": it.secret(),
            "event_types": it.event_types,
            "standard_headers": it.has_standard_headers,
            "disabled": it.is_disabled,
        })
    });
    webhooks.collect()
}
