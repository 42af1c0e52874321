//! The token that tells a client who has logged in (OpenID Connect Core, 2).
//!
//! Known differences to PropelAuth: `id-token-claims` in docs/differences.md.

use serde_json::{Map, Value, json};

use crate::emulator::state::{Session, Store, UserRecord};

/// Signs an ID token for the client of a session.
pub(super) fn id_token(
    store: &Store,
    session: &Session,
    logged_in_at: i64,
    nonce: Option<&str>,
    lifetime: i64,
) -> Option<Result<String, String>> {
    let user = store.users.get(&session.user_id)?;
    let grant = session.grant.as_ref()?;
    let mut claims = identity(user, &grant.scope);
    let now = store.now();
    for (name, value) in [
        ("iss", json!(store.project.issuer)),
        ("aud", json!(grant.client_id)),
        ("iat", json!(now)),
        ("exp", json!(now.saturating_add(lifetime))),
        ("auth_time", json!(logged_in_at)),
        ("nonce", json!(nonce)),
    ] {
        claims.insert(name.to_owned(), value);
    }
    claims.retain(|_, value| !value.is_null());
    Some(store.signing_key.sign(&claims))
}

/// Returns what the scopes tell about a user, under the names that PropelAuth's metadata lists.
fn identity(user: &UserRecord, scope: &[String]) -> Map<String, Value> {
    let user = &user.metadata;
    let has = |name| scope.iter().any(|scope| scope == name);
    let mut claims = Map::from_iter([("sub".to_owned(), json!(user.user_id))]);
    if has("email") {
        claims.insert("email".to_owned(), json!(user.email));
        claims.insert("email_verified".to_owned(), json!(user.email_confirmed));
    }
    if has("profile") {
        claims.insert("first_name".to_owned(), json!(user.first_name));
        claims.insert("last_name".to_owned(), json!(user.last_name));
        claims.insert("picture_url".to_owned(), json!(user.picture_url));
    }
    claims
}
