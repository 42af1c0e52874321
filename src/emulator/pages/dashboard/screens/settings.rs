//! The settings of the project.

use maud::{Markup, html};
use serde_json::{Map, Value};

use crate::emulator::{
    pages::dashboard::{
        action::Kind,
        actions,
        frame::screen,
        look::Look,
        parts::{card, more, same},
        text::pretty,
    },
    web::Reply,
};

/// The forms, each for some of the settings.
const FORMS: [(&str, &str); 6] = [
    ("Logging in", "set_login"),
    ("Signing up", "set_signup"),
    ("What users may do for themselves", "set_users"),
    ("Organizations", "set_orgs"),
    ("Frontends", "set_frontends"),
    ("Backends", "set_backend"),
];

pub(in crate::emulator::pages::dashboard) fn show(look: &Look<'_>) -> Reply {
    let content = content(look);
    screen(look, "Settings", &content)
}

fn content(look: &Look<'_>) -> Markup {
    let settings = present(look);
    let all = look
        .form("set_all_settings")
        .value("settings", pretty(&settings));
    html! {
        p.lead { "They have the names of PropelAuth's Terraform provider where it has them, and so have seeds." }
        @for (heading, name) in FORMS { (card(heading, &form(look, name, &settings))) }
        (card("All settings", &more("As JSON", look.failed("set_all_settings"), &all.show())))
    }
}

/// Returns the settings as the request for them does.
fn present(look: &Look<'_>) -> Map<String, Value> {
    let get = actix_web::http::Method::GET;
    let response = (look.shared.control)(look.shared, &get, "/propelauth-dev/settings", b"");
    serde_json::from_slice(&response.body).unwrap_or_default()
}

fn form(look: &Look<'_>, name: &'static str, settings: &Map<String, Value>) -> Markup {
    let inputs = actions::find(name).map_or(&[][..], |action| action.inputs);
    let filled = inputs.iter().fold(look.form(name), |form, input| {
        let value = settings.get(input.name).unwrap_or(&Value::Null);
        form.value(input.name, typed(input.kind, value))
    });
    filled
        .choices(
            "user_autologout_type",
            same(["AfterInactivity", "AfterLogin"]),
        )
        .choices("session_cookie_same_site", same(["Lax", "None"]))
        .show()
}

/// Returns a value as it is typed.
fn typed(kind: Kind, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if kind == Kind::Lines => {
            let items: Vec<&str> = items.iter().filter_map(Value::as_str).collect();
            items.join("\n")
        }
        Value::Array(_) | Value::Object(_) => pretty(value),
        value => value.to_string(),
    }
}
