//! The one token of a request, among the places that are read.
//!
//! | `Authorization` | the other places | the token is |
//! |---|---|---|
//! | none, or of another scheme than `Bearer` | nothing | missing |
//! | none, or of another scheme than `Bearer` | one text, once or in several places | that text |
//! | none, or of another scheme than `Bearer` | different texts, or a place that occurs twice | ambiguous: 401 |
//! | a token | nothing, or the same text | that of the header |
//! | a token | another text, or a place that occurs twice | ambiguous: 401 |
//! | malformed, or two headers | not looked at | as malformed as without other places: 401 |
//!
//! If a place is there twice, such as of the handle and of a middleware, both say which origins it is accepted from,
//! and the stricter one decides.
//!
//! Nothing is skipped because it is invalid: a proxy in front, or another program behind, might read the place that
//! was skipped. A text that is not one word is denied like a header that is not.

use std::{borrow::Cow, cell::RefMut, sync::Arc};

use actix_web::{
    HttpMessage as _, HttpRequest,
    dev::{Extensions, RequestHead},
    guard::GuardContext,
    http::header::AUTHORIZATION,
};

use super::{elsewhere::Elsewhere, token_source::TokenSource, token_sources::TokenSources};
use crate::access::{
    denied::{Denied, Unauthorized},
    malformed_credential::MalformedCredential,
    settings::Settings,
    token::header,
};

/// The name of the place that is always read.
const HEADER: &str = "the header Authorization";

/// The request that is authenticated.
#[derive(Clone, Copy)]
pub(in crate::access) enum Asked<'r> {
    /// A request that has been routed.
    Request(&'r HttpRequest),
    /// A request for which actix-web is selecting a route.
    Routing(&'r GuardContext<'r>),
}

impl<'r> Asked<'r> {
    fn head(self) -> &'r RequestHead {
        match self {
            Self::Request(request) => request.head(),
            Self::Routing(context) => context.head(),
        }
    }

    /// Returns the request, which actix-web does not give to routing guards.
    fn request(self) -> Option<&'r HttpRequest> {
        match self {
            Self::Request(request) => Some(request),
            Self::Routing(_) => None,
        }
    }

    fn extensions_mut(self) -> RefMut<'r, Extensions> {
        match self {
            Self::Request(request) => request.extensions_mut(),
            Self::Routing(context) => context.req_data_mut(),
        }
    }
}

/// A token in another place than the `Authorization` header.
pub(in crate::access) struct Credential {
    /// The token as the value of an `Authorization` header.
    pub(in crate::access) authorization: String,
    /// Whether the request is marked with this token already.
    pub(in crate::access) is_known: bool,
}

/// Returns the token of a request, if it is in another place than the `Authorization` header, and marks the request.
///
/// Returns `None` if the header decides: it has the token, or is malformed, or there is no token at all. From there
/// on, tokens of all places are treated alike.
///
/// # Errors
///
/// Returns a denial if the token cannot be read, if there are different ones, or if another site may have made a
/// browser send it.
pub(in crate::access) fn find(
    sources: &TokenSources,
    asked: Asked<'_>,
    settings: &Arc<Settings>,
) -> Result<Option<Credential>, Denied> {
    if sources.is_empty() {
        return Ok(None);
    }
    let Some(Found { token, source, at }) = only(sources, asked, settings.max_token_len)? else {
        return Ok(None);
    };
    let authorization = header::with_scheme(&token);
    // Before the checks, so that the log names the place and the mistake.
    let marker = Elsewhere {
        settings: Arc::clone(settings),
        sources: sources.clone(),
        found_at: at,
        authorization: authorization
            .clone()
            .unwrap_or_else(|| format!("Bearer {token}")),
    };
    let last = asked.extensions_mut().insert(marker);
    // A place that is there twice, such as of the handle and of a middleware, is as strict as both.
    for same in sources.iter().filter(|it| it.is_same_place(source)) {
        same.check_origin(asked.head())?;
    }
    let Some(authorization) = authorization else {
        return Err(MalformedCredential::NotOneToken(source.to_string()).into());
    };
    let is_known = last.is_some_and(|last| {
        Arc::ptr_eq(&last.settings, settings) && last.authorization == authorization
    });
    Ok(Some(Credential {
        authorization,
        is_known,
    }))
}

/// A token, and the place that it is in.
struct Found<'r> {
    token: Cow<'r, str>,
    source: &'r TokenSource,
    at: usize,
}

/// Returns the token of a request, if it is in another place than the `Authorization` header and the only one.
fn only<'r>(
    sources: &'r TokenSources,
    asked: Asked<'r>,
    max_token_len: usize,
) -> Result<Option<Found<'r>>, Denied> {
    let mut in_header = None;
    let mut headers = asked.head().headers().get_all(AUTHORIZATION);
    match (headers.next(), headers.next()) {
        (None, _) => {}
        (Some(value), None) => match header::parse(value.as_bytes(), max_token_len) {
            Ok(token) => in_header = Some(token),
            // Such as the password of a proxy.
            Err(Denied::Unauthorized(Unauthorized::NoCredentials)) => {}
            Err(_) => return Ok(None),
        },
        _ => return Ok(None),
    }
    let mut found: Option<Found<'_>> = None;
    for (at, source) in sources.iter().enumerate() {
        let Some(token) = source.read(asked.head(), asked.request())? else {
            continue;
        };
        let first = match (in_header, &found) {
            (Some(first), _) => (first, None),
            (None, Some(first)) => (&*first.token, Some(first.source)),
            (None, None) => {
                found = Some(Found { token, source, at });
                continue;
            }
        };
        if first.0 != token {
            let first = first
                .1
                .map_or_else(|| HEADER.to_owned(), ToString::to_string);
            return Err(MalformedCredential::Ambiguous(first, source.to_string()).into());
        }
    }
    Ok(found)
}
