//! What was sent to endpoints: a line for each attempt.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use super::args::DeliveriesArgs;
use crate::emulator::cli::{
    client::Client,
    output::{cell, items, json as pretty, print},
    values::written,
};

/// The time between two looks with `--follow`.
const INTERVAL: Duration = Duration::from_millis(250);

/// Prints the attempts to deliver messages.
pub(super) async fn deliveries(args: &DeliveriesArgs) -> Result<(), String> {
    let client = Client::new(&args.target)?;
    let mut deliveries = client.get("webhooks/deliveries").await?;
    if !args.follow {
        return print(&match (args.target.json, items(&deliveries)) {
            (true, _) => pretty(&deliveries),
            (false, []) => "Nothing was sent to webhooks.\n".to_owned(),
            (false, all) => all.iter().map(|it| args.text(it)).collect(),
        });
    }
    // The number of attempts of each delivery that were printed.
    let mut printed: BTreeMap<u64, usize> = BTreeMap::new();
    loop {
        for delivery in items(&deliveries) {
            let number = delivery
                .get("number")
                .and_then(Value::as_u64)
                .unwrap_or_default();
            let attempts = attempts(delivery);
            let seen = printed.insert(number, attempts.len()).unwrap_or_default();
            for attempt in attempts.iter().skip(seen) {
                print(&match args.target.json {
                    true => format!("{}\n", line_of_json(delivery, attempt)),
                    false => args.line(delivery, attempt),
                })?;
            }
        }
        tokio::time::sleep(INTERVAL).await;
        deliveries = client.get("webhooks/deliveries").await?;
    }
}

impl DeliveriesArgs {
    /// Returns the lines of a delivery: of its attempts, and of the next one.
    fn text(&self, delivery: &Value) -> String {
        let attempts = attempts(delivery).iter();
        let mut text: String = attempts.map(|it| self.line(delivery, it)).collect();
        let what = what(delivery);
        if let Some(at) = delivery.get("next_attempt_at").and_then(Value::as_i64) {
            text += &format!("{}  to be sent  {what}\n", written(at));
        } else if text.is_empty() {
            text += &format!("-  {}  {what}\n", cell(delivery, "status"));
        }
        text
    }

    fn line(&self, delivery: &Value, attempt: &Value) -> String {
        let number = |name| attempt.get(name).and_then(Value::as_i64);
        let took = attempt.get("duration_ms").and_then(Value::as_f64);
        let result = match cell(attempt, "status") {
            none if none == "-" => "no response".to_owned(),
            status => status,
        };
        let mut line = format!(
            "{}  {result}  {:.1} ms  {}",
            written(number("sent_at").unwrap_or_default()),
            took.unwrap_or_default(),
            what(delivery),
        );
        if let Some(Value::String(error)) = attempt.get("error") {
            line += &format!("  ({error})");
        }
        line.push('\n');
        if let (true, Some(payload)) = (self.bodies, delivery.get("payload")) {
            line += &format!("    {payload}\n");
        }
        line
    }
}

/// Returns the event, the message and the endpoint of a delivery.
fn what(delivery: &Value) -> String {
    format!(
        "{}  {}  {}",
        cell(delivery, "event_type"),
        cell(delivery, "id"),
        cell(delivery, "url")
    )
}

fn attempts(delivery: &Value) -> &[Value] {
    delivery.get("attempts").map_or(&[], items)
}

fn line_of_json(delivery: &Value, attempt: &Value) -> Value {
    let mut line = attempt.clone();
    for name in ["id", "event_type", "url", "payload"] {
        if let (Value::Object(line), Some(value)) = (&mut line, delivery.get(name)) {
            line.insert(name.to_owned(), value.clone());
        }
    }
    json!(line)
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;

    use super::DeliveriesArgs;

    #[derive(Parser)]
    struct Deliveries {
        #[command(flatten)]
        args: DeliveriesArgs,
    }

    #[test]
    fn an_attempt_is_a_line_and_so_is_the_next_one() {
        let delivery = json!({ "id": "msg_1", "event_type": "user.created", "url": "http://x",
            "status": "pending", "next_attempt_at": 1_700_000_305, "payload": { "a": 1 },
            "attempts": [
                { "sent_at": 1_700_000_000, "status": 500, "error": null, "duration_ms": 1.25 },
                { "sent_at": 1_700_000_005, "status": null, "error": "refused", "duration_ms": 0.1 },
            ] });
        let text = |arguments: &[&str]| {
            let parsed = Deliveries::try_parse_from([&["deliveries"], arguments].concat());
            parsed.unwrap().args.text(&delivery)
        };
        let what = "user.created  msg_1  http://x";
        let (one, two, next) = (
            format!("2023-11-14T22:13:20Z  500  1.2 ms  {what}\n"),
            format!("2023-11-14T22:13:25Z  no response  0.1 ms  {what}  (refused)\n"),
            format!("2023-11-14T22:18:25Z  to be sent  {what}\n"),
        );
        assert_eq!(text(&[]), format!("{one}{two}{next}"));
        let body = "    {\"a\":1}\n";
        assert_eq!(text(&["--bodies"]), format!("{one}{body}{two}{body}{next}"));
    }
}
