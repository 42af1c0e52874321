//! The frame of hosted pages: who is logged in, and the links between the pages of an account.

use maud::{Markup, html};
use url::Url;

use crate::emulator::{
    pages::{
        layout::Layout,
        parts::{Problems, Tone, button_form, note},
        visit::Visit,
    },
    self_service::Refusal,
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

/// Returns the page of someone who is refused something and has no form to correct.
pub(super) fn refused(store: &Store, visit: &Visit<'_>, refusal: Refusal) -> Reply {
    let back = visit.keep_return_to("/account", &store.project.settings);
    let status = refusal.code.status();
    let content = html! {
        (Problems::from(refusal).summary())
        a.button href=(back) { "Go on" }
    };
    card_with_status(store, status, "This is not possible", &content)
}

/// Returns the page for what does not exist, or not any more.
pub(super) fn not_found(store: &Store, visit: &Visit<'_>) -> Reply {
    let back = visit.keep_return_to("/account", &store.project.settings);
    let content = html! {
        p { "What you are looking for does not exist, or not any more." }
        a.button href=(back) { "Go on" }
    };
    card_with_status(store, 404, "Not found", &content)
}

/// Returns where the emails are that people are told of. Where other machines reach the emulator, the dashboard is not
/// theirs.
pub(super) fn outbox(store: &Store) -> Markup {
    html! {
        p.aside {
            "The emulator sends no emails: they are in "
            @if store.project.is_exposed { "its outbox." }
            @else { a href="/dashboard/outbox" { "its outbox" } "." }
        }
    }
}

/// Returns the message about what was done, after the redirect that followed a form.
pub(super) fn done(visit: &Visit<'_>) -> Markup {
    let message = match visit.parameter("done").as_str() {
        "" => return Markup::default(),
        "email" => "We sent a link to the new address. Open it to use that address.",
        "invite" => "The invitation was sent.",
        "mfa" => "The second factor is on.",
        "no-mfa" => "The second factor was removed.",
        "removed" => "It was removed.",
        _ => "Your changes were saved.",
    };
    note(Tone::Good, &html! { p { (message) } })
}

/// Returns the button that ends the session of the browser.
pub(super) fn log_out(visit: &Visit<'_>) -> Markup {
    let button = html! { button.link { "Log out" } };
    button_form(visit, "/logout", &[], &button)
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
    let mut links = vec![("/account", "Account"), ("/account/settings", "Security")];
    if settings.personal_api_keys_enabled {
        links.push(("/api_keys/personal", "API keys"));
    }
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
    let header = html! {
        span { span.hidden { "Logged in as " } (user.metadata.email) }
        (log_out(visit))
    };
    Layout::new(title).wide().header(header).navigation(items)
}
