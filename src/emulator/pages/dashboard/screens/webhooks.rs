//! Webhooks: endpoints, messages, deliveries, and what goes wrong on the way.

use maud::{Markup, html};

use crate::emulator::{
    pages::dashboard::{
        frame::screen,
        look::Look,
        parts::{Paged, card, code, empty, more, same, table, tag, time},
        text::pretty,
    },
    state::{EVENT_TYPES, WebhookEndpoint},
    web::Reply,
    webhooks::{WebhookDelivery, WebhookStatus},
};

pub(in crate::emulator::pages::dashboard) fn show(look: &Look<'_>) -> Reply {
    let (endpoints, now) = {
        let store = look.shared.lock_store();
        (store.project.webhooks.clone(), store.now())
    };
    let content = html! {
        (card("Endpoints", &html! {
            @if endpoints.is_empty() {
                (empty("There are no endpoints. Add the URL of a service, and it gets an event for each change."))
            } @else {
                @let rows: Vec<_> = endpoints.iter().map(|it| endpoint(look, it, now)).collect();
                (table("Endpoints", &["Endpoint", "Events", "Secret", "Do"], &rows))
            }
            (more("Add an endpoint", endpoints.is_empty() || look.failed("add_webhook"), &look.form("add_webhook").show()))
        }))
        (card("Deliveries", &deliveries(look, now)))
        (card("Messages", &messages(look, now)))
        (card("Send an event that nothing caused", &look.form("send_webhook")
            .choices("event_type", same(EVENT_TYPES)).second().show()))
        (card("Faults", &faults(look)))
    };
    screen(look, "Webhooks", &content)
}

fn endpoint(look: &Look<'_>, endpoint: &WebhookEndpoint, now: i64) -> Markup {
    let about = |name| {
        let form = look.form(name).with("webhook_id", &endpoint.id);
        form.small(endpoint.url.as_str()).show()
    };
    html! {
        th scope="row" {
            (endpoint.url)
            @if endpoint.is_disabled { " " (tag("bad", "disabled")) }
            @if let Some(since) = endpoint.failing_since { small.under { "failing since " (time(since, now)) } }
        }
        td { @if endpoint.event_types.is_empty() { "all" } @else { (endpoint.event_types.join(", ")) } }
        td { details { summary { "Show" span.hidden { " the secret of " (endpoint.url) } } (code(endpoint.secret())) } }
        td {
            div.row {
                @if endpoint.is_disabled { (about("enable_webhook")) }
                (about("remove_webhook"))
            }
        }
    }
}

fn replay(look: &Look<'_>, message_id: &str) -> Markup {
    let form = look.form("replay_webhook").with("message_id", message_id);
    form.small(format!("the message {message_id}")).show()
}

fn deliveries(look: &Look<'_>, now: i64) -> Markup {
    let newest = look
        .shared
        .webhooks()
        .deliveries()
        .into_iter()
        .rev()
        .collect();
    let paged = Paged::new(look, newest);
    let rows: Vec<_> = paged
        .items
        .iter()
        .map(|it| delivery(look, it, now))
        .collect();
    html! {
        @if rows.is_empty() { (empty("Nothing was delivered yet.")) }
        @else {
            (table("Deliveries, the newest first", &["Event", "Outcome", "Attempts", "Again"], &rows))
            (paged.links(look))
        }
    }
}

fn delivery(look: &Look<'_>, delivery: &WebhookDelivery, now: i64) -> Markup {
    let (class, outcome) = match delivery.status {
        WebhookStatus::Pending => ("warn", "pending"),
        WebhookStatus::Delivered => ("good", "delivered"),
        WebhookStatus::Aborted => ("bad", "aborted"),
        WebhookStatus::Failed => ("bad", "failed"),
        WebhookStatus::Canceled => ("", "canceled"),
    };
    html! {
        th scope="row" { (delivery.message.event_type) small.under { (delivery.url) } }
        td {
            (tag(class, outcome))
            @if let Some(at) = delivery.next_attempt_at { small.under { "next attempt " (time(at, now)) } }
        }
        td {
            @for attempt in &delivery.attempts {
                small.under {
                    @match (attempt.status, &attempt.error) {
                        (Some(status), _) => { "status " (status) }
                        (None, Some(error)) => (error),
                        (None, None) => "no response",
                    }
                    ", " (time(attempt.sent_at, now))
                }
            }
            @if delivery.attempts.is_empty() { "none" }
        }
        td { (replay(look, &delivery.message.id)) }
    }
}

fn messages(look: &Look<'_>, now: i64) -> Markup {
    let messages = look.shared.webhooks().messages();
    let rows: Vec<_> = messages
        .iter()
        .rev()
        .take(15)
        .map(|message| {
            html! {
                th scope="row" { (message.event_type) small.under { (code(&message.id)) } }
                td { (time(message.created_at, now)) }
                td { details { summary { "Show" span.hidden { " " (message.id) } } pre { (pretty(&message.payload)) } } }
                td { (replay(look, &message.id)) }
            }
        })
        .collect();
    html! {
        @if rows.is_empty() { (empty("There were no events. Each change of a user or an organization causes one.")) }
        @else {
            p.aside { "The last " (rows.len()) " of " (messages.len()) " events, whether or not they were sent." }
            (table("Messages, the newest first", &["Event", "When", "Payload", "Again"], &rows))
        }
    }
}

fn faults(look: &Look<'_>) -> Markup {
    let hub = look.shared.webhooks();
    let faults = serde_json::to_value(hub.faults()).unwrap_or_default();
    let value = |name: &str| {
        faults
            .get(name)
            .map(ToString::to_string)
            .unwrap_or_default()
    };
    html! {
        p.lead { "All of this happens with real webhooks, and a service has to bear it." }
        (look.form("set_webhook_faults")
            .value("duplicate", value("duplicate"))
            .value("reorder", value("reorder"))
            .value("delay_seconds", value("delay_seconds"))
            .value("lose_attempts", value("lose_attempts"))
            .value("hold", hub.is_held())
            .second()
            .show())
    }
}
