//! All open sessions.

use maud::{Markup, html};

use super::user_access::session_row;
use crate::emulator::{
    pages::dashboard::{
        frame::screen,
        look::Look,
        parts::{Paged, empty, table},
    },
    web::Reply,
};

pub(in crate::emulator::pages::dashboard) fn show(look: &Look<'_>) -> Reply {
    let content = content(look);
    screen(look, "Sessions", &content)
}

fn content(look: &Look<'_>) -> Markup {
    let store = look.shared.lock_store();
    let mut sessions: Vec<_> = store.open_sessions().map(|(_, session)| session).collect();
    sessions.sort_by_key(|it| std::cmp::Reverse((it.used_at, it.session_id.as_str())));
    let paged = Paged::new(look, sessions);
    let rows: Vec<_> = paged
        .items
        .iter()
        .map(|session| {
            let user = store.users.get(&session.user_id);
            let email = user.map_or("", |user| user.metadata.email.as_str());
            html! {
                td { a href={ "/dashboard/users/" (session.user_id) } { (email) } }
                (session_row(look, &store, session))
            }
        })
        .collect();
    html! {
        section.card {
            p.lead { "A session begins with a login in a browser, or with that of a client. Ending one takes its refresh token away; access tokens that it got before are valid until they expire." }
            @if rows.is_empty() { (empty("There are no open sessions. Log in on the login page to start one.")) }
            @else {
                (table("Sessions", &["User", "Session", "Started", "Used", "Expires", "End"], &rows))
                (paged.links(look))
                (look.form("end_all_sessions").show())
            }
        }
    }
}
