//! One app with one request, and whether the app does what the model says.

use std::{collections::BTreeMap, panic::AssertUnwindSafe};

use futures_util::FutureExt as _;
use serde::{Deserialize, Serialize};

use crate::{
    app::App,
    build::{self, Answer, Started},
    handlers::take_log,
    invariants, model,
    model::Expected,
    request::Request,
    shrink::{smaller_apps, smaller_requests},
};

#[derive(Serialize, Deserialize)]
pub(crate) struct Case {
    /// What the case is about, for whoever reads it.
    pub rule: String,
    pub request: Request,
    pub app: App,
}

/// Smaller apps that are tried, at most.
const MOST_TRIES: usize = 3000;

/// Sends the request and returns how the app differs from the model, if it does.
pub(crate) async fn difference(started: &Started, app: &App, request: &Request) -> Option<String> {
    let expected = model::expected(app, request);
    take_log();
    let answer = AssertUnwindSafe(started(request.to_test_request()))
        .catch_unwind()
        .await;
    let Ok(answer) = answer else {
        return Some("the app panicked".to_owned());
    };
    let mut log = take_log();
    for (seen, beside) in &log {
        if let Some(broken) = invariants::broken(app, request, seen, beside) {
            return Some(format!("{broken}; given was {seen:?} beside {beside:?}"));
        }
    }
    let seen = log.pop().map(|(seen, _)| seen);
    if !log.is_empty() {
        return Some("more than one handler has run".to_owned());
    }
    let (is_same, statuses) = match &expected {
        Expected::Handled {
            seen: wanted,
            statuses,
        } => (seen.as_ref() == Some(wanted), statuses),
        Expected::Answered { statuses } => (seen.is_none(), statuses),
    };
    if !is_same || !statuses.contains(&answer.status) {
        let status = answer.status;
        return Some(format!("model {expected:?}\napp {status} {seen:?}"));
    }
    if seen.is_none() {
        badly_worded(&answer)
    } else {
        None
    }
}

/// Returns what is wrong with a refusal's form.
fn badly_worded(answer: &Answer) -> Option<String> {
    if answer.status == 401 && !answer.challenged {
        return Some("a 401 without WWW-Authenticate".to_owned());
    }
    if ![401, 403, 500].contains(&answer.status) {
        return None;
    }
    let body: Result<BTreeMap<String, serde_json::Value>, _> = serde_json::from_slice(&answer.body);
    let body = body.unwrap_or_default();
    match body.keys().eq(["status", "title"]) && body["status"] == answer.status {
        true => None,
        false => Some(format!("the body of a refusal says {body:?}")),
    }
}

async fn fails(app: &App, request: &Request) -> Option<String> {
    let started = build::start(app).await;
    difference(&started, app, request).await
}

/// Makes a failing case smaller for as long as it fails, and returns it as a line for the file.
pub(crate) async fn shrunk(app: &App, request: &Request) -> String {
    let (mut app, mut request) = (app.clone(), request.clone());
    let mut why = fails(&app, &request).await;
    let mut tries = 0;
    'smaller: while why.is_some() && tries < MOST_TRIES {
        for smaller in smaller_apps(&app) {
            tries += 1;
            if let Some(reason) = fails(&smaller, &request).await {
                (app, why) = (smaller, Some(reason));
                continue 'smaller;
            }
        }
        for smaller in smaller_requests(&request) {
            tries += 1;
            if let Some(reason) = fails(&app, &smaller).await {
                (request, why) = (smaller, Some(reason));
                continue 'smaller;
            }
        }
        break;
    }
    let why =
        why.unwrap_or_else(|| "it does not fail by itself: state between requests".to_owned());
    let case = Case {
        rule: String::new(),
        request,
        app,
    };
    format!("{why}\n{}", serde_json::to_string(&case).unwrap())
}
