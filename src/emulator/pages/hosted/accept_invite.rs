//! The link of an invitation.

use maud::html;

use super::{frame, next_step::to_next_step};
use crate::emulator::{
    pages::{
        parts::{Problems, Tone, button_form, note},
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service,
    state::{Invite, Store, UserRecord, case_fold},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at("/accept_invite", "Invitation", Reach::Link, show),
    Page::form("/accept_invite", "accepts an invitation", accept),
];

/// A user is asked to accept. Someone without an account signs up with the invitation.
fn show(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let token = visit.parameter("t");
    let invite = store.invites.with_token(&token);
    let Some(invite) = invite.filter(|invite| store.now() < invite.expires_at) else {
        return unusable(store, visit);
    };
    let session = store.session(visit.session());
    let user = session.and_then(|session| store.users.get(&session.user_id));
    let is_mine =
        |user: &UserRecord| case_fold(&user.metadata.email) == case_fold(&invite.invitee_email);
    if user.is_some_and(is_mine) {
        return question(store, visit, invite);
    }
    let settings = &store.project.settings;
    if store.users.by_email(&invite.invitee_email).is_some() {
        return log_in_first(store, visit, invite);
    }
    let token: String = url::form_urlencoded::byte_serialize(token.as_bytes()).collect();
    Reply::redirect(visit.keep_return_to(&format!("/signup?invite_token={token}"), settings))
}

fn unusable(store: &Store, visit: &Visit<'_>) -> Reply {
    let next = visit.keep_return_to("/login", &store.project.settings);
    let content = html! {
        p { "It has expired, was withdrawn, or was accepted already. Ask for another one." }
        a.button href=(next) { "Continue" }
    };
    frame::card_with_status(store, 404, "This invitation cannot be used", &content)
}

fn org_name<'s>(store: &'s Store, invite: &Invite) -> &'s str {
    let org = store.orgs.get(&invite.org_id);
    org.map_or("", |org| org.name.as_str())
}

fn question(store: &Store, visit: &Visit<'_>, invite: &Invite) -> Reply {
    let action = format!("/accept_invite?{}", visit.request.query);
    let content = html! {
        p {
            "You are invited to join " strong { (org_name(store, invite)) } " as "
            strong { (invite.role) } "."
        }
        (button_form(visit, &action, &[], &html! { button.whole { "Join" } }))
    };
    frame::card(store, "Invitation", &content)
}

fn log_in_first(store: &Store, visit: &Visit<'_>, invite: &Invite) -> Reply {
    let login = visit.and_back("/login", &store.project.settings);
    let content = html! {
        (note(Tone::Plain, &html! {
            p {
                "The invitation to " strong { (org_name(store, invite)) } " is for "
                strong { (invite.invitee_email) } ". Log in with this account to accept it."
            }
        }))
        a.button.whole href={ (login) "&prompt=login" } { "Log in" }
    };
    frame::card(store, "Invitation", &content)
}

fn accept(store: &mut Store, visit: &Visit<'_>) -> Reply {
    match self_service::accept_invite(store, visit.session(), &visit.parameter("t")) {
        Ok(_) => to_next_step(store, visit, visit.session()),
        Err(refusal) => {
            let status = refusal.code.status();
            let content = Problems::from(refusal).summary();
            frame::card_with_status(store, status, "This invitation cannot be used", &content)
        }
    }
}
