//! What a login still needs to know about the user.

use maud::html;

use super::{
    frame,
    next_step::{to_next_step, user_at},
    properties,
};
use crate::emulator::{
    pages::{
        parts::{Problems, form},
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service::{self, ProfileChange},
    state::{LoginStep, Store},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at(
        "/update_metadata",
        "Tell us about you",
        Reach::Link,
        |store, visit| page(store, visit, 200, &Problems::default()),
    ),
    Page::form("/update_metadata", "sets what is missing", update),
];

fn page(store: &Store, visit: &Visit<'_>, status: u16, problems: &Problems) -> Reply {
    let user = match user_at(store, visit, LoginStep::UserMetadataRequired) {
        Ok(user) => user,
        Err(elsewhere) => return elsewhere,
    };
    let settings = &store.project.settings;
    let missing = settings.user_properties.missing(user);
    if missing.is_empty() {
        return to_next_step(store, visit, visit.session());
    }
    let typed = properties::read(visit, &missing);
    let fields = html! {
        (properties::fields(&missing, Some(&typed), problems))
        button.whole { "Continue" }
    };
    let content = html! {
        (problems.summary())
        p.lead { "One more step before you can go on." }
        (form(visit, &visit.keep_return_to("/update_metadata", settings), &fields))
    };
    frame::card_with_status(store, status, "Tell us about you", &content)
}

fn update(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let missing = match user_at(store, visit, LoginStep::UserMetadataRequired) {
        Ok(user) => store.project.settings.user_properties.missing(user),
        Err(elsewhere) => return elsewhere,
    };
    let change = ProfileChange {
        properties: properties::read(visit, &missing),
        ..ProfileChange::default()
    };
    match self_service::update_metadata(store, visit.session(), change) {
        Ok(()) => to_next_step(store, visit, visit.session()),
        Err(refusal) => page(store, visit, refusal.code.status(), &refusal.into()),
    }
}
