//! Opening a magic link, at once or after a click on a page.

use maud::html;

use super::{frame, next_step::logged_in_and};
use crate::emulator::{
    pages::{
        parts::{Problems, button_form},
        return_to::ReturnTo,
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service::{self, Code, Refusal},
    state::Store,
    web::Reply,
};

/// The path of the URLs that the backend API creates.
const PATH: &str = "/api/fe/v2/login/magic";

pub(super) static PAGES: &[PageRoute] = &[
    Page::at(PATH, "Magic link", Reach::Link, show),
    Page::form(PATH, "logs in with a magic link", open),
];

/// Programs that look at the links in emails do not click, so that the page keeps them from using one up.
fn show(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let token = visit.parameter("t");
    let needs_click = store
        .magic_link(&token)
        .is_ok_and(|link| link.requires_interstitial);
    if !needs_click {
        return open(store, visit);
    }
    let action = format!("{PATH}?{}", visit.request.query);
    let content = html! {
        p { "You opened a link to log in with. Click to continue." }
        (button_form(visit, &action, &[], &html! { button.whole { "Log in" } }))
    };
    frame::card(store, "Log in", &content)
}

fn open(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let token = visit.parameter("t");
    let settings = &store.project.settings;
    let link = store.magic_link(&token).ok();
    let url = link.and_then(|link| link.redirect_to_url.as_deref());
    let return_to = url.and_then(|url| ReturnTo::checked(url, settings));
    let return_to = return_to.or_else(|| visit.return_to(settings));
    match self_service::open_magic_link(store, &token) {
        Ok(entered) => {
            let token = entered.refresh_token.expose();
            logged_in_and(store, visit, token, return_to.as_ref())
        }
        Err(refusal) => refused(store, visit, refusal),
    }
}

fn refused(store: &Store, visit: &Visit<'_>, refusal: Refusal) -> Reply {
    let back = visit.keep_return_to("/login", &store.project.settings);
    let status = match refusal.code {
        Code::NotFound => 404,
        code => code.status(),
    };
    let content = html! {
        (Problems::from(refusal).summary())
        a.button href=(back) { "Back to the login" }
    };
    frame::card_with_status(store, status, "This link cannot be used", &content)
}
