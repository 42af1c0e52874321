//! The account of the user who is logged in.

use maud::html;

use super::{frame::account_layout, next_step::user};
use crate::emulator::{
    frontend::session_cookie::removed_cookie,
    pages::{
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    state::Store,
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at("/account", "Account", Reach::User, show),
    Page::form("/logout", "ends the session of the browser", log_out),
];

fn show(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let user = match user(store, visit) {
        Ok(user) => user,
        Err(elsewhere) => return elsewhere,
    };
    let it = &user.metadata;
    let content = html! {
        h1 { "Account" }
        section.card aria-labelledby="profile" {
            h2 #profile { "Profile" }
            dl {
                dt { "Email address" } dd { (it.email) }
                @if let Some(name) = &it.username { dt { "Username" } dd { (name) } }
                @if let Some(name) = &it.first_name { dt { "First name" } dd { (name) } }
                @if let Some(name) = &it.last_name { dt { "Last name" } dd { (name) } }
            }
        }
    };
    account_layout(store, visit, user, "Account").reply(&store.project.settings, &content)
}

fn log_out(store: &mut Store, visit: &Visit<'_>) -> Reply {
    store.end_session(visit.session());
    let settings = &store.project.settings;
    Reply::redirect(visit.keep_return_to("/login", settings)).cookie(&removed_cookie(store))
}
