//! Users and organizations, with what they have to do with each other.

use serde_json::{Value, json};

use super::command::{CommandError, Context};
use crate::emulator::state::{Store, UserRecord};

pub(super) fn users(context: &Context<'_>) -> Result<Value, CommandError> {
    let store = context.shared.lock_store();
    Ok(store
        .users
        .values()
        .map(|user| user_view(&store, user))
        .collect())
}

fn user_view(store: &Store, user: &UserRecord) -> Value {
    let it = &user.metadata;
    let orgs = store.org_infos(user);
    let orgs = orgs.values().map(|org| {
        json!({
            "org_id": org.org_id,
            "org_name": org.org_name,
            "role": org.user_role,
            "additional_roles": org.additional_roles,
            "permissions": org.user_permissions,
        })
    });
    json!({
        "user_id": it.user_id,
        "email": it.email,
        "username": it.username,
        "first_name": it.first_name,
        "last_name": it.last_name,
        "enabled": it.enabled,
        "locked": it.locked,
        "orgs": orgs.collect::<Value>(),
    })
}

pub(super) fn orgs(context: &Context<'_>) -> Result<Value, CommandError> {
    let store = context.shared.lock_store();
    let orgs = store.orgs.iter().map(|(org_id, org)| {
        let members = store.users.member_ids(org_id).into_iter();
        let members = members.filter_map(|user_id| {
            let user = store.users.get(&user_id)?;
            let membership = user.memberships.get(org_id)?;
            Some(json!({
                "user_id": user_id,
                "email": user.metadata.email,
                "role": membership.role,
                "additional_roles": membership.additional_roles,
            }))
        });
        json!({
            "org_id": org_id,
            "name": org.name,
            "members": members.collect::<Value>(),
        })
    });
    Ok(orgs.collect())
}
