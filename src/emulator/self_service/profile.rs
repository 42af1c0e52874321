//! What users say about themselves: username, names and properties.

use serde_json::{Map, Value};

use super::{Fields, Needs, Refusal, session_user};
use crate::{
    emulator::state::{Store, UserRecord},
    words::ids::UserId,
};

/// A change of what is given.
#[derive(Debug, Default)]
pub(crate) struct ProfileChange {
    pub(crate) username: Option<String>,
    pub(crate) first_name: Option<String>,
    pub(crate) last_name: Option<String>,
    /// Replaces properties of the same names. Null removes one.
    pub(crate) properties: Map<String, Value>,
}

/// Changes the profile of the session's user. An empty text removes a name.
pub(crate) fn update_metadata(
    store: &mut Store,
    session: &str,
    change: ProfileChange,
) -> Result<(), Refusal> {
    let user_id = session_user(store, session, Needs::Confirmed)?;
    let mut fields = Fields::default();
    let username = change.username.as_deref();
    check_username(store, username, Some(&user_id), &mut fields);
    let user = store.users.get(&user_id);
    check_properties(store, user, &change.properties, &mut fields);
    fields.check()?;

    let Some(mut user) = store.users.get_mut(&user_id) else {
        return Ok(());
    };
    let metadata = &mut user.metadata;
    for (place, text) in [
        (&mut metadata.username, change.username),
        (&mut metadata.first_name, change.first_name),
        (&mut metadata.last_name, change.last_name),
    ] {
        if let Some(text) = text {
            *place = Some(text).filter(|text| !text.is_empty());
        }
    }
    if !change.properties.is_empty() {
        let properties = metadata.properties.get_or_insert_default();
        properties.extend(change.properties);
        properties.retain(|_, value| !value.is_null());
    }
    Ok(())
}

/// Adds a mistake if another user has the name.
pub(super) fn check_username(
    store: &Store,
    username: Option<&str>,
    user_id: Option<&UserId>,
    fields: &mut Fields,
) {
    let Some(username) = username.filter(|it| !it.is_empty()) else {
        return;
    };
    if username.contains('@') {
        // It could be the email address of another user, who then could not log in.
        fields.add("username", "invalid", "A username has no @ in it");
    } else if store.users.is_username_taken(username, user_id) {
        fields.add("username", "taken", "This username is in use already");
    }
}

/// Adds a mistake for each property that the user cannot set to this value.
pub(super) fn check_properties(
    store: &Store,
    user: Option<&UserRecord>,
    properties: &Map<String, Value>,
    fields: &mut Fields,
) {
    let settings = &store.project.settings.user_properties;
    for (name, value) in properties {
        if let Err((code, why)) = settings.check(user, name, value) {
            fields.add(name, code, why);
        }
    }
}
