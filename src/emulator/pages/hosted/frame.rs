//! The frame of hosted pages: who is logged in, and the links between the pages of an account.

use maud::{Markup, html};
use url::Url;

use crate::emulator::{
    pages::{layout::Layout, parts::button_form, visit::Visit},
    state::{Store, UserRecord},
    web::Reply,
};

/// Returns a page of someone who is not logged in yet: a card with a heading.
pub(super) fn card(store: &Store, title: &str, content: &Markup) -> Reply {
    card_with_status(store, 200, title, content)
}

/// The same with a status, for a form with problems.
pub(super) fn card_with_status(store: &Store, status: u16, title: &str, content: &Markup) -> Reply {
    let content = html! { div.card { h1 { (title) } (content) } };
    // A login ends at the application that asked for it.
    let clients = store.project.oauth_clients.iter();
    let redirect_uris = clients.flat_map(|client| &client.redirect_uris);
    redirect_uris
        .filter_map(|uri| Url::parse(uri).ok())
        .fold(Layout::new(title), Layout::form_target)
        .status(status)
        .reply(&store.project.settings, &content)
}

/// Returns the frame of the pages of a user's account.
pub(super) fn account_layout<'p>(
    store: &Store,
    visit: &Visit<'_>,
    user: &UserRecord,
    title: &'p str,
) -> Layout<'p> {
    let settings = &store.project.settings;
    let current = visit.request.path.as_str();
    let mut links = vec![
        ("/account", "Account"),
        ("/account/settings", "Security"),
        ("/api_keys/personal", "API keys"),
    ];
    if store.project.orgs_enabled {
        links.push(("/org", settings.orgs_metaname.as_str()));
    }
    let links = links.into_iter().map(|(path, label)| {
        let is_current = current == path || path == "/org" && current.starts_with("/org/");
        (visit.keep_return_to(path, settings), label, is_current)
    });
    let items = html! {
        @for (path, label, is_current) in links {
            li { a href=(path) aria-current=[is_current.then_some("page")] { (label) } }
        }
    };
    let log_out = button_form(visit, "/logout", &[], &html! { button.link { "Log out" } });
    let header = html! {
        span { span.hidden { "Logged in as " } (user.metadata.email) }
        (log_out)
    };
    Layout::new(title).wide().header(header).navigation(items)
}
