//! Confirming an email address: by the link in an email, which can be sent again.

use maud::html;

use super::{
    frame,
    next_step::{to_next_step, user_at},
};
use crate::emulator::{
    pages::{
        parts::{Problems, Tone, button_form, note},
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service,
    state::{LoginStep, Store},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at(
        "/confirm_email",
        "Confirm your email address",
        Reach::Link,
        show,
    ),
    Page::form("/confirm_email", "sends the email again", resend),
];

fn show(store: &mut Store, visit: &Visit<'_>) -> Reply {
    match visit.request.query("t") {
        Some(token) => confirm(store, visit, &token),
        None => waiting(store, visit, 200, false, &Problems::default()),
    }
}

/// The link may be opened in another browser than the one in which the user is logged in.
fn confirm(store: &mut Store, visit: &Visit<'_>, token: &str) -> Reply {
    let settings = &store.project.settings;
    let next = visit.keep_return_to("/login", settings);
    match self_service::confirm_email(store, token) {
        Ok(_) => {
            let content = html! {
                (note(Tone::Good, &html! { p { "Thank you. Your email address is confirmed." } }))
                a.button.whole href=(next) { "Continue" }
            };
            frame::card(store, "Email address confirmed", &content)
        }
        Err(refusal) => {
            let status = refusal.code.status();
            let content = html! {
                (Problems::from(refusal).summary())
                a.button.whole href=(next) { "Continue" }
            };
            frame::card_with_status(store, status, "This link cannot be used", &content)
        }
    }
}

fn resend(store: &mut Store, visit: &Visit<'_>) -> Reply {
    match self_service::resend_confirmation(store, visit.session()) {
        Ok(()) => waiting(store, visit, 200, true, &Problems::default()),
        Err(refusal) => waiting(store, visit, refusal.code.status(), false, &refusal.into()),
    }
}

fn waiting(
    store: &Store,
    visit: &Visit<'_>,
    status: u16,
    is_sent: bool,
    problems: &Problems,
) -> Reply {
    let user = match user_at(store, visit, LoginStep::ConfirmEmailRequired) {
        Ok(user) => user,
        Err(elsewhere) => return elsewhere,
    };
    if store.login_step(visit.session()) == LoginStep::Finished {
        return to_next_step(store, visit, visit.session());
    }
    let settings = &store.project.settings;
    let action = visit.keep_return_to("/confirm_email", settings);
    let content = html! {
        (problems.summary())
        @if is_sent { (note(Tone::Good, &html! { p { "The email was sent again." } })) }
        p {
            "We sent an email to " strong { (user.metadata.email) }
            ". Open the link in it, and come back to this page."
        }
        (frame::outbox(store))
        p { a.button.whole href=(action) { "I have opened the link" } }
        (button_form(visit, &action, &[], &html! { button.whole.second { "Send the email again" } }))
        (frame::log_out(visit))
    };
    frame::card_with_status(store, status, "Confirm your email address", &content)
}
