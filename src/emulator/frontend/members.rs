//! Members and invitations, as `@propelauth/frontend-apis` shows and changes them.

use serde::Serialize;
use serde_json::{Map, json};

use super::{
    answer::{call, done, reply, session},
    json_form::JsonForm,
    paging::lenient_page,
};
use crate::emulator::{
    self_service::{self, ListSlice, Refusal},
    state::{Membership, Store},
    web::{Reply, StateRoute, WebRequest},
};

pub(super) static ROUTES: &[StateRoute] = &[
    call(
        "fetch_org_members",
        ("GET", "/api/fe/v3/org_membership/{org_id}/members"),
        "the members of an organization",
        |store, request| {
            let (page, org_id) = (lenient_page(request), request.segment("org_id"));
            let list = self_service::org_members(store, session(request), org_id, &page);
            reply(list.map(|list| page_reply("users", &list)))
        },
    ),
    call(
        "fetch_pending_org_invites",
        ("GET", "/api/fe/v3/org_membership/{org_id}/pending_invites"),
        "the invitations that can be accepted",
        |store, request| {
            let (page, org_id) = (lenient_page(request), request.segment("org_id"));
            let list = self_service::pending_invites(store, session(request), org_id, &page);
            reply(list.map(|list| page_reply("pending_invites", &list)))
        },
    ),
    call(
        "fetch_expired_org_invites",
        ("GET", "/api/fe/v3/org_membership/{org_id}/expired_invites"),
        "the invitations that were not accepted in time",
        |store, request| {
            let (page, org_id) = (lenient_page(request), request.segment("org_id"));
            let list = self_service::expired_invites(store, session(request), org_id, &page);
            reply(list.map(|list| page_reply("expired_invites", &list)))
        },
    ),
    call(
        "invite_user_to_org",
        ("POST", "/api/fe/v3/invite_user"),
        "invites an email address",
        |store, request| done(invite(store, request)),
    ),
    call(
        "revoke_user_org_invitation",
        ("POST", "/api/fe/v3/revoke_user_invitation"),
        "withdraws an invitation",
        |store, request| done(revoke(store, request)),
    ),
    call(
        "remove_user_from_org",
        ("POST", "/api/fe/v3/remove_user"),
        "removes a member",
        |store, request| done(remove(store, request)),
    ),
    call(
        "update_user_role_in_org",
        ("POST", "/api/fe/v3/change_role"),
        "gives a member other roles",
        |store, request| done(change_role(store, request)),
    ),
];

fn page_reply<T: Serialize>(name: &str, list: &ListSlice<T>) -> Reply {
    let body = [
        (name, json!(list.items)),
        ("total_count", json!(list.total)),
        ("page_number", json!(list.page.number)),
        ("page_size", json!(list.page.size)),
        ("has_more_results", json!(list.has_more)),
    ];
    let body = body.map(|(name, value)| (name.to_owned(), value));
    Reply::json(200, Map::from_iter(body).into())
}

fn roles(form: &mut JsonForm) -> Membership {
    Membership {
        role: form.text("role"),
        additional_roles: form.texts("additional_roles"),
    }
}

fn invite(store: &mut Store, request: &WebRequest) -> Result<(), Refusal> {
    let mut form = JsonForm::read(request)?;
    let (org_id, email) = (form.text("org_id"), form.text("email"));
    let offered = roles(&mut form);
    form.check()?;
    self_service::invite_member(store, session(request), &org_id, &email, offered)
}

fn revoke(store: &mut Store, request: &WebRequest) -> Result<(), Refusal> {
    let mut form = JsonForm::read(request)?;
    let (org_id, email) = (form.text("org_id"), form.text("email"));
    form.check()?;
    self_service::revoke_invite(store, session(request), &org_id, &email)
}

fn remove(store: &mut Store, request: &WebRequest) -> Result<(), Refusal> {
    let mut form = JsonForm::read(request)?;
    let (org_id, user_id) = (form.text("org_id"), form.text("user_id"));
    form.check()?;
    self_service::remove_member(store, session(request), &org_id, &user_id)
}

fn change_role(store: &mut Store, request: &WebRequest) -> Result<(), Refusal> {
    let mut form = JsonForm::read(request)?;
    let (org_id, user_id) = (form.text("org_id"), form.text("user_id"));
    let new = roles(&mut form);
    form.check()?;
    self_service::change_member_role(store, session(request), &org_id, &user_id, new)
}
