//! Hints: the mistake behind a denial, for the log.
//!
//! Nothing here decides anything, and the caller sees none of it. Most denials during development have
//! one of a few dozen causes, such as a token in quotes or one of the test environment, and the log names
//! the likely one. What takes longer, such as reading the claims of an unverified token, is done only if
//! the log is enabled at debug level.

mod elsewhere;
mod explanations;
mod header;
mod issuer;
mod mistake;
mod org;
mod payload;
mod token;

use actix_web::{
    dev::RequestHead,
    http::header::{AUTHORIZATION, HeaderValue},
};

pub(in crate::access) use self::{
    explanations::HINTS,
    mistake::Hint,
    payload::{times_of, user_id_of_verified},
};
use super::{
    denied::{Denied, Forbidden, InvalidToken, Unauthorized},
    settings::Settings,
    user::User,
};

/// Returns the likely mistake behind a denial, if the request shows one.
pub(in crate::access) fn find(
    denied: &Denied,
    settings: &Settings,
    head: Option<&RequestHead>,
    user: Option<&User>,
) -> Option<Hint> {
    match denied {
        Denied::Unauthorized(denied) => {
            let head = head?;
            let value = head.headers().get(AUTHORIZATION);
            of_unauthorized(denied, settings, head, value.map(HeaderValue::as_bytes))
        }
        Denied::Forbidden(denied) => of_forbidden(denied, user),
        Denied::Unavailable { .. }
        | Denied::Unreachable { .. }
        | Denied::TokenTooLong { .. }
        | Denied::TooManyRequests { .. }
        | Denied::NoEnvironment(_)
        | Denied::Misconfigured(_) => None,
    }
}

fn of_unauthorized(
    denied: &Unauthorized,
    settings: &Settings,
    head: &RequestHead,
    authorization: Option<&[u8]>,
) -> Option<Hint> {
    match (denied, authorization) {
        (Unauthorized::NoCredentials, None) => elsewhere::find(head),
        (Unauthorized::NoCredentials, Some(value)) => Some(header::of_other_scheme(value)),
        (Unauthorized::MalformedHeader(_), Some(value)) => header::of_malformed(value),
        (Unauthorized::InvalidToken(problem), Some(value)) => {
            let token = super::token::header::parse(value, settings.max_token_len).ok()?;
            token::find(token, problem, settings)
        }
        _ => None,
    }
}

/// Returns the likely mistake behind a 403.
fn of_forbidden(denied: &Forbidden, user: Option<&User>) -> Option<Hint> {
    match denied {
        Forbidden::UserIsNotInOrg(required) => org::find(required, user?),
        denied => Some(Hint::new(denied.shortfall()?.code()?, "")),
    }
}

/// Returns the difference between the issuers of a denial. It needs no request.
pub(in crate::access) fn of_issuer(problem: &InvalidToken) -> Option<Hint> {
    match problem {
        InvalidToken::Issuer {
            found, expected, ..
        } => Some(issuer::of_signed(found, expected)),
        _ => None,
    }
}
