//! What a person sees where there is no page: the first page of the emulator, or links to its pages.

use maud::html;

use crate::emulator::{
    http::Shared,
    pages::layout::Layout,
    web::{Reply, WebRequest},
};

/// Returns `true` if a browser shows the reply to a person. Programs get JSON that says what is missing, and so
/// does a person who looks at an API.
pub(super) fn is_for_browser(request: &WebRequest) -> bool {
    let accepted = request.header("accept").unwrap_or_default();
    let mut accepted = accepted
        .split(',')
        .filter_map(|range| range.split(';').next());
    let is_api = ["/api/", "/propelauth-dev/"]
        .iter()
        .any(|root| request.path.starts_with(root));
    !is_api && accepted.any(|media_type| media_type.trim().eq_ignore_ascii_case("text/html"))
}

/// Returns the reply to a browser at a path that has no page.
pub(super) fn answer(shared: &Shared, request: &WebRequest) -> Reply {
    let store = shared.lock_store();
    // Where other machines reach the emulator, the dashboard needs the key.
    let is_exposed = store.project.is_exposed;
    if request.path == "/" {
        return Reply::redirect(if is_exposed { "/login" } else { "/dashboard" });
    }
    let content = html! {
        div.card {
            h1 { "There is no such page" }
            p.lead { "The emulator has no page at " code { (request.path) } "." }
            ul {
                li { a href="/login" { "Log in" } }
                li { a href="/account" { "Your account" } }
                @if !is_exposed { li { a href="/dashboard" { "Dashboard" } } }
            }
        }
    };
    Layout::new("Not found")
        .status(404)
        .reply(&store.project.settings, &content)
}
