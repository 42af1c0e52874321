//! `propelauth-dev fail`: faults of a running emulator.

use clap::Args;
use serde_json::{Value, json};

use super::{
    client::Client,
    output::{cell, items, json, note, print, table},
    target::Target,
    values::{positive_milliseconds, positive_seconds},
};

/// The arguments of `propelauth-dev fail`.
#[derive(Debug, Args)]
pub(super) struct FailArgs {
    /// Which requests fail: `*`, the name of an operation such as create_user, or a method and a path
    /// such as "GET /api/backend/v1/user/{user_id}".
    #[arg(required_unless_present_any = ["list", "clear"])]
    route: Option<String>,
    /// The status of the response [default: 500, unless another effect is given].
    #[arg(long, value_name = "STATUS", value_parser = clap::value_parser!(u16).range(200..600))]
    status: Option<u16>,
    /// The body of the response [default: the one that PropelAuth sends with the status].
    #[arg(long, value_name = "TEXT", requires = "status")]
    body: Option<String>,
    /// The number of requests that fail [default: all, until --clear].
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    times: Option<u32>,
    /// Waits before the response, such as 250ms or 2s.
    #[arg(long, value_name = "DURATION", value_parser = positive_milliseconds)]
    delay: Option<u64>,
    /// Closes the connection without a response.
    #[arg(long, conflicts_with_all = ["status", "rate_limit"])]
    drop: bool,
    /// Responds with 429 and this time in Retry-After, such as 30s.
    #[arg(long, value_name = "DURATION", value_parser = positive_seconds, conflicts_with = "status")]
    rate_limit: Option<u32>,
    /// Lists the faults that are on.
    #[arg(long, conflicts_with = "route")]
    list: bool,
    /// Turns all faults off.
    #[arg(long, conflicts_with_all = ["route", "list"])]
    clear: bool,
    #[command(flatten)]
    target: Target,
}

/// Turns a fault on, or lists or clears all.
pub(super) async fn fail(args: &FailArgs) -> Result<(), String> {
    let (target, client) = (&args.target, Client::new(&args.target)?);
    let Some(route) = &args.route else {
        let faults = match args.clear {
            true => client.delete("faults").await?,
            false => client.get("faults").await?,
        };
        return print(&match (target.json, args.clear) {
            (true, _) => json(&faults),
            (false, true) => "All faults are off.\n".to_owned(),
            (false, false) => list(&faults),
        });
    };
    let fault = client.post("faults", &args.fault(route)).await?;
    if target.json {
        return print(&json(&fault));
    }
    print(&list(&Value::Array(vec![fault])))?;
    if args.times.is_none() {
        note("turn it off with `propelauth-dev fail --clear`");
    }
    Ok(())
}

impl FailArgs {
    fn fault(&self, route: &str) -> Value {
        let has_effect = self.delay.is_some() || self.drop || self.rate_limit.is_some();
        let status = self.status.or((!has_effect).then_some(500));
        let mut fault = serde_json::Map::new();
        fault.insert("route".to_owned(), route.into());
        let mut set = |name: &str, value: Option<Value>| {
            fault.extend(value.map(|value| (name.to_owned(), value)));
        };
        set("status", status.map(Value::from));
        set("body", self.body.as_deref().map(Value::from));
        set("times", self.times.map(Value::from));
        set("delay_ms", self.delay.map(Value::from));
        set("drop", self.drop.then_some(json!(true)));
        set("rate_limit", self.rate_limit.map(Value::from));
        Value::Object(fault)
    }
}

fn list(faults: &Value) -> String {
    let rows: Vec<_> = items(faults)
        .iter()
        .map(|fault| [cell(fault, "route"), effect(fault), times(fault)])
        .collect();
    match rows.is_empty() {
        true => "No fault is on.\n".to_owned(),
        false => table(["ROUTE", "EFFECT", "TIMES LEFT"], &rows),
    }
}

fn effect(fault: &Value) -> String {
    let number = |name| fault.get(name).and_then(Value::as_u64);
    let mut effects = Vec::new();
    effects.extend(number("delay_ms").map(|delay| format!("waits {delay} ms")));
    effects.extend(number("status").map(|status| format!("responds {status}")));
    let retry_after = number("retry_after_seconds");
    effects.extend(retry_after.map(|after| format!("responds 429, Retry-After: {after}")));
    if fault.get("drop").and_then(Value::as_bool) == Some(true) {
        effects.push("closes the connection".to_owned());
    }
    effects.join(", ")
}

fn times(fault: &Value) -> String {
    match fault.get("times_left") {
        None | Some(Value::Null) => "until --clear".to_owned(),
        Some(times) => times.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::{Value, json};

    use super::{FailArgs, list};

    #[derive(Parser)]
    struct Fail {
        #[command(flatten)]
        fail: FailArgs,
    }

    fn fault(arguments: &[&str]) -> Value {
        let parsed = Fail::try_parse_from([&["fail", "*"], arguments].concat()).unwrap();
        parsed.fail.fault("*")
    }

    #[test]
    fn a_fault_without_an_effect_is_an_outage() {
        assert_eq!(fault(&[]), json!({ "route": "*", "status": 500 }));
        let once = json!({ "route": "*", "status": 500, "times": 1 });
        assert_eq!(fault(&["--times", "1"]), once);
    }

    #[test]
    fn an_effect_is_the_one_that_was_given() {
        let slow = json!({ "route": "*", "delay_ms": 2000 });
        assert_eq!(fault(&["--delay", "2s"]), slow);
        let limited = json!({ "route": "*", "rate_limit": 30 });
        assert_eq!(fault(&["--rate-limit", "30s"]), limited);
        let cut = json!({ "route": "*", "drop": true });
        assert_eq!(fault(&["--drop"]), cut);
        let bodied = json!({ "route": "*", "status": 400, "body": "{}" });
        assert_eq!(fault(&["--status", "400", "--body", "{}"]), bodied);
    }

    #[test]
    fn effects_that_contradict_each_other_are_rejected() {
        for arguments in [
            &["fail"][..],
            &["fail", "*", "--list"],
            &["fail", "--list", "--clear"],
            &["fail", "*", "--drop", "--status", "500"],
            &["fail", "*", "--status", "700"],
            &["fail", "*", "--times", "0"],
            &["fail", "*", "--body", "x"],
            &["fail", "*", "--rate-limit", "30s", "--status", "429"],
        ] {
            assert!(Fail::try_parse_from(arguments).is_err(), "{arguments:?}");
        }
    }

    #[test]
    fn faults_are_listed_with_what_they_do() {
        let faults = json!([
            { "id": 1, "route": "*", "status": 503 },
            { "id": 2, "route": "create_user", "delay_ms": 5, "drop": true, "times_left": 2 },
            { "id": 3, "route": "/x", "retry_after_seconds": 7 },
        ]);
        assert_eq!(
            list(&faults),
            "ROUTE        EFFECT                             TIMES LEFT\n\
             *            responds 503                       until --clear\n\
             create_user  waits 5 ms, closes the connection  2\n\
             /x           responds 429, Retry-After: 7       until --clear\n"
        );
    }
}
