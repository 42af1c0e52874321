//! Doing what a form asks for, and showing the screen again.

use actix_web::http::Method;
use serde_json::Value;

use super::{
    action::{Action, request},
    actions,
    form::{CONFIRM_FIELD, SCREEN_FIELD},
    look::{Look, Outcome},
    shown,
};
use crate::emulator::{
    http::Shared,
    pages::visit::Visit,
    web::{Reply, WebRequest},
};

/// Does what a form asks for. The screen that it is on is shown again, by a redirect unless there is something
/// to say that is said only once.
pub(super) fn run(shared: &Shared, visit: &Visit<'_>) -> Reply {
    let Some(action) = actions::find(visit.request.segment("action")) else {
        return shown::not_found(shared, visit);
    };
    let screen = Screen::of(visit);
    match send(shared, visit, action) {
        Ok(result) if action.shows_result => {
            screen.show(shared, visit, Outcome::Result(action, result))
        }
        Ok(_) => Reply::redirect(screen.after(action)),
        Err(message) => screen.show(
            shared,
            visit,
            Outcome::Failed {
                action,
                message,
                typed: visit.request.form_pairs(),
            },
        ),
    }
}

fn send(shared: &Shared, visit: &Visit<'_>, action: &Action) -> Result<Value, String> {
    if action.is_end && !visit.is_checked(CONFIRM_FIELD) {
        let why = "check the box that says that it cannot be undone";
        return Err(why.to_owned());
    }
    let (path, body) = request(action, |name| visit.request.form(name))?;
    let method = Method::from_bytes(action.method.as_bytes());
    let method = method.map_err(|error| error.to_string())?;
    let response = (shared.control)(shared, &method, &path, &body);
    let body: Value = serde_json::from_slice(&response.body).unwrap_or_default();
    if response.status == 200 {
        return Ok(body);
    }
    let message = body.get("message").and_then(Value::as_str);
    Err(message.unwrap_or("the emulator gave no reason").to_owned())
}

/// A screen: its path and its query.
struct Screen {
    path: String,
    query: String,
}

impl Screen {
    /// Returns the screen that a form is on. What is no screen becomes the first one, so that no form leads
    /// out of the dashboard.
    fn of(visit: &Visit<'_>) -> Self {
        let given = visit.field(SCREEN_FIELD);
        let (path, query) = given.split_once('?').unwrap_or((&given, ""));
        if shown::is_screen(path) {
            Self {
                path: path.to_owned(),
                query: query.to_owned(),
            }
        } else {
            Self {
                path: "/dashboard".to_owned(),
                query: String::new(),
            }
        }
    }

    /// Returns the URL of the screen after an action, which says that it is done.
    fn after(&self, action: &Action) -> String {
        let pairs = url::form_urlencoded::parse(self.query.as_bytes());
        let pairs = pairs.filter(|(name, _)| name != "done");
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs);
        query.append_pair("done", action.name);
        // What is gone has no screen any more.
        let path = if action.is_end {
            self.path
                .rsplit_once('/')
                .map_or("/dashboard", |(above, _)| above)
        } else {
            &self.path
        };
        format!("{path}?{}", query.finish())
    }

    fn show(&self, shared: &Shared, visit: &Visit<'_>, outcome: Outcome) -> Reply {
        let request = WebRequest {
            method: Method::GET,
            path: self.path.clone(),
            query: self.query.clone(),
            headers: visit.request.headers.clone(),
            body: Vec::new(),
            segments: shown::segments(&self.path),
        };
        let visit = Visit::new(&request);
        shown::show_with(&Look::new(shared, &visit, outcome))
    }
}
