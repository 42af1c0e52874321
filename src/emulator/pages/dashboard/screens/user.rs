//! One user: the account, and what can be done with it.

use maud::{Markup, html};
use serde_json::{Map, Value};

use super::{
    user_access,
    users::{self, about},
};
use crate::{
    emulator::{
        pages::{
            dashboard::{
                frame::{missing, screen},
                look::Look,
                parts::{card, code, more, table, tag, time},
                text::pretty,
            },
            parts::button_form,
        },
        state::{Store, UserRecord, ids::canonical},
        web::Reply,
    },
    words::ids::UserId,
};

pub(in crate::emulator::pages::dashboard) fn show(look: &Look<'_>) -> Reply {
    let user_id: UserId = canonical(look.segment("user_id").to_owned());
    let content = {
        let store = look.shared.lock_store();
        store
            .users
            .get(&user_id)
            .map(|user| (user.metadata.email.clone(), content(look, &store, user)))
    };
    match content {
        Some((email, content)) => screen(look, &email, &content),
        None => missing(look, "There is no such user. It may have been deleted."),
    }
}

fn content(look: &Look<'_>, store: &Store, user: &UserRecord) -> Markup {
    html! {
        (card("Account", &account(look, store, user)))
        (card("Edit", &edit(look, user)))
        (card("Password", &html! {
            p { @if user.account.password.is_some() { "The user has a password." } @else { "The user has no password." } }
            (more("Set a password", look.failed("update_user_password"), &about(look, "update_user_password", user)))
            @if user.account.password.is_some() { (about(look, "clear_user_password", user)) }
        }))
        (user_access::second_factor(look, store, user))
        (card("Organizations", &memberships(store, user)))
        (user_access::sessions(look, store, user))
        (user_access::api_keys(look, store, user))
        (user_access::impersonation(look, store, user))
        (card("Danger", &about(look, "delete_user", user)))
    }
}

fn account(look: &Look<'_>, store: &Store, user: &UserRecord) -> Markup {
    let (it, now) = (&user.metadata, store.now());
    html! {
        p { (users::state(user)) }
        dl {
            dt { "Id" } dd { (code(it.user_id.as_str())) }
            dt { "Email" } dd { (it.email) }
            @if let Some(email) = &user.account.pending_email { dt { "Requested email" } dd { (email) " " (tag("warn", "not confirmed")) } }
            @if let Some(name) = users::name(user) { dt { "Name" } dd { (name) } }
            @if let Some(username) = &it.username { dt { "Username" } dd { (username) } }
            @if let Some(id) = &it.legacy_user_id { dt { "Legacy id" } dd { (code(id)) } }
            dt { "Created" } dd { (time(it.created_at, now)) }
            dt { "Last active" } dd { (time(it.last_active_at, now)) }
            dt { "May create organizations" } dd { @if it.can_create_orgs { "yes" } @else { "as the project allows" } }
            @if !user.account.oauth_tokens.is_empty() {
                dt { "Social logins" } dd { @for provider in user.account.oauth_tokens.keys() { (provider.as_str()) " " } }
            }
        }
        @if !user.account.signup_query_parameters.is_empty() {
            p.label { "Parameters of the sign-up" }
            pre { (pretty(&user.account.signup_query_parameters)) }
        }
        div.row {
            (button_form(look.visit, "/login/as", &[("user_id", it.user_id.as_str())], &html! { button { "Log in as this user" } }))
            @if !it.email_confirmed || user.account.pending_email.is_some() {
                (about(look, "confirm_email", user))
                (about(look, "resend_email_confirmation", user))
            }
            @if it.locked { (about(look, "unlock_user", user)) } @else { (about(look, "lock_user", user)) }
            @if it.enabled { (about(look, "disable_user", user)) } @else { (about(look, "enable_user", user)) }
            @if it.can_create_orgs { (about(look, "disable_user_can_create_orgs", user)) }
            @else { (about(look, "enable_user_can_create_orgs", user)) }
        }
    }
}

fn edit(look: &Look<'_>, user: &UserRecord) -> Markup {
    let it = &user.metadata;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let object =
        |object: &Option<Map<String, Value>>| object.as_ref().map(pretty).unwrap_or_default();
    let profile = look
        .form("update_user_metadata")
        .with("user_id", &it.user_id)
        .value("username", text(&it.username))
        .value("first_name", text(&it.first_name))
        .value("last_name", text(&it.last_name))
        .value("picture_url", text(&it.picture_url))
        .value("legacy_user_id", text(&it.legacy_user_id))
        .value("properties", object(&it.properties))
        .value("metadata", object(&it.metadata))
        .value("update_password_required", it.update_password_required);
    html! {
        (more("Names, properties and metadata", look.failed("update_user_metadata"), &profile.show()))
        (more("Email address", look.failed("update_user_email"), &about(look, "update_user_email", user)))
    }
}

fn memberships(store: &Store, user: &UserRecord) -> Markup {
    let orgs = store.org_infos(user);
    let rows: Vec<_> = orgs
        .values()
        .map(|org| {
            html! {
                th scope="row" { a href={ "/dashboard/orgs/" (org.org_id) } { (org.org_name) } }
                td { (org.user_role) @for role in &org.additional_roles { ", " (role) } }
                td { (org.user_permissions.join(", ")) }
            }
        })
        .collect();
    html! {
        @if rows.is_empty() {
            p.lead { "The user is in no organization. Add it as a member on the page of one." }
        } @else {
            (table("Organizations of the user", &["Organization", "Role", "Permissions"], &rows))
        }
    }
}
