//! Forgotten passwords, and choosing another one: by a link, or because a login demands it.

use maud::html;

use super::{
    frame,
    next_step::{logged_in, to_next_step, user_at},
};
use crate::emulator::{
    pages::{
        parts::{Field, Problems, form},
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service,
    state::{LoginStep, Store},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at(
        "/forgot_password",
        "Forgot your password?",
        Reach::Anyone,
        |store, visit| forgotten(store, visit, 200, &Problems::default()),
    ),
    Page::form(
        "/forgot_password",
        "sends a link to choose another password",
        send,
    ),
    Page::at("/update_password", "Choose a password", Reach::Link, show),
    Page::form("/update_password", "sets the password", update),
];

fn forgotten(store: &Store, visit: &Visit<'_>, status: u16, problems: &Problems) -> Reply {
    let settings = &store.project.settings;
    let fields = html! {
        (Field::email("email", "Email").value(&visit.field("email")).show(problems))
        button.whole { "Send a link" }
    };
    let content = html! {
        (problems.summary())
        p.lead { "We send you a link with which you can choose another password." }
        (form(visit, &visit.keep_return_to("/forgot_password", settings), &fields))
        hr;
        p.center { a href=(visit.keep_return_to("/login", settings)) { "Back to the login" } }
    };
    frame::card_with_status(store, status, "Forgot your password?", &content)
}

/// The reply is the same whether there is such a user or not.
fn send(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let email = visit.field("email");
    match self_service::forgot_password(store, &email) {
        Ok(()) => {
            let settings = &store.project.settings;
            let content = html! {
                p { "If " strong { (email) } " has an account, we sent a link to it." }
                (frame::outbox(store))
                a.button.second href=(visit.keep_return_to("/login", settings)) { "Back to the login" }
            };
            frame::card(store, "Look at your emails", &content)
        }
        Err(refusal) => forgotten(store, visit, refusal.code.status(), &refusal.into()),
    }
}

fn show(store: &mut Store, visit: &Visit<'_>) -> Reply {
    match visit.request.query("t") {
        Some(token) => match self_service::check_reset_link(store, &token) {
            Ok(_) => page(store, visit, 200, &Problems::default()),
            Err(refusal) => {
                let back = visit.keep_return_to("/forgot_password", &store.project.settings);
                let status = refusal.code.status();
                let content = html! {
                    (Problems::from(refusal).summary())
                    a.button href=(back) { "Ask for another link" }
                };
                frame::card_with_status(store, status, "This link cannot be used", &content)
            }
        },
        None => match user_at(store, visit, LoginStep::UpdatePasswordRequired) {
            Ok(_) => page(store, visit, 200, &Problems::default()),
            Err(elsewhere) => elsewhere,
        },
    }
}

fn page(store: &Store, visit: &Visit<'_>, status: u16, problems: &Problems) -> Reply {
    let action = format!("/update_password?{}", visit.request.query);
    let is_due = store.login_step(visit.session()) == LoginStep::UpdatePasswordRequired;
    let is_linked = visit.request.query("t").is_some();
    let fields = html! {
        @if !is_linked && !is_due {
            (Field::password("current_password", "Current password").show(problems))
        }
        (Field::new_password("password", "New password").show(problems))
        button.whole { "Save the password" }
    };
    let content = html! {
        (problems.summary())
        @if is_due && !is_linked { p.lead { "Please choose another password before you go on." } }
        (form(visit, &action, &fields))
    };
    frame::card_with_status(store, status, "Choose a password", &content)
}

fn update(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let password = visit.secret_field("password").expose().into();
    if let Some(token) = visit.request.query("t") {
        return match self_service::reset_password(store, &token, &password) {
            Ok(entered) => logged_in(store, visit, entered.refresh_token.expose()),
            Err(refusal) => page(store, visit, refusal.code.status(), &refusal.into()),
        };
    }
    if let Err(elsewhere) = user_at(store, visit, LoginStep::UpdatePasswordRequired) {
        return elsewhere;
    }
    let current = visit.secret_field("current_password");
    let session = visit.session();
    match self_service::update_password(store, session, Some(current.expose()), &password) {
        Ok(()) => to_next_step(store, visit, session),
        Err(refusal) => {
            let status = refusal.code.status();
            let mut problems = Problems::from(refusal);
            problems.whole_is_of("current_password");
            page(store, visit, status, &problems)
        }
    }
}
