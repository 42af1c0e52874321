//! Organizations, as `@propelauth/frontend-apis` shows and changes them.

use serde_json::{Value, json};

use super::{
    answer::{call, done, reply, session},
    json_form::JsonForm,
};
use crate::emulator::{
    self_service::{self, Joined, NewOrg, OrgSettingsChange, Refusal},
    state::Store,
    web::{Reply, StateRoute, WebRequest},
};

pub(super) static ROUTES: &[StateRoute] = &[
    call(
        "create_org",
        ("POST", "/api/fe/v3/create_org"),
        "creates an organization of the user",
        |store, request| reply(create_org(store, request)),
    ),
    call(
        "fetch_joinable_orgs",
        ("GET", "/api/fe/v3/joinable_orgs"),
        "the organizations that the user can join",
        |store, request| reply(joinable_orgs(store, request)),
    ),
    call(
        "join_org",
        ("POST", "/api/fe/v3/join_org/{org_id}"),
        "makes the user a member of an organization",
        |store, request| {
            let org_id = request.segment("org_id");
            let joined = self_service::join_own_org(store, session(request), org_id);
            reply(joined.map(|it| joined_reply(&it)))
        },
    ),
    call(
        "fetch_org_settings",
        ("GET", "/api/fe/v3/org_settings"),
        "the settings of an organization",
        |store, request| reply(org_settings(store, request)),
    ),
    call(
        "update_org_settings",
        ("POST", "/api/fe/v3/update_org_metadata"),
        "changes the settings of an organization",
        |store, request| done(update_org_settings(store, request)),
    ),
    call(
        "delete_org",
        ("DELETE", "/api/fe/v3/delete_org"),
        "deletes an organization",
        |store, request| done(delete_org(store, request)),
    ),
];

fn create_org(store: &mut Store, request: &WebRequest) -> Result<Reply, Refusal> {
    let mut form = JsonForm::read(request)?;
    let new = NewOrg {
        name: form.text("name"),
        autojoin_by_domain: form.flag("autojoin_by_domain").unwrap_or(false),
        restrict_to_domain: form.flag("restrict_to_domain").unwrap_or(false),
    };
    form.check()?;
    let created = self_service::create_own_org(store, session(request), new)?;
    Ok(joined_reply(&created))
}

fn joined_reply(joined: &Joined) -> Reply {
    let body = json!({ "org_id": joined.org_id, "first_org": joined.first_org });
    Reply::json(200, body)
}

fn joinable_orgs(store: &mut Store, request: &WebRequest) -> Result<Reply, Refusal> {
    let orgs = self_service::joinable_orgs(store, session(request))?;
    let orgs = orgs.iter();
    let orgs: Value = orgs
        .map(|org| json!({ "id": org.org_id, "name": org.name }))
        .collect();
    Ok(Reply::json(200, json!({ "orgs": orgs })))
}

fn org_settings(store: &mut Store, request: &WebRequest) -> Result<Reply, Refusal> {
    let org_id = request.query("org_id").unwrap_or_default();
    let settings = self_service::org_settings(store, session(request), &org_id)?;
    Ok(Reply::json(200, json!(settings)))
}

fn update_org_settings(store: &mut Store, request: &WebRequest) -> Result<(), Refusal> {
    let mut form = JsonForm::read(request)?;
    let org_id = form.text("org_id");
    // Null means never, and no member at all means no change.
    let is_given = form.has("require_2fa_by");
    let require_2fa_by = form.optional_text("require_2fa_by");
    let change = OrgSettingsChange {
        name: form.optional_text("name"),
        autojoin_by_domain: form.flag("autojoin_by_domain"),
        restrict_to_domain: form.flag("restrict_to_domain"),
        require_2fa_by: is_given.then_some(require_2fa_by),
    };
    form.check()?;
    self_service::update_org_settings(store, session(request), &org_id, change)
}

fn delete_org(store: &mut Store, request: &WebRequest) -> Result<(), Refusal> {
    let org_id = JsonForm::read(request)?.text_or_empty("org_id");
    self_service::delete_own_org(store, session(request), &org_id)
}
