//! The user of an access token.
//!
//! Known differences to PropelAuth: `userinfo-names` in docs/differences.md.

use serde_json::{Value, json};

use crate::{
    emulator::{
        frontend::user_info,
        state::{Store, UserRecord},
        web::{Access::Frontend, Reply, Route, StateRoute, WebRequest},
    },
    words::ids::UserId,
};

pub(super) static ROUTES: &[StateRoute] = &[
    Route::new(
        "oauth_userinfo",
        ("GET", "/propelauth/oauth/userinfo"),
        Frontend,
        "the user of an access token",
        userinfo,
    ),
    Route::new(
        "oauth_userinfo_by_post",
        ("POST", "/propelauth/oauth/userinfo"),
        Frontend,
        "the user of an access token",
        userinfo,
    ),
];

fn userinfo(store: &mut Store, request: &WebRequest) -> Reply {
    if !request.headers.contains_key("authorization") {
        // Without an error, as the caller may not know that it needs a token (RFC 6750, 3.1).
        return refused(r#"Bearer realm="propelauth""#);
    }
    let user = request
        .bearer()
        .and_then(|token| user_of(store, token))
        .filter(|user| user.metadata.enabled);
    let Some(user) = user else {
        return refused(r#"Bearer realm="propelauth", error="invalid_token""#);
    };
    let mut info = user_info(store, user);
    if let Some(info) = info.as_object_mut() {
        // The names of OpenID Connect besides PropelAuth's: a client compares `sub` with the ID token's.
        info.insert("sub".to_owned(), json!(user.metadata.user_id));
        let is_confirmed = user.metadata.email_confirmed;
        info.insert("email_verified".to_owned(), is_confirmed.into());
        info.insert(
            "org_id_to_org_info".to_owned(),
            json!(store.org_infos(user)),
        );
    }
    Reply::json(200, info)
}

fn refused(challenge: &'static str) -> Reply {
    let body = json!({ "error": "invalid_token" });
    Reply::json(401, body).header("www-authenticate", challenge)
}

/// Returns the user of an access token that this emulator signed and that has not expired.
fn user_of<'s>(store: &'s Store, token: &str) -> Option<&'s UserRecord> {
    let claims = store.signing_key.verified(token)?;
    let text = |name| claims.get(name).and_then(Value::as_str);
    if text("iss")? != store.project.issuer {
        return None;
    }
    let expires = claims.get("exp").and_then(Value::as_i64)?;
    // An ID token is signed with the same key and is no access token: it has `sub` only.
    let user_id = UserId::from(text("user_id")?);
    (store.now() < expires).then(|| store.users.get(&user_id))?
}
