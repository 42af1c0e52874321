//! The frame of all screens: the links between them, and what became of the last form.

use maud::{Markup, html};
use serde_json::Value;

use super::{
    look::{Look, Outcome},
    navigation::LINKS,
};
use crate::emulator::{
    pages::{
        layout::Layout,
        parts::{Tone, note},
    },
    web::Reply,
};

/// Returns a screen.
pub(super) fn screen(look: &Look<'_>, title: &str, content: &Markup) -> Reply {
    let settings = look.shared.lock_store().project.settings.clone();
    let current = look.visit.request.path.as_str();
    let items = html! {
        @for (path, label) in LINKS {
            @let is_current = current == *path
                || *path != "/dashboard" && current.starts_with(&format!("{path}/"));
            li { a href=(path) aria-current=[is_current.then_some("page")] { (label) } }
        }
    };
    let status = match look.outcome {
        Outcome::Failed { .. } => 422,
        _ => 200,
    };
    let page = html! {
        h1 { (title) }
        (outcome(look))
        (content)
    };
    Layout::new(title)
        .wide()
        .htmx()
        .brand("propelauth-dev", "/dashboard")
        .navigation(items)
        .header(html! { a href="/login" { "Login page" } })
        .status(status)
        .reply(&settings, &page)
}

/// Returns what became of the last form.
fn outcome(look: &Look<'_>) -> Markup {
    match &look.outcome {
        Outcome::None => html! {},
        // Also here, because the form is not there any more if what it is about is gone.
        Outcome::Failed { message, .. } => html! {
            div.note.bad #problems role="alert" tabindex="-1" autofocus {
                p { "Nothing was changed: " (message) }
            }
        },
        Outcome::Done(action) => note(Tone::Good, &html! { p { (action.done) } }),
        Outcome::Result(action, value) => note(
            Tone::Good,
            &html! {
                p { (action.done) }
                (result(value))
            },
        ),
    }
}

/// Returns what is shown once: each text of the response, to be copied.
fn result(value: &Value) -> Markup {
    let members = value.as_object().into_iter().flatten();
    let texts = members.filter_map(|(name, value)| Some((name, value.as_str()?)));
    html! {
        @for (name, text) in texts {
            p.aside { (name.replace('_', " ")) }
            code.secret { (text) }
        }
    }
}

/// Returns a message that something is not there.
pub(super) fn missing(look: &Look<'_>, what: &str) -> Reply {
    let settings = look.shared.lock_store().project.settings.clone();
    let content = html! {
        div.card {
            h1 { "Not found" }
            p.lead { (what) }
            p { a.button href="/dashboard" { "Back to the dashboard" } }
        }
    };
    Layout::new("Not found")
        .brand("propelauth-dev", "/dashboard")
        .status(404)
        .reply(&settings, &content)
}
