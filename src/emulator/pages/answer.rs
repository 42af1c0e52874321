//! Answering a request for a page: finding the row, and checking the form before its function runs.

use actix_web::http::Method;
use maud::html;

use crate::emulator::{
    http::Shared,
    pages::{
        assets, dashboard,
        form_check::BROWSER_COOKIE,
        hosted,
        layout::Layout,
        no_page,
        row::{Page, Reach, Run},
        visit::Visit,
    },
    web::{Body, Cookie, Reply, Table, WebRequest},
};

/// The rows of all pages.
pub(super) static PAGES: Table<Page> = Table::new(&[hosted::PAGES, dashboard::ROWS]);

/// Returns what is known of every page and form.
#[cfg(any(test, all(fuzzing, feature = "test-util")))]
pub(crate) fn rows() -> impl Iterator<Item = crate::emulator::web::RouteInfo> {
    PAGES.rows().map(|row| row.info)
}

/// Returns the reply to a request for a page, or `None` if there is no page at the path.
pub(crate) fn answer(shared: &Shared, request: &mut WebRequest) -> Option<Reply> {
    let is_read = [Method::GET, Method::HEAD].contains(&request.method);
    if is_read && let Some(asset) = assets::answer(&request.path) {
        return Some(asset);
    }
    let Some((row, segments)) = PAGES.find(&request.method, path(&request.path)) else {
        return (is_read && no_page::is_for_browser(request))
            .then(|| no_page::answer(shared, request));
    };
    if request.method == Method::HEAD && row.run.reach == Some(Reach::Link) {
        // Programs that check the links in emails must not use one up.
        return Some(Reply::empty(200));
    }
    request.segments = segments;
    let visit = Visit::new(request);
    let reply = match row.run.run {
        _ if !is_read && !visit.browser.sent(request) => refused(shared, &visit),
        Run::State(run) => run(&mut shared.lock_store(), &visit),
        Run::Server(run) => run(shared, &visit),
    };
    let has_forms = matches!(reply.body, Body::Html(_));
    Some(match has_forms && visit.browser.is_new {
        true => reply.cookie(&Cookie::new(BROWSER_COOKIE, visit.browser.id().clone())),
        false => reply,
    })
}

/// Returns a path without a second slash, with which PropelAuth's frontend library begins those of social
/// logins.
fn path(path: &str) -> &str {
    match path.strip_prefix("//") {
        Some(rest) if !rest.starts_with('/') => path.get(1..).unwrap_or(path),
        _ => path,
    }
}

/// Returns the reply to a form that this browser did not get from one of the pages, or got in a session
/// that has ended.
fn refused(shared: &Shared, visit: &Visit<'_>) -> Reply {
    let settings = shared.lock_store().project.settings.clone();
    let again = visit.keep_return_to(&visit.request.path, &settings);
    let has_page = PAGES.find(&Method::GET, &visit.request.path).is_some();
    let again = match has_page {
        true => again,
        false if visit.request.path.starts_with("/dashboard/") => "/dashboard".to_owned(),
        false => "/account".to_owned(),
    };
    let content = html! {
        div.card {
            h1 { "This form is out of date" }
            p.lead {
                "Nothing was changed. You may have logged in or out in another tab since the page was loaded, or \
                 cookies are blocked."
            }
            p { a.button href=(again) { "Load the page again" } }
        }
    };
    Layout::new("Form out of date")
        .status(403)
        .reply(&settings, &content)
}
