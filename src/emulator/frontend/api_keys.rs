//! API keys of end users, as `@propelauth/frontend-apis` shows and changes them.

use serde_json::json;

use super::{
    answer::{call, done, reply, session},
    json_form::JsonForm,
    paging::strict_page,
};
use crate::emulator::{
    self_service::{self, ApiKeyRow, KeyOrder, ListSlice, Refusal},
    state::Store,
    web::{Reply, StateRoute, WebRequest},
};

pub(super) static ROUTES: &[StateRoute] = &[
    call(
        "fetch_personal_api_keys",
        ("GET", "/api/fe/v3/personal_api_keys"),
        "the API keys of the user",
        |store, request| reply(personal_api_keys(store, request)),
    ),
    call(
        "fetch_org_api_keys",
        ("GET", "/api/fe/v3/org_api_keys"),
        "the API keys of an organization",
        |store, request| reply(org_api_keys(store, request)),
    ),
    call(
        "create_end_user_api_key",
        ("POST", "/api/fe/v3/api_keys"),
        "creates an API key",
        |store, request| reply(create(store, request)),
    ),
    call(
        "update_end_user_api_key",
        ("PATCH", "/api/fe/v3/api_keys/{api_key_id}"),
        "renames an API key",
        |store, request| done(update(store, request)),
    ),
    call(
        "delete_end_user_api_key",
        ("DELETE", "/api/fe/v3/api_keys/{api_key_id}"),
        "deletes an API key",
        |store, request| {
            let id = request.segment("api_key_id");
            done(self_service::delete_own_api_key(
                store,
                session(request),
                id,
            ))
        },
    ),
];

fn personal_api_keys(store: &mut Store, request: &WebRequest) -> Result<Reply, Refusal> {
    let (page, order) = (strict_page(request)?, order(request)?);
    let list = self_service::personal_api_keys(store, session(request), &page, order)?;
    Ok(page_reply(&list))
}

fn org_api_keys(store: &mut Store, request: &WebRequest) -> Result<Reply, Refusal> {
    let (page, order) = (strict_page(request)?, order(request)?);
    let org_id = request.query("org_id").unwrap_or_default();
    let list = self_service::org_api_keys(store, session(request), &org_id, &page, order)?;
    Ok(page_reply(&list))
}

fn order(request: &WebRequest) -> Result<KeyOrder, Refusal> {
    let Some(name) = request.query("sort_by") else {
        return Ok(KeyOrder::default());
    };
    let message = "There is no such order";
    KeyOrder::named(&name).ok_or_else(|| Refusal::field("sort_by", "invalid", message))
}

fn page_reply(list: &ListSlice<ApiKeyRow>) -> Reply {
    let body = json!({
        "api_keys": list.items,
        "total_api_keys": list.total,
        "current_page": list.page.number,
        "page_size": list.page.size,
        "has_more_results": list.has_more,
    });
    Reply::json(200, body)
}

fn create(store: &mut Store, request: &WebRequest) -> Result<Reply, Refusal> {
    let mut form = JsonForm::read(request)?;
    let org_id = form.optional_text("org_id");
    let expiration = form.optional_text("expiration_option");
    let display_name = form.optional_text("display_name");
    form.check()?;
    let created = self_service::create_api_key(
        store,
        session(request),
        org_id.as_deref(),
        expiration.as_deref(),
        display_name,
    )?;
    let body = json!({
        "api_key_id": created.api_key_id,
        "api_key_token": created.api_key_token,
    });
    Ok(Reply::json(200, body))
}

fn update(store: &mut Store, request: &WebRequest) -> Result<(), Refusal> {
    let mut form = JsonForm::read(request)?;
    let display_name = form.text("display_name");
    form.check()?;
    let id = request.segment("api_key_id");
    self_service::rename_api_key(store, session(request), id, &display_name)
}
