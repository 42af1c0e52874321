//! `propelauth-dev requests`: what a running emulator was asked.

use std::time::Duration;

use clap::Args;
use serde_json::Value;

use super::{
    client::Client,
    output::{cell, items, json, print},
    target::Target,
    values::written,
};

/// The time between two looks with `--follow`.
const INTERVAL: Duration = Duration::from_millis(250);

/// The arguments of `propelauth-dev requests`.
#[derive(Debug, Args)]
pub(super) struct RequestsArgs {
    /// Keeps printing requests as they are received, until Ctrl-C. With --json, one line for each.
    #[arg(long)]
    follow: bool,
    /// Also prints the bodies, in which secrets are replaced.
    #[arg(long)]
    bodies: bool,
    /// Forgets the requests that were received so far.
    #[arg(long, conflicts_with_all = ["follow", "bodies"])]
    clear: bool,
    #[command(flatten)]
    target: Target,
}

/// Prints or forgets the requests that the running emulator received.
pub(super) async fn requests(args: &RequestsArgs) -> Result<(), String> {
    let (target, client) = (&args.target, Client::new(&args.target)?);
    if args.clear {
        let forgotten = client.delete("requests").await?;
        return print(&match target.json {
            true => json(&forgotten),
            false => "The requests are forgotten.\n".to_owned(),
        });
    }
    let mut requests = client.get("requests").await?;
    if !args.follow {
        return print(&match (target.json, items(&requests)) {
            (true, _) => json(&requests),
            (false, []) => "No requests were received.\n".to_owned(),
            (false, all) => all.iter().map(|it| args.text(it)).collect(),
        });
    }
    let mut last = 0;
    loop {
        let number = |request: &Value| request.get("number").and_then(Value::as_u64);
        let newest = items(&requests).iter().filter_map(number).max();
        for request in items(&requests) {
            if number(request).is_some_and(|number| number > last) {
                print(&match target.json {
                    true => format!("{request}\n"),
                    false => args.text(request),
                })?;
            }
        }
        last = newest.unwrap_or(last);
        tokio::time::sleep(INTERVAL).await;
        requests = client.get("requests").await?;
    }
}

impl RequestsArgs {
    fn text(&self, request: &Value) -> String {
        let at = request
            .get("at")
            .and_then(Value::as_i64)
            .unwrap_or_default();
        let took = request.get("duration_ms").and_then(Value::as_f64);
        let status = match cell(request, "status") {
            none if none == "-" => "dropped".to_owned(),
            status => status,
        };
        let mut line = format!(
            "{}  {status}  {:.1} ms  {} {}",
            written(at),
            took.unwrap_or_default(),
            cell(request, "method"),
            cell(request, "path"),
        );
        for (name, before) in [("operation", "  "), ("fault", "  fault ")] {
            if let Some(Value::String(text)) = request.get(name) {
                line += before;
                line += text;
            }
        }
        line.push('\n');
        if let (true, Some(body)) = (self.bodies, request.get("request_body")) {
            line += &format!("    {body}\n");
        }
        line
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use serde_json::json;

    use super::RequestsArgs;

    #[derive(Parser)]
    struct Requests {
        #[command(flatten)]
        requests: RequestsArgs,
    }

    #[test]
    fn a_request_is_a_line() {
        let text = |arguments: &[&str]| {
            let parsed = Requests::try_parse_from([&["requests"], arguments].concat()).unwrap();
            let ok = json!({ "number": 1, "at": 1_700_000_000, "method": "POST", "status": 200,
                "path": "/api/backend/v1/user/", "operation": "create_user", "duration_ms": 1.25,
                "request_body": { "email": "a@b.c" } });
            let cut = json!({ "number": 2, "at": 1_700_000_000, "method": "GET", "status": null,
                "path": "/x", "fault": "*", "duration_ms": 0.0 });
            parsed.requests.text(&ok) + &parsed.requests.text(&cut)
        };
        let (ok, body, cut) = (
            "2023-11-14T22:13:20Z  200  1.2 ms  POST /api/backend/v1/user/  create_user\n",
            "    {\"email\":\"a@b.c\"}\n",
            "2023-11-14T22:13:20Z  dropped  0.0 ms  GET /x  fault *\n",
        );
        assert_eq!(text(&[]), format!("{ok}{cut}"));
        assert_eq!(text(&["--bodies"]), format!("{ok}{body}{cut}"));
    }
}
