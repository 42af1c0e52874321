//! What must hold whatever PropelAuth, or whoever answers in its place, sends back. Property
//! tests and fuzz targets both end up here.

use std::time::Duration;

use actix_web::{
    ResponseError,
    http::{
        StatusCode,
        header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER},
    },
    web::Bytes,
};
use serde_json::Value;

use super::{Error, exchange::Exchange};
use crate::api::{
    CreateAccessToken, CreateUser, DeleteUser, Endpoint, FetchBatchUserMetadataByEmails,
    FetchChartMetricData, FetchOrg, FetchSamlSpMetadata, FetchUserMetadataByUserId,
    FetchUsersByQuery, Refusal, ResendEmailConfirmation, SendSmsMfaCode, ValidateApiKey,
    ValidateOrgApiKey, ValidatePersonalApiKey, VerifySmsChallenge, VerifyStepUpGrant,
    VerifyStepUpTotpChallenge,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Stands for what a reply knows of a person. Seeds have it in their bodies, from where the
/// fuzzer takes it to other places.
const SECRET: &str = "s3cret";

/// A status, header lines, an empty line and a body: read as the reply to operations of every
/// kind, it gives an error that says what happened in words that are not the body's.
#[must_use]
pub fn error_decoding(reply: &[u8]) -> bool {
    let Some(exchange) = exchange(reply) else {
        return false;
    };
    [
        reads::<CreateUser>(&exchange),
        reads::<DeleteUser>(&exchange),
        reads::<FetchUserMetadataByUserId>(&exchange),
        reads::<FetchUsersByQuery>(&exchange),
        reads::<FetchBatchUserMetadataByEmails>(&exchange),
        reads::<FetchOrg>(&exchange),
        reads::<FetchChartMetricData>(&exchange),
        reads::<FetchSamlSpMetadata>(&exchange),
        reads::<CreateAccessToken>(&exchange),
        reads::<ResendEmailConfirmation>(&exchange),
        reads::<ValidateApiKey>(&exchange),
        reads::<ValidatePersonalApiKey>(&exchange),
        reads::<ValidateOrgApiKey>(&exchange),
        reads::<SendSmsMfaCode>(&exchange),
        reads::<VerifySmsChallenge>(&exchange),
        reads::<VerifyStepUpGrant>(&exchange),
        reads::<VerifyStepUpTotpChallenge>(&exchange),
    ]
    .contains(&true)
}

/// Lines are two `Retry-After` headers, and then a body: nobody is asked to wait for more than a
/// day, and a number is taken as it is.
#[must_use]
pub fn retry_after(reply: &[u8]) -> bool {
    let mut parts = reply.splitn(3, |byte| *byte == b'\n');
    let mut part = || parts.next().unwrap_or_default();
    let values = [part(), part()];
    let mut headers = HeaderMap::new();
    for value in values.into_iter().filter(|value| !value.is_empty()) {
        if let Ok(value) = HeaderValue::from_bytes(value) {
            headers.append(RETRY_AFTER, value);
        }
    }
    let body = Bytes::copy_from_slice(part());
    let mut has_wait = false;
    for status in [429_u16, 502, 503, 504, 500, 404] {
        let status = StatusCode::from_u16(status).unwrap_or_default();
        let exchange = Exchange::new(status, &headers, body.clone());
        let wait = exchange.retry_after();
        has_wait |= wait.is_some();
        let first = headers
            .get(RETRY_AFTER)
            .and_then(|value| value.to_str().ok());
        if let Some(Ok(seconds)) = first.map(str::parse::<u32>) {
            let seconds = Duration::from_secs(seconds.into());
            if first.is_some_and(|text| !text.starts_with('+')) {
                assert_eq!(wait, Some(seconds.min(DAY)));
            }
        }
        assert!(wait.is_none_or(|wait| wait <= DAY), "{wait:?}");
        reads::<DeleteUser>(&exchange);
        reads::<ValidateApiKey>(&exchange);
    }
    has_wait
}

fn exchange(reply: &[u8]) -> Option<Exchange> {
    let mut lines = reply.splitn(2, |byte| *byte == b'\n');
    let status = StatusCode::from_bytes(lines.next()?).ok()?;
    let mut rest = lines.next()?;
    let mut headers = HeaderMap::new();
    loop {
        let mut lines = rest.splitn(2, |byte| *byte == b'\n');
        let line = lines.next()?;
        rest = lines.next().unwrap_or_default();
        if line.is_empty() {
            break;
        }
        let mut parts = line.splitn(2, |byte| *byte == b':');
        let name = HeaderName::from_bytes(parts.next()?).ok()?;
        let value = parts.next()?.trim_ascii_start();
        headers.append(name, HeaderValue::from_bytes(value).ok()?);
    }
    Some(Exchange::new(
        status,
        &headers,
        Bytes::copy_from_slice(rest),
    ))
}

/// Reads a reply as that of one operation, and tells whether it was one of a success.
fn reads<E: Endpoint>(exchange: &Exchange) -> bool {
    let Err(error) = exchange.read::<E>() else {
        assert!(exchange.status.is_success());
        return true;
    };
    let said = error.to_string();
    assert!(!said.is_empty() && said.len() < 10_000);
    assert!(!said.contains(char::is_control), "{said:?}");
    check_said(exchange, &said);
    check_kind(exchange.status, &error);

    assert!(
        error.retry_after().is_none_or(|wait| wait <= DAY),
        "{error:?}"
    );
    let status = error.status_code();
    assert!([404, 500, 503].contains(&status.as_u16()), "{status}");
    let response = error.error_response();
    assert_eq!(response.status(), status);
    if let Some(wait) = response.headers().get(RETRY_AFTER) {
        let seconds: u64 = wait
            .to_str()
            .unwrap_or_default()
            .parse()
            .unwrap_or(u64::MAX);
        assert!(seconds <= DAY.as_secs());
    }
    false
}

/// Names of fields may be said where they are single words, and nothing else of a body.
fn check_said(exchange: &Exchange, said: &str) {
    if !said.contains(SECRET) || in_headers(exchange) {
        return;
    }
    let body = serde_json::from_slice(&exchange.body).unwrap_or_default();
    assert_eq!(exchange.status, StatusCode::BAD_REQUEST, "{said}");
    assert!(has_field_name(&body), "{said}");
}

fn in_headers(exchange: &Exchange) -> bool {
    let mut values = [&exchange.retry_after, &exchange.location]
        .into_iter()
        .flatten();
    values.any(|value| {
        value
            .as_bytes()
            .to_ascii_lowercase()
            .windows(SECRET.len())
            .any(|it| it == SECRET.as_bytes())
    })
}

fn has_field_name(json: &Value) -> bool {
    let Value::Object(members) = json else {
        return false;
    };
    let is_word = |name: &str| !name.contains(|c: char| c.is_whitespace() || "@:/".contains(c));
    let named = |name: &String| name.contains(SECRET) && is_word(name);
    members.keys().any(named) || members.values().any(has_field_name)
}

/// A success is never reported as a failure of the connection, nor a wrong key as anything else.
fn check_kind<R: Refusal>(status: StatusCode, error: &Error<R>) {
    match error {
        Error::InvalidApiKey => assert_eq!(status, 401),
        Error::Decode(_) => assert!(status.is_success()),
        Error::Redirect { to, .. } => {
            assert!(status.is_redirection());
            assert!(
                to.as_deref().is_none_or(|to| !to.contains(['?', '@', '#'])),
                "{to:?}"
            );
        }
        Error::Unavailable { .. } => assert!(status.is_server_error()),
        Error::RateLimited { .. } => assert_eq!(status, 429),
        Error::BadRequest(_) => assert_eq!(status, 400),
        _ => assert!(status != 401, "{error:?}"),
    }
}
