//! Decoding a response: the status decides first, then the error code, then the body.
//!
//! Never the shape of the body alone: a 401 with a JSON object would fit many error types whose fields are
//! all optional, and a revoked integration key would be reported as an invalid argument.
//!
//! | status | the operation refuses for it | otherwise |
//! | --- | --- | --- |
//! | 2xx, the body decodes | | the entity |
//! | 2xx, the body is `null` or does not decode | its refusal (`null` is "not found") | `Decode` |
//! | 3xx | | `Redirect`: it is not followed |
//! | 400 | its refusal | `BadRequest` with the fields |
//! | 401 | never | `InvalidApiKey` |
//! | 404 and others | its refusal | `UnexpectedStatus` |
//! | 413, 426, 429 | its refusal | `PayloadTooLarge`, `OrgsNotEnabled`, `RateLimited` |
//! | 502, 503, 504 | its refusal | `Unavailable` |

use actix_web::http::StatusCode;
use serde::{Deserialize, de::DeserializeOwned};
use url::Url;

use super::{
    error::{CallError, DecodeError, Error},
    retry_after::retry_after,
};
use crate::{
    client::{Delivery, RawResponse},
    endpoint::{
        Endpoint, FieldErrors, Refusal,
        codec::{RefusalCodec, ResponseCodec},
    },
};

/// Decodes the response to an operation.
///
/// # Errors
///
/// Returns the operation's refusal if the response has one, and otherwise a failure that all
/// operations share.
pub(super) fn read<E: Endpoint>(response: &RawResponse) -> Result<E::Response, Error<E::Refusal>> {
    if response.status.is_success() {
        return <E::Response as ResponseCodec>::read(&response.body).map_err(|error| {
            refusal_in_success::<E>(response)
                .map_or_else(|| Error::Decode(DecodeError::new(&error)), Error::Refused)
        });
    }
    // 401 is about the integration key whatever the operation is, so no table of refusals may have
    // it: a revoked key must never look like a user who does not exist.
    if response.status != StatusCode::UNAUTHORIZED {
        let code = error_code(response);
        if let Some(refusal) = <E::Refusal as RefusalCodec>::read(
            response.status.as_u16(),
            code.as_deref(),
            &response.body,
        ) {
            return Err(Error::Refused(refusal));
        }
    }
    Err(shared_failure(response).widen())
}

/// Decodes the response to an operation that the crate does not have. An empty body is read as `null`.
///
/// # Errors
///
/// Returns the failure that the status means for all operations.
pub(super) fn read_json<T: DeserializeOwned>(response: &RawResponse) -> Result<T, CallError> {
    read_success(response)?;
    let body = match response.body.trim_ascii() {
        b"" => b"null",
        body => body,
    };
    serde_json::from_slice(body).map_err(|error| Error::Decode(DecodeError::new(&error)))
}

/// Checks that the status is one of success.
pub(super) fn read_success(response: &RawResponse) -> Result<(), CallError> {
    if response.status.is_success() {
        Ok(())
    } else {
        Err(shared_failure(response))
    }
}

/// Returns the refusal that a response with a status of success means, if any.
fn refusal_in_success<E: Endpoint>(response: &RawResponse) -> Option<E::Refusal> {
    // Some operations respond with `null` instead of 404.
    if response.body.trim_ascii() == b"null" {
        return <E::Refusal as RefusalCodec>::read(404, None, &[]).filter(Refusal::is_not_found);
    }
    <E::Refusal as RefusalCodec>::read(response.status.as_u16(), None, &response.body)
}

/// Returns the failure for a status that means the same for every operation.
fn shared_failure(response: &RawResponse) -> CallError {
    let status = response.status.as_u16();
    match status {
        300..=399 => Error::Redirect {
            status,
            to: redirect_target(response),
            source: None,
        },
        400 => Error::BadRequest(FieldErrors::read(&response.body)),
        401 => Error::InvalidApiKey,
        413 => Error::PayloadTooLarge,
        426 => Error::OrgsNotEnabled,
        429 => Error::RateLimited {
            retry_after: retry_after(response),
            source: None,
        },
        502..=504 => Error::Unavailable {
            delivery: Delivery::Delivered,
            status: Some(status),
            retry_after: retry_after(response),
            source: None,
        },
        _ => Error::UnexpectedStatus {
            status,
            error_code: error_code(response),
            source: None,
        },
    }
}

/// Returns the `error_code` of the body, if it is a word.
fn error_code(response: &RawResponse) -> Option<String> {
    #[derive(Deserialize)]
    struct Coded {
        error_code: String,
    }
    let coded: Coded = serde_json::from_slice(&response.body).ok()?;
    // The code becomes part of an error. Whatever is not a word may be the user's data.
    let is_word = coded.error_code.len() <= 64
        && coded
            .error_code
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    is_word.then_some(coded.error_code)
}

/// Returns the origin of a redirect's target. Path and query are omitted, as they may hold secrets.
fn redirect_target(response: &RawResponse) -> Option<String> {
    let location = Url::parse(response.location.as_ref()?.to_str().ok()?).ok()?;
    location
        .has_host()
        .then(|| location.origin().ascii_serialization())
}
