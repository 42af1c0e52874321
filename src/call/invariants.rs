//! Properties of decoding that hold for any response, whether PropelAuth sent it or something in its
//! place. Property tests and fuzz targets both call these functions.

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

use super::{error::Error, read_response::read, retry_after::retry_after as read_retry_after};
use crate::{
    api::{
        CreateAccessToken, CreateUser, DeleteUser, Endpoint, FetchBatchUserMetadataByEmails,
        FetchChartMetricData, FetchOrg, FetchSamlSpMetadata, FetchUserMetadataByUserId,
        FetchUsersByQuery, Refusal, ResendEmailConfirmation, SendSmsMfaCode, ValidateApiKey,
        ValidateOrgApiKey, ValidatePersonalApiKey, VerifySmsChallenge, VerifyStepUpGrant,
        VerifyStepUpTotpChallenge,
    },
    client::RawResponse,
};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A stand-in for personal data. Seeds have it in their bodies, and the fuzzer moves it to other places.
const SECRET: &str = "s3cret";

/// A status, header lines, an empty line and a body: read as the reply to operations of every
/// kind, it gives an error that says what happened in words that are not the body's.
#[must_use]
pub fn error_decoding(reply: &[u8]) -> bool {
    let Some(response) = response(reply) else {
        return false;
    };
    [
        reads::<CreateUser>(&response),
        reads::<DeleteUser>(&response),
        reads::<FetchUserMetadataByUserId>(&response),
        reads::<FetchUsersByQuery>(&response),
        reads::<FetchBatchUserMetadataByEmails>(&response),
        reads::<FetchOrg>(&response),
        reads::<FetchChartMetricData>(&response),
        reads::<FetchSamlSpMetadata>(&response),
        reads::<CreateAccessToken>(&response),
        reads::<ResendEmailConfirmation>(&response),
        reads::<ValidateApiKey>(&response),
        reads::<ValidatePersonalApiKey>(&response),
        reads::<ValidateOrgApiKey>(&response),
        reads::<SendSmsMfaCode>(&response),
        reads::<VerifySmsChallenge>(&response),
        reads::<VerifyStepUpGrant>(&response),
        reads::<VerifyStepUpTotpChallenge>(&response),
    ]
    .contains(&true)
}

/// Two lines with `Retry-After` headers, and then a body: no wait is longer than a day, and a number of
/// seconds is returned unchanged.
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
        let response = RawResponse::new(status, &headers, body.clone());
        let wait = read_retry_after(&response);
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
        reads::<DeleteUser>(&response);
        reads::<ValidateApiKey>(&response);
    }
    has_wait
}

fn response(reply: &[u8]) -> Option<RawResponse> {
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
    Some(RawResponse::new(
        status,
        &headers,
        Bytes::copy_from_slice(rest),
    ))
}

/// Decodes a response as that of one operation, and returns `true` if it was a success.
fn reads<E: Endpoint>(response: &RawResponse) -> bool {
    let Err(error) = read::<E>(response) else {
        assert!(response.status.is_success());
        return true;
    };
    let said = error.to_string();
    assert!(!said.is_empty() && said.len() < 10_000);
    assert!(!said.contains(char::is_control), "{said:?}");
    check_said(response, &said);
    check_kind(response.status, &error);

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

/// Checks that an error names nothing of a body except for fields whose names are single words.
fn check_said(response: &RawResponse, said: &str) {
    if !said.contains(SECRET) || in_headers(response) {
        return;
    }
    let body = serde_json::from_slice(&response.body).unwrap_or_default();
    assert_eq!(response.status, StatusCode::BAD_REQUEST, "{said}");
    assert!(has_field_name(&body), "{said}");
}

fn in_headers(response: &RawResponse) -> bool {
    let mut values = [&response.retry_after, &response.location]
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

/// Checks that a success is never a failure of the connection, and a 401 never anything but an invalid
/// API key.
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
