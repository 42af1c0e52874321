//! Emails, SMS and magic links that PropelAuth would have sent.

use maud::{Markup, html};
use serde_json::Value;

use crate::emulator::{
    pages::dashboard::{
        frame::screen,
        look::Look,
        parts::{Paged, card, code, empty, more, table, tag, time},
    },
    state::{EmulatedEmail, EmulatedMagicLink, Store},
    web::Reply,
};

pub(in crate::emulator::pages::dashboard) fn show(look: &Look<'_>) -> Reply {
    let content = content(look);
    screen(look, "Outbox", &content)
}

fn content(look: &Look<'_>) -> Markup {
    let store = look.shared.lock_store();
    html! {
        (card("Emails", &emails(look, &store)))
        (card("SMS", &sms(&store)))
        (card("Magic links", &magic_links(look, &store)))
    }
}

fn emails(look: &Look<'_>, store: &Store) -> Markup {
    let newest = store.login_state.emails.iter().rev().collect();
    let paged = Paged::new(look, newest);
    let rows: Vec<_> = paged.items.iter().map(|it| email(store, it)).collect();
    html! {
        @if rows.is_empty() {
            (empty("No emails were sent. Sign up, or invite someone, and the email is here with its link."))
        } @else {
            (table("Emails, the newest first", &["Email", "To", "Sent", "Open"], &rows))
            (paged.links(look))
        }
    }
}

fn email(store: &Store, email: &EmulatedEmail) -> Markup {
    let fields = serde_json::to_value(email).unwrap_or_default();
    let text = |name: &str| fields.get(name).and_then(Value::as_str);
    let kind = text("kind").unwrap_or_default();
    let org = email.org_id.as_ref().and_then(|id| store.orgs.get(id));
    html! {
        th scope="row" {
            (in_words(kind))
            @if let Some(org) = org { small.under { (org.name) @if let Some(role) = &email.role { ", " (role) } } }
        }
        td { (email.to) }
        td { (time(email.sent_at, store.now())) }
        td {
            @match text("link") {
                Some(link) => a.button.second.small href=(link) { "Open" span.hidden { " the link to " (email.to) } },
                None => "no link",
            }
        }
    }
}

/// Returns a name such as `ConfirmEmail` as words.
fn in_words(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
            words.extend(letter.to_lowercase());
        } else {
            words.push(letter);
        }
    }
    words
}

fn sms(store: &Store) -> Markup {
    let sent = store.mfa.sent.iter().rev();
    let rows: Vec<_> = sent
        .map(|sms| {
            html! {
                th scope="row" { (sms.to) }
                td { (code(&sms.code)) }
                td { (time(sms.sent_at, store.now())) }
            }
        })
        .collect();
    html! {
        @if rows.is_empty() { (empty("No SMS were sent. They have the codes of step-up MFA.")) }
        @else { (table("SMS, the newest first", &["To", "Code", "Sent"], &rows)) }
    }
}

fn magic_links(look: &Look<'_>, store: &Store) -> Markup {
    let now = store.now();
    let row = |link: &EmulatedMagicLink| {
        let is_used_up = link.expires_after_first_use && link.uses > 0;
        html! {
            th scope="row" { (link.email) small.under { (link.url) } }
            td { (time(link.expires_at, now)) }
            td {
                @if link.expires_at <= now { (tag("bad", "expired")) }
                @else if is_used_up { (tag("bad", "used")) }
                @else { (link.uses) " times" }
            }
            td { a.button.second.small href=(link.url) { "Open" span.hidden { " the link of " (link.email) } } }
        }
    };
    let rows: Vec<_> = store.login_state.magic_links.values().map(row).collect();
    let create = look
        .form("create_magic_link")
        .value("expires_in_hours", "24")
        .value("create_new_user_if_one_doesnt_exist", true);
    html! {
        @if rows.is_empty() { (empty("There are no magic links. Create one here or with the backend API, or ask for one on the login page.")) }
        @else { (table("Magic links", &["For", "Expires", "Used", "Open"], &rows)) }
        (more("Create a magic link", look.failed("create_magic_link"), &create.show()))
    }
}
