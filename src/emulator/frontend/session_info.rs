//! What a session is to a frontend: an access token, when it expires, the user and the memberships.

use serde_json::{Map, Value, json};

use crate::{
    emulator::state::{Store, TOKEN_LIFETIME, UserRecord},
    words::ids::OrgId,
};

/// Returns the reply to a refresh, or `None` if there is no session or the user is not in the active
/// organization.
pub(super) fn session_info(
    store: &Store,
    refresh_token: &str,
    active_org: Option<&OrgId>,
) -> Option<Result<Value, String>> {
    let session = store.session(refresh_token)?;
    let user = store.users.get(&session.user_id)?;
    let token = match store.session_token(session, active_org, TOKEN_LIFETIME)? {
        Ok(token) => token,
        Err(why) => return Some(Err(why)),
    };
    let mut info = json!({
        "access_token": token.expose(),
        "expires_at_seconds": store.now().saturating_add(TOKEN_LIFETIME),
        "org_id_to_org_member_info": store.org_infos(user),
        "user": user_info(store, user),
    });
    if let (Some(employee_id), Some(info)) = (&session.impersonator_user_id, info.as_object_mut()) {
        info.insert("impersonator_user".to_owned(), json!(employee_id));
    }
    Some(Ok(info))
}

/// Returns a user as frontends know it.
pub(crate) fn user_info(store: &Store, user: &UserRecord) -> Value {
    let user = &user.metadata;
    let mut info = match serde_json::to_value(user) {
        Ok(Value::Object(info)) => info,
        _ => Map::new(),
    };
    for name in ["org_id_to_org_info", "metadata", "impersonator_user_id"] {
        info.remove(name);
    }
    let may_create = user.can_create_orgs || store.project.settings.users_can_create_orgs;
    info.insert(
        "can_create_orgs".to_owned(),
        (store.project.orgs_enabled && may_create).into(),
    );
    info.into()
}
