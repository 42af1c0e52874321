//! The rows of all screens, and finding the screen at a path.

use super::{
    frame,
    look::{Look, Outcome},
    screens,
};
use crate::emulator::{
    http::Shared,
    pages::{
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    web::{Access, Reply, Route, Table},
};

/// A function that shows a screen.
type Show = fn(&Look<'_>) -> Reply;

/// Declares each screen once: its path, its title, and its function.
macro_rules! screens {
    ($($path:literal, $title:literal, $show:path;)*) => {
        pub(super) static PAGES: &[PageRoute] = &[
            $(Page::of_server($path, $title, Reach::Developer, show),)*
        ];

        static SCREENS: Table<Show> = Table::new(&[&[&[
            $(Route::new("screen", ("GET", $path), Access::Public, $title, $show as Show),)*
        ]]]);
    };
}

screens! {
    "/dashboard", "Dashboard", screens::overview::show;
    "/dashboard/users", "Users", screens::users::show;
    "/dashboard/users/{user_id}", "User", screens::user::show;
    "/dashboard/orgs", "Organizations", screens::orgs::show;
    "/dashboard/orgs/{org_id}", "Organization", screens::org::show;
    "/dashboard/roles", "Roles", screens::roles::show;
    "/dashboard/sessions", "Sessions", screens::sessions::show;
    "/dashboard/settings", "Settings", screens::settings::show;
    "/dashboard/tokens", "Tokens", screens::tokens::show;
    "/dashboard/outbox", "Outbox", screens::outbox::show;
    "/dashboard/webhooks", "Webhooks", screens::webhooks::show;
    "/dashboard/requests", "Requests", screens::requests::show;
    "/dashboard/faults", "Faults", screens::faults::show;
    "/dashboard/server", "Clock and State", screens::server::show;
}

/// Returns `true` if there is a screen at a path.
pub(super) fn is_screen(path: &str) -> bool {
    SCREENS.find(&actix_web::http::Method::GET, path).is_some()
}

/// Returns the fields in the path of a screen.
pub(super) fn segments(path: &str) -> Vec<(&'static str, String)> {
    let found = SCREENS.find(&actix_web::http::Method::GET, path);
    found.map(|(_, segments)| segments).unwrap_or_default()
}

fn show(shared: &Shared, visit: &Visit<'_>) -> Reply {
    show_with(&Look::plain(shared, visit))
}

/// Shows a screen after a form.
pub(super) fn show_with(look: &Look<'_>) -> Reply {
    let path = look.visit.request.path.as_str();
    match SCREENS.find(&actix_web::http::Method::GET, path) {
        Some((row, _)) => (row.run)(look),
        None => frame::missing(look, "There is no such page."),
    }
}

/// Returns the reply to a form that no action has.
pub(super) fn not_found(shared: &Shared, visit: &Visit<'_>) -> Reply {
    let look = Look::new(shared, visit, Outcome::None);
    frame::missing(&look, "No form of the dashboard does this.")
}
