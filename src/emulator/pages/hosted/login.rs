//! The login page.

use maud::html;

use super::{frame, log_in_as, next_step::to_next_step};
use crate::emulator::{
    pages::{
        parts::{Field, Problems, form},
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    state::{LoginStep, Store},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[Page::at("/login", "Log in", Reach::Anyone, show)];

fn show(store: &mut Store, visit: &Visit<'_>) -> Reply {
    if store.login_step(visit.session()) != LoginStep::LoginRequired {
        return to_next_step(store, visit, visit.session());
    }
    page(store, visit, 200, "", &Problems::default())
}

fn page(store: &Store, visit: &Visit<'_>, status: u16, email: &str, problems: &Problems) -> Reply {
    let settings = &store.project.settings;
    let fields = html! {
        (Field::email("email", "Email").value(email).show(problems))
        (Field::password("password", "Password").show(problems))
        button.whole { "Log in" }
    };
    let content = html! {
        (problems.summary())
        (log_in_as::list(store, visit))
        p.or { "or with a password" }
        (form(visit, &visit.keep_return_to("/login", settings), &fields))
    };
    frame::card_with_status(store, status, "Log in", &content)
}
