//! Endpoints, and what is sent by hand.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::{
    args::{AddArgs, FaultsArgs, WebhooksCommand},
    deliveries::deliveries,
};
use crate::emulator::cli::{
    client::Client,
    output::{cell, items, json as pretty, print, table},
    target::Target,
    values::{duration, written},
};

/// Runs a subcommand of `propelauth-dev webhooks`.
pub(in crate::emulator::cli) async fn webhooks(command: &WebhooksCommand) -> Result<(), String> {
    match command {
        WebhooksCommand::List(target) => {
            let endpoints = Client::new(target)?.get("webhooks").await?;
            show(target, &endpoints, list)
        }
        WebhooksCommand::Add(args) => add(args).await,
        WebhooksCommand::Remove { endpoint, target } => {
            let client = Client::new(target)?;
            let id = id_of(&client, endpoint).await?;
            let removed = client.delete(&format!("webhooks/{id}")).await?;
            show(target, &removed, |it| {
                format!("Nothing more is sent to {}.\n", cell(it, "url"))
            })
        }
        WebhooksCommand::Enable { endpoint, target } => {
            let client = Client::new(target)?;
            let id = id_of(&client, endpoint).await?;
            let path = format!("webhooks/{id}/enable");
            let enabled = client.post(&path, &json!({})).await?;
            show(target, &enabled, |it| {
                format!("Events are sent to {} again.\n", cell(it, "url"))
            })
        }
        WebhooksCommand::Deliveries(args) => deliveries(args).await,
        WebhooksCommand::Replay { message, target } => {
            let path = format!("webhooks/messages/{}/replay", encoded(message));
            let replayed = Client::new(target)?.post(&path, &json!({})).await?;
            show(target, &replayed, |it| {
                format!("{} is sent again.\n", cell(it, "id"))
            })
        }
        WebhooksCommand::Test {
            event_type,
            fields,
            target,
        } => {
            let body = json!({ "event_type": event_type, "fields": fields });
            let sent = Client::new(target)?
                .post("webhooks/messages", &body)
                .await?;
            show(target, &sent, |it| {
                format!("{event_type} is sent as {}.\n", cell(it, "id"))
            })
        }
        WebhooksCommand::Faults(args) => faults(args).await,
    }
}

async fn add(args: &AddArgs) -> Result<(), String> {
    let mut body = json!({
        "url": args.endpoint,
        "event_types": args.event_types,
        "standard_headers": args.standard_headers,
    });
    if let (Some(secret), Value::Object(body)) = (&args.secret, &mut body) {
        body.insert("secret".to_owned(), secret.as_str().into());
    }
    let added = Client::new(&args.target)?.post("webhooks", &body).await?;
    show(&args.target, &added, |it| {
        format!(
            "Events are sent to {}, signed with {}.\n",
            cell(it, "url"),
            cell(it, "secret")
        )
    })
}

async fn faults(args: &FaultsArgs) -> Result<(), String> {
    let body = json!({
        "duplicate": args.duplicate,
        "reorder": args.reorder,
        "delay_seconds": args.delay.unwrap_or(0),
        "lose_attempts": args.lose.unwrap_or(0),
        "hold": args.hold,
    });
    let client = Client::new(&args.target)?;
    let method = actix_web::http::Method::PUT;
    let faults = client.send(method, "webhooks/faults", Some(&body)).await?;
    show(&args.target, &faults, faults_text)
}

fn show(target: &Target, value: &Value, text: impl FnOnce(&Value) -> String) -> Result<(), String> {
    print(&match target.json {
        true => pretty(value),
        false => text(value),
    })
}

fn list(endpoints: &Value) -> String {
    let rows = items(endpoints).iter().map(|it| {
        [
            cell(it, "url"),
            state(it),
            match cell(it, "event_types") {
                none if none == "-" => "all".to_owned(),
                types => types,
            },
            cell(it, "secret"),
            cell(it, "id"),
        ]
    });
    let rows: Vec<_> = rows.collect();
    match rows.is_empty() {
        true => {
            "There are no webhooks: add one with `propelauth-dev webhooks add URL`.\n".to_owned()
        }
        false => table(["URL", "STATE", "EVENTS", "SECRET", "ID"], &rows),
    }
}

fn state(endpoint: &Value) -> String {
    let since = endpoint.get("failing_since").and_then(Value::as_i64);
    match (endpoint.get("is_disabled"), since) {
        (Some(Value::Bool(true)), _) => "disabled".to_owned(),
        (_, Some(since)) => format!("failing since {}", written(since)),
        (_, None) => "enabled".to_owned(),
    }
}

fn faults_text(faults: &Value) -> String {
    let number = |name| faults.get(name).and_then(Value::as_i64).unwrap_or_default();
    let is_on = |name| faults.get(name) == Some(&Value::Bool(true));
    let mut on = Vec::new();
    if is_on("hold") {
        on.push("are held back".to_owned());
    }
    if is_on("duplicate") {
        on.push("are sent twice".to_owned());
    }
    if is_on("reorder") {
        on.push("overtake each other".to_owned());
    }
    if number("delay_seconds") > 0 {
        on.push(format!("are late by {}", duration(number("delay_seconds"))));
    }
    if number("lose_attempts") > 0 {
        on.push(format!(
            "lose the first attempts: {}",
            number("lose_attempts")
        ));
    }
    match on.is_empty() {
        true => "Nothing goes wrong with messages.\n".to_owned(),
        false => format!("Messages {}.\n", on.join(", ")),
    }
}

/// Returns the id of the endpoint with an id or URL, for a path.
async fn id_of(client: &Client, endpoint: &str) -> Result<String, String> {
    let endpoints = client.get("webhooks").await?;
    let mut endpoints = items(&endpoints).iter();
    let found = endpoints.find(|it| cell(it, "url") == endpoint);
    let id = found.map_or_else(|| endpoint.to_owned(), |it| cell(it, "id"));
    Ok(encoded(&id))
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{faults_text, list};

    #[test]
    fn an_endpoint_is_listed_with_its_state() {
        let endpoint = |is_disabled: bool, since: Option<i64>| {
            list(
                &json!([{ "url": "http://x", "is_disabled": is_disabled, "failing_since": since,
                "event_types": [], "secret": "whsec_a", "id": "ep_1" }]),
            )
        };
        assert!(endpoint(true, Some(0)).contains("  disabled  all "));
        assert!(endpoint(false, Some(0)).contains("failing since 1970-01-01T00:00:00Z"));
        assert!(endpoint(false, None).contains("  enabled  all     whsec_a"));
        assert!(list(&json!([])).contains("webhooks add"));
    }

    #[test]
    fn faults_are_told_in_one_sentence() {
        let all = json!({ "hold": true, "duplicate": true, "reorder": true, "delay_seconds": 90,
            "lose_attempts": 2 });
        assert_eq!(
            faults_text(&all),
            "Messages are held back, are sent twice, overtake each other, are late by 1m30s, lose the \
             first attempts: 2.\n"
        );
        assert_eq!(
            faults_text(&json!({})),
            "Nothing goes wrong with messages.\n"
        );
    }
}
