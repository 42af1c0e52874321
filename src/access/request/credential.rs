//! The one token of a request, among the places that a middleware reads.

use std::borrow::Cow;

use actix_web::{HttpRequest, http::header::AUTHORIZATION};

use super::token_source::TokenSource;
use crate::access::{
    denied::{Denied, Unauthorized},
    malformed_credential::MalformedCredential,
    token::header,
};

/// The name of the place that is always read.
const HEADER: &str = "the header Authorization";

/// Returns the token of a request as the value of an `Authorization` header, if it is in another place.
///
/// Returns `None` if the header decides: it has the token, or is malformed, or there is no token at all. From there
/// on, tokens of all places are treated alike.
///
/// # Errors
///
/// Returns a denial if the token cannot be read, if there are different ones, or if another site may have made a
/// browser send it.
pub(super) fn find(
    sources: &[TokenSource],
    request: &HttpRequest,
    max_token_len: usize,
) -> Result<Option<String>, Denied> {
    if sources.is_empty() {
        return Ok(None);
    }
    let mut found: Option<(Cow<'_, str>, Option<&TokenSource>)> = None;
    let mut headers = request.headers().get_all(AUTHORIZATION);
    match (headers.next(), headers.next()) {
        (None, _) => {}
        (Some(value), None) => match header::parse(value.as_bytes(), max_token_len) {
            Ok(token) => found = Some((Cow::Borrowed(token), None)),
            // Such as the password of a proxy.
            Err(Denied::Unauthorized(Unauthorized::NoCredentials)) => {}
            Err(_) => return Ok(None),
        },
        _ => return Ok(None),
    }
    for source in sources {
        let Some(token) = source.read(request)? else {
            continue;
        };
        match &found {
            None => found = Some((token, Some(source))),
            Some((first, _)) if *first == token => {}
            Some((_, first)) => {
                let first = first.map_or_else(|| HEADER.to_owned(), ToString::to_string);
                return Err(MalformedCredential::Ambiguous(first, source.to_string()).into());
            }
        }
    }
    let Some((token, Some(source))) = found else {
        return Ok(None);
    };
    source.check_origin(request.head())?;
    match header::with_scheme(&token) {
        Some(value) => Ok(Some(value)),
        None => Err(MalformedCredential::NotOneToken(source.to_string()).into()),
    }
}
