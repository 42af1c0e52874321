//! The emulator beside what is known of PropelAuth's own backend API: requests as any library
//! sends them, and the bodies of replies.
//!
//! `tests/captures/replies.jsonl` has one line for each operation whose response is known: its path,
//! the fields of its requests, and an example of its response, as PropelAuth's documents and
//! libraries have them.

mod defaults;
mod ids;
mod lists;
mod refusals;
mod replies;
mod requests;

use std::collections::BTreeSet;

use actix_web_propelauth::emulator::Emulator;
use serde_json::Value;

const API: &str = "/api/backend/v1";

/// One line of the file.
struct Operation {
    name: String,
    method: String,
    path: String,
    status: u16,
    content_type: Option<String>,
    reply: Value,
    fields: Vec<String>,
}

fn operations() -> Vec<Operation> {
    let lines = include_str!("../../../captures/replies.jsonl").lines();
    let operations = lines.map(|line| {
        let mut line: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| line[name].as_str().map(str::to_owned);
        let fields = line["fields"].as_array().unwrap().iter();
        Operation {
            name: text("op").unwrap(),
            method: text("method").unwrap(),
            path: text("path").unwrap(),
            status: line["status"].as_u64().unwrap().try_into().unwrap(),
            content_type: text("type"),
            fields: fields.map(|it| it.as_str().unwrap().to_owned()).collect(),
            reply: line["reply"].take(),
        }
    });
    let operations: Vec<_> = operations.collect();
    let names: BTreeSet<&str> = operations.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names.len(), operations.len(), "one is recorded twice");
    let supported = crate::api::operation_coverage::operations();
    let supported: BTreeSet<&str> = supported.into_iter().map(|(name, _)| name).collect();
    let unknown: Vec<_> = names.difference(&supported).collect();
    assert!(unknown.is_empty(), "no operation is named so: {unknown:?}");
    operations
}

/// An answer as it was on the wire.
#[derive(Debug)]
struct Answer {
    status: u16,
    content_type: Option<String>,
    text: String,
}

impl Answer {
    #[track_caller]
    fn json(&self) -> Value {
        let json = serde_json::from_str(&self.text);
        json.unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Returns the reasons that a 400 gives for one field, the step-up operations' form included.
    #[track_caller]
    fn reasons(&self, field: &str) -> String {
        assert_eq!(self.status, 400, "{self:?}");
        let json = self.json();
        let reasons = [&json[field], &json["user_facing_errors"][field]];
        let reasons = reasons.into_iter().find(|it| !it.is_null());
        match reasons.unwrap_or_else(|| panic!("{field} is not named: {self:?}")) {
            Value::String(reason) => reason.clone(),
            reasons => reasons.as_array().unwrap()[0].as_str().unwrap().to_owned(),
        }
    }
}

/// Sends a request the way that any other library would; the path is below the API's, with its
/// query, unless it is that of the API's root.
async fn send(emulator: &Emulator, method: &str, path: &str, body: &str) -> Answer {
    let base = if path.starts_with("/api/") { "" } else { API };
    let url = format!("{}{base}{path}", emulator.auth_url());
    thread_local! {
        // Making one is slow, as it reads certificates.
        static CLIENT: awc::Client = awc::Client::default();
    }
    let request = CLIENT
        .with(awc::Client::clone)
        .request(method.parse().unwrap(), url)
        .bearer_auth(emulator.api_key());
    let sent = if body.is_empty() {
        request.send()
    } else {
        request
            .insert_header(("content-type", "application/json"))
            .send_body(body.to_owned())
    };
    let mut response = sent.await.unwrap();
    let content_type = response.headers().get("content-type");
    let content_type = content_type.map(|it| it.to_str().unwrap().to_owned());
    let body = response.body().await.unwrap();
    Answer {
        status: response.status().as_u16(),
        content_type,
        text: String::from_utf8(body.to_vec()).unwrap(),
    }
}
