//! API keys that users create: their own, and those of their organizations.

use serde::Serialize;
use serde_json::{Map, Value};

use super::{
    Code, Needs, Refusal,
    list::{ListPage, ListSlice},
    membership::member,
    session_user,
};
use crate::{
    api::{ApiKey, CreateApiKey, DeleteApiKey, SerializableSecret},
    emulator::{
        operations::handler::Handler,
        state::{Ability, Expiration, Store, ids::canonical},
    },
    words::ids::{ApiKeyId, UserId},
};

/// A key as its owner sees it: without its token.
#[derive(Debug, Serialize)]
pub(crate) struct ApiKeyRow {
    pub(crate) api_key_id: ApiKeyId,
    pub(crate) created_at: i64,
    pub(crate) expires_at_seconds: Option<i64>,
    pub(crate) metadata: Option<Map<String, Value>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) display_name: Option<String>,
}

/// A key that was created. This is the only time that its token is shown.
#[derive(Debug)]
pub(crate) struct NewApiKey {
    pub(crate) api_key_id: ApiKeyId,
    pub(crate) api_key_token: SerializableSecret,
}

/// The order of a list of keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum KeyOrder {
    #[default]
    CreatedAtAsc,
    CreatedAtDesc,
    ExpiresAtAsc,
    ExpiresAtDesc,
}

impl KeyOrder {
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "CreatedAtAsc" => Self::CreatedAtAsc,
            "CreatedAtDesc" => Self::CreatedAtDesc,
            "ExpiresAtAsc" => Self::ExpiresAtAsc,
            "ExpiresAtDesc" => Self::ExpiresAtDesc,
            _ => return None,
        })
    }
}

/// Returns a page of the user's own keys that have not expired.
pub(crate) fn personal_api_keys(
    store: &Store,
    session: &str,
    page: &ListPage,
    order: KeyOrder,
) -> Result<ListSlice<ApiKeyRow>, Refusal> {
    let user_id = session_user(store, session, Needs::Finished)?;
    if !store.project.settings.personal_api_keys_enabled {
        let message = "API keys of users are disabled";
        return Err(Refusal::new(Code::ActionDisabled, message));
    }
    Ok(list(store, page, order, |key| {
        is_personal_of(key, &user_id)
    }))
}

/// Returns a page of the keys of an organization that have not expired.
pub(crate) fn org_api_keys(
    store: &Store,
    session: &str,
    org_id: &str,
    page: &ListPage,
    order: KeyOrder,
) -> Result<ListSlice<ApiKeyRow>, Refusal> {
    let me = member(store, session, org_id)?;
    if !store.project.settings.org_api_keys_enabled {
        let message = "API keys of organizations are disabled";
        return Err(Refusal::new(Code::ActionDisabled, message));
    }
    me.check(Ability::ManageApiKeys)?;
    let org_id = Some(&me.org_id);
    Ok(list(store, page, order, |key| {
        key.org_id.as_ref() == org_id
    }))
}

fn is_personal_of(key: &ApiKey, user_id: &UserId) -> bool {
    key.org_id.is_none() && key.user_id.as_ref() == Some(user_id)
}

fn list(
    store: &Store,
    page: &ListPage,
    order: KeyOrder,
    is_wanted: impl Fn(&ApiKey) -> bool,
) -> ListSlice<ApiKeyRow> {
    let records = store.api_keys.keys.iter();
    let records = records.filter(|it| store.exists(it) && !store.is_expired(&it.key));
    let keys = records
        .map(|record| &record.key)
        .filter(|key| is_wanted(key));
    let mut keys: Vec<&ApiKey> = keys.collect();
    keys.retain(|key| {
        page.finds(&key.api_key_id) || key.display_name.as_deref().is_some_and(|it| page.finds(it))
    });
    // What never expires comes after all that does.
    let expires = |key: &&ApiKey| key.expires_at_seconds.unwrap_or(i64::MAX);
    match order {
        KeyOrder::CreatedAtAsc => {}
        KeyOrder::CreatedAtDesc => keys.reverse(),
        KeyOrder::ExpiresAtAsc => keys.sort_by_key(expires),
        KeyOrder::ExpiresAtDesc => keys.sort_by_key(|key| std::cmp::Reverse(expires(key))),
    }
    let rows = keys.into_iter().map(|key| ApiKeyRow {
        api_key_id: key.api_key_id.clone(),
        created_at: key.created_at,
        expires_at_seconds: key.expires_at_seconds,
        metadata: key.metadata.clone(),
        display_name: key.display_name.clone(),
    });
    page.slice(rows.collect())
}

/// Creates a key of the user, or of an organization of the user.
pub(crate) fn create_api_key(
    store: &mut Store,
    session: &str,
    org_id: Option<&str>,
    expiration: Option<&str>,
    display_name: Option<String>,
) -> Result<NewApiKey, Refusal> {
    let user_id = session_user(store, session, Needs::Finished)?;
    let settings = &store.project.settings;
    let forbidden = || Refusal::new(Code::ActionForbidden, "You cannot create API keys");
    let org_id = match org_id {
        None if settings.personal_api_keys_enabled => None,
        Some(org_id) if settings.org_api_keys_enabled => {
            // The method of the frontend library knows no code for an unknown organization.
            let me = member(store, session, org_id).map_err(|_| forbidden())?;
            me.check(Ability::ManageApiKeys)?;
            Some(me.org_id)
        }
        _ => return Err(forbidden()),
    };
    let offered = &settings.api_key_config.expiration_options;
    let expiration = match expiration {
        None => Some(offered.default),
        Some(name) => {
            let mut all = offered.options.iter().copied();
            all.find(|it: &Expiration| it.as_str() == name)
        }
    };
    let Some(expiration) = expiration else {
        let message = "A key cannot last that long";
        return Err(Refusal::new(Code::BadRequest, message));
    };
    let display_name = display_name.filter(|it| !it.is_empty());
    check_display_name(display_name.as_deref())?;
    let mut create = CreateApiKey::new();
    create.org_id = org_id;
    create.user_id = Some(user_id);
    create.expires_at_seconds = expiration.counted_from(store.now());
    create.display_name = display_name;
    let created = store.handle(create);
    let created = created.map_err(|why| Refusal::new(Code::UnexpectedError, why.to_string()))?;
    Ok(NewApiKey {
        api_key_id: created.api_key_id,
        api_key_token: created.api_key_token,
    })
}

/// The longest display name, in characters.
const MAX_NAME: usize = 100;

fn check_display_name(name: Option<&str>) -> Result<(), Refusal> {
    match name.is_some_and(|name| name.chars().count() > MAX_NAME) {
        true => {
            let message = format!("A name has at most {MAX_NAME} characters");
            Err(Refusal::field("display_name", "too_long", message))
        }
        false => Ok(()),
    }
}

/// Gives a key another display name.
pub(crate) fn rename_api_key(
    store: &mut Store,
    session: &str,
    api_key_id: &str,
    display_name: &str,
) -> Result<(), Refusal> {
    let api_key_id = own_key(store, session, api_key_id)?;
    check_display_name(Some(display_name))?;
    if let Some(record) = store.api_keys.keys.get_mut(&api_key_id) {
        record.key.display_name = Some(display_name.to_owned()).filter(|it| !it.is_empty());
    }
    Ok(())
}

/// Deletes a key of the user, or of an organization of the user.
pub(crate) fn delete_own_api_key(
    store: &mut Store,
    session: &str,
    api_key_id: &str,
) -> Result<(), Refusal> {
    let api_key_id = own_key(store, session, api_key_id)?;
    let deleted = store.handle(DeleteApiKey { api_key_id });
    deleted.map_err(|why| Refusal::new(Code::UnexpectedError, why.to_string()))
}

/// Returns the id of a key that the user manages.
fn own_key(store: &Store, session: &str, api_key_id: &str) -> Result<ApiKeyId, Refusal> {
    let user_id = session_user(store, session, Needs::Finished)?;
    let api_key_id = canonical::<ApiKeyId>(api_key_id);
    let not_found = || Refusal::new(Code::NotFound, "There is no such API key");
    let key = &store.api_key(&api_key_id).ok_or_else(not_found)?.key;
    if let Some(org_id) = &key.org_id {
        let me = member(store, session, org_id).map_err(|_| not_found())?;
        me.check(Ability::ManageApiKeys)?;
    } else if !is_personal_of(key, &user_id) {
        return Err(not_found());
    }
    Ok(api_key_id)
}
