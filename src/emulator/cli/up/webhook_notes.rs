//! Remarks about webhook endpoints that do not receive what is sent.

use std::{collections::BTreeMap, sync::Weak, time::Duration};

use crate::emulator::{
    cli::output::note,
    control::Emulator,
    state::WebhookEndpoint,
    webhooks::{WebhookAttempt, WebhookDelivery},
};

/// The time between two looks.
const INTERVAL: Duration = Duration::from_millis(250);

/// What is known of an endpoint: by its id, whether it is failing, and whether it is disabled.
type Known = BTreeMap<String, (bool, bool)>;

/// Prints a remark when an endpoint begins to fail, is disabled, or receives again, while the emulator runs.
pub(super) async fn note_webhooks(emulator: Weak<Emulator>) {
    let mut known = Known::new();
    loop {
        tokio::time::sleep(INTERVAL).await;
        let Some(emulator) = emulator.upgrade() else {
            return;
        };
        for what in remarks(&mut known, &emulator.webhooks(), || {
            emulator.webhook_deliveries()
        }) {
            note(&what);
        }
    }
}

fn remarks(
    known: &mut Known,
    endpoints: &[WebhookEndpoint],
    deliveries: impl Fn() -> Vec<WebhookDelivery>,
) -> Vec<String> {
    let mut remarks = Vec::new();
    for endpoint in endpoints {
        let now = (endpoint.failing_since.is_some(), endpoint.is_disabled);
        let before = known.insert(endpoint.id.clone(), now).unwrap_or_default();
        let url = &endpoint.url;
        remarks.extend(match (before, now) {
            ((_, false), (_, true)) => Some(format!(
                "{url} gets no more webhooks, because all attempts failed for five days: enable it with \
                 `propelauth-dev webhooks enable {url}`"
            )),
            ((false, _), (true, false)) => Some(format!(
                "{url} does not receive webhooks ({}): `propelauth-dev webhooks deliveries` lists what \
                 was sent, and it is sent again",
                reason(&deliveries(), endpoint)
            )),
            ((true, _), (false, false)) => Some(format!("{url} receives webhooks again")),
            _ => None,
        });
    }
    remarks
}

/// Returns what the last attempt to an endpoint came to.
fn reason(deliveries: &[WebhookDelivery], endpoint: &WebhookEndpoint) -> String {
    let mut deliveries = deliveries.iter().rev();
    let last = deliveries.find_map(|delivery| {
        let is_its = delivery.endpoint_id == endpoint.id;
        delivery.attempts.last().filter(|_| is_its)
    });
    match last {
        Some(WebhookAttempt {
            status: Some(status @ (401 | 403 | 400)),
            ..
        }) => format!(
            "it answered {status}, as services do whose PROPELAUTH_WEBHOOK_SECRET is not the endpoint's, \
             or whose clock is another"
        ),
        Some(WebhookAttempt {
            status: Some(status),
            ..
        }) => format!("it answered {status}"),
        Some(WebhookAttempt {
            error: Some(error), ..
        }) => error.clone(),
        _ => "no attempt succeeded".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, remarks};
    use crate::emulator::state::NewWebhook;

    #[test]
    fn each_turn_of_an_endpoint_is_told_once() {
        let mut known = Known::new();
        let mut endpoint = NewWebhook::new("http://127.0.0.1/")
            .build(&crate::dev_keys::WEBHOOK_SECRET.into())
            .unwrap();
        let mut told = |endpoint: &_| remarks(&mut known, std::slice::from_ref(endpoint), Vec::new);
        assert!(told(&endpoint).is_empty());
        endpoint.note_attempt(0, false);
        assert!(told(&endpoint)[0].contains("does not receive"));
        endpoint.note_attempt(1, false);
        assert!(told(&endpoint).is_empty());
        endpoint.note_attempt(2, true);
        assert!(told(&endpoint)[0].contains("again"));
        endpoint.note_attempt(3, false);
        endpoint.note_attempt(3 + 5 * 24 * 60 * 60, false);
        assert!(told(&endpoint)[0].contains("webhooks enable http://127.0.0.1/"));
        assert!(told(&endpoint).is_empty());
    }
}
