//! Tokens in other places than the `Authorization` header.
//!
//! | in a request without the header | hint |
//! |---|---|
//! | `OPTIONS` with `Origin` and `Access-Control-Request-Method` | `cors_preflight` |
//! | `svix-id` or `webhook-id` | `webhook_behind_middleware` |
//! | `X-Access-Token` and the like | `token_in_other_header` |
//! | `?access_token=eyJ…` and the like | `token_in_query` |
//! | `Sec-WebSocket-Protocol: bearer, eyJ…` | `token_in_websocket_protocol` |
//! | `Upgrade: websocket` | `websocket_without_token` |
//! | `Cookie: session=eyJ…` | `token_in_cookie` |
//!
//! The first that applies is the hint. A token in such a place is not used, only pointed at,
//! unless a middleware was told to read it there (`request/token_source.rs`).

use actix_web::{dev::RequestHead, http::header, web};

use super::mistake::Hint;
use crate::access::{guard::preflight::is_preflight, token::credential::is_jwt};

/// Headers that clients and proxies put a token into.
const HEADERS: [&str; 13] = [
    "x-access-token",
    "x-auth-token",
    "x-authorization",
    "x-forwarded-authorization",
    "x-original-authorization",
    "x-api-key",
    "x-token",
    "access-token",
    "auth-token",
    "authentication",
    "proxy-authorization",
    "token",
    "jwt",
];

/// Query parameters that clients put a token into.
const PARAMETERS: [&str; 6] = [
    "access_token",
    "accesstoken",
    "token",
    "jwt",
    "auth",
    "id_token",
];

/// Returns where the token of a request without an `Authorization` header is instead. Names are logged
/// only if they are in the lists above, and values never.
pub(super) fn find(head: &RequestHead) -> Option<Hint> {
    if is_preflight(head) {
        return Some(Hint::new(
            "cors_preflight",
            "the request is a CORS preflight, which browsers send without a token",
        ));
    }
    let is_webhook = |name: &&str| head.headers().contains_key(*name);
    if ["svix-id", "webhook-id"].iter().any(is_webhook) {
        return Some(Hint::new(
            "webhook_behind_middleware",
            "the request is a webhook, whose sender has no token",
        ));
    }
    if let Some(name) = HEADERS
        .iter()
        .find(|name| head.headers().contains_key(**name))
    {
        return Some(Hint::new(
            "token_in_other_header",
            format!("there is a header `{name}`, which is not read"),
        ));
    }
    if is_in_query(head) {
        return Some(Hint::new(
            "token_in_query",
            "there is a token in the query of the URL, which is not read",
        ));
    }
    let mut protocols = head.headers().get_all(header::SEC_WEBSOCKET_PROTOCOL);
    let is_offered = protocols.any(|value| {
        let offered = value.to_str().unwrap_or_default().split(',');
        // A JWT, or one after a prefix of any kind.
        offered.map(str::trim).any(|it| {
            is_jwt(it)
                || it
                    .find("eyJ")
                    .and_then(|at| it.get(at..))
                    .is_some_and(is_jwt)
        })
    });
    if is_offered {
        return Some(Hint::new(
            "token_in_websocket_protocol",
            "there is a token among the protocols of the WebSocket, which is not read",
        ));
    }
    let is_websocket = head
        .headers()
        .get(header::UPGRADE)
        .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"websocket"));
    if is_websocket {
        return Some(Hint::new(
            "websocket_without_token",
            "the request opens a WebSocket, for which browsers send no `Authorization` header",
        ));
    }
    let mut cookies = head.headers().get_all(header::COOKIE);
    let has_token = cookies.any(|value| {
        let pairs = value.to_str().unwrap_or_default().split(';');
        let mut values = pairs.filter_map(|pair| pair.split_once('='));
        values.any(|(_, value)| is_jwt(value.trim()))
    });
    has_token.then(|| {
        Hint::new(
            "token_in_cookie",
            "there is a token in a cookie, which is not read",
        )
    })
}

fn is_in_query(head: &RequestHead) -> bool {
    let query = head.uri.query().unwrap_or_default();
    let pairs = web::Query::<Vec<(String, String)>>::from_query(query);
    pairs.is_ok_and(|pairs| {
        pairs.iter().any(|(name, value)| {
            let is_known = PARAMETERS.contains(&name.to_ascii_lowercase().as_str());
            is_jwt(value) || (is_known && !value.is_empty())
        })
    })
}
