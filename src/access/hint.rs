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

use actix_web::dev::RequestHead;

pub(in crate::access) use self::{
    explanations::HINTS,
    mistake::Hint,
    payload::{times_of, user_id_of_verified},
};
use super::{
    denial_place::Presented,
    denied::{Denied, Forbidden, InvalidToken, Unauthorized},
    settings::Settings,
    user::User,
};

/// Returns the likely mistake behind a denial, if the request shows one.
pub(in crate::access) fn find(
    denied: &Denied,
    settings: &Settings,
    head: Option<&RequestHead>,
    presented: &Presented,
    user: Option<&User>,
) -> Option<Hint> {
    match denied {
        Denied::Unauthorized(denied) => {
            let value = presented.authorization.as_deref();
            match &presented.place {
                Some(_) => of_elsewhere(denied, settings, value?),
                None => of_unauthorized(denied, settings, head?, value),
            }
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
        (denied, Some(value)) => of_token(denied, settings, value),
        (_, None) => None,
    }
}

/// Returns the likely mistake in a token that is in another place than the header, by what the header would be.
fn of_elsewhere(denied: &Unauthorized, settings: &Settings, value: &[u8]) -> Option<Hint> {
    match denied {
        Unauthorized::MalformedCredential(_) => header::of_malformed_elsewhere(value),
        denied => of_token(denied, settings, value),
    }
}

/// Returns the likely mistake in a token that is one word.
fn of_token(denied: &Unauthorized, settings: &Settings, value: &[u8]) -> Option<Hint> {
    let Unauthorized::InvalidToken(problem) = denied else {
        return None;
    };
    let token = super::token::header::parse(value, settings.max_token_len).ok()?;
    token::find(token, problem, settings)
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
