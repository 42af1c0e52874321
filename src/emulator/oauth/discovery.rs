//! Where the endpoints are, and the key that verifies (OpenID Connect Discovery, RFC 7517).
//!
//! Known differences to PropelAuth: `jwks-without-kid` in docs/differences.md.

use serde_json::{Value, json};

use super::authorize::SCOPES;
use crate::emulator::{
    state::Store,
    web::{Access::Frontend, Reply, Route, StateRoute, WebRequest},
};

pub(super) static ROUTES: &[StateRoute] = &[
    Route::new(
        "openid_configuration",
        ("GET", "/.well-known/openid-configuration"),
        Frontend,
        "where the endpoints of OpenID Connect are",
        configuration,
    ),
    Route::new(
        "jwks",
        ("GET", "/.well-known/jwks.json"),
        Frontend,
        "the key that verifies ID tokens and access tokens",
        jwks,
    ),
];

/// Answers the members that PropelAuth answers, and no others.
fn configuration(store: &mut Store, _: &WebRequest) -> Reply {
    let at = |path: &str| format!("{}{path}", store.project.auth_url);
    Reply::json(
        200,
        json!({
            "issuer": store.project.issuer,
            // For browsers, which keep a session per host.
            "authorization_endpoint": format!(
                "{}/propelauth/oauth/authorize",
                store.project.pages_url()
            ),
            "token_endpoint": at("/propelauth/oauth/token"),
            "userinfo_endpoint": at("/propelauth/oauth/userinfo"),
            "jwks_uri": at("/.well-known/jwks.json"),
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "scopes_supported": SCOPES,
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "claims_supported": [
                "email", "email_verified", "exp", "first_name", "last_name", "iat", "iss", "picture_url",
            ],
        }),
    )
}

/// Answers one key without an id, because the headers of tokens have none.
fn jwks(store: &mut Store, _: &WebRequest) -> Reply {
    let key = store.signing_key.numbers().map(|(modulus, exponent)| {
        json!({ "kty": "RSA", "use": "sig", "alg": "RS256", "n": modulus, "e": exponent })
    });
    let keys: Vec<Value> = key.into_iter().collect();
    Reply::json(200, json!({ "keys": keys }))
}
