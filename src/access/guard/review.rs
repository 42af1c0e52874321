//! Review of the inner service's response: whether a denial has to replace it, and which headers it lacks.
//!
//! A handler that returns a denial with `?` does not know the settings of its project, and an application
//! or middleware in between may have worded the denial in its own way. The denial is known in three ways:
//!
//! | known by | where it comes from |
//! | --- | --- |
//! | [`Unreviewed`] | the application returned the denial's own response |
//! | [`denied_in`] | the application returned an error of its own that wraps the denial |
//! | [`Answered`] | this crate responded to the request, and something in between may have replaced it |
//!
//! What the application has not worded itself is replaced. What it has worded stays, with the headers that
//! the response lacks. A 401 that is not about a known denial gets a challenge as well.

use actix_web::{
    Error, HttpMessage as _, HttpRequest, HttpResponse,
    body::{BodySize, EitherBody, MessageBody},
    dev::ServiceResponse,
    error::InternalError,
    http::{StatusCode, header},
};

#[cfg(feature = "audit")]
use crate::access::probe::{self, Decision, Layer, Verdict};
use crate::access::{
    denial_log::{Place, log},
    denied::Denied,
    denied_response::{
        Answered, KEPT, Unreviewed, bare_challenge, complete, deny, problem, remove_own,
        respond_without_request,
    },
    denied_search::denied_in,
    realm::Realm,
    request::cached_result::settings_for,
    settings::Settings,
};

/// Reviews a response by the settings of the project that authenticated its request.
pub(in crate::access) fn apply_settings<B: MessageBody>(
    mut response: ServiceResponse<B>,
) -> ServiceResponse<EitherBody<B>> {
    let unreviewed = response.response_mut().extensions_mut().remove();
    let is_failure = response.status().is_client_error() || response.status().is_server_error();
    if unreviewed.is_none() && !is_failure && !response.status().is_redirection() {
        return response.map_into_left_body();
    }
    let Some(settings) = settings_for(response.request()) else {
        return response.map_into_left_body();
    };
    let answered = response
        .request()
        .extensions()
        .get()
        .map(|Answered(denied)| denied.clone());
    if let Some(denied) = answered.filter(|_| unreviewed.is_none()) {
        complete(response.response_mut().head_mut(), &denied, &settings);
        return response.map_into_left_body();
    }
    let Some((denied, wording)) = raised(&response, unreviewed) else {
        return with_challenge(response, &settings).map_into_left_body();
    };
    if wording.has_body || wording.has_status {
        log(&denied, &settings, Place::Request(response.request()));
    }
    let response = match wording {
        Wording { has_body: true, .. } => keep(response, &denied, &settings),
        Wording {
            has_status: true, ..
        } => hide(response, &denied, &settings),
        _ => replace(response, &denied, &settings),
    };
    #[cfg(feature = "audit")]
    probe::record(response.request(), || Decision {
        layer: Layer::Handler,
        verdict: Verdict::Raised(denied, response.status(), settings),
    });
    response
}

/// What the application has worded itself of a response to a denied request.
#[derive(Clone, Copy)]
struct Wording {
    has_status: bool,
    has_body: bool,
}

/// Returns the denial that the inner service raised, and what of the response the application worded.
fn raised<B: MessageBody>(
    response: &ServiceResponse<B>,
    unreviewed: Option<Unreviewed>,
) -> Option<(Denied, Wording)> {
    let response = response.response();
    if let Some(Unreviewed {
        denied,
        body_len,
        log,
    }) = unreviewed
    {
        log.cancel();
        let wording = Wording {
            has_status: response.status() != denied.status_code(),
            has_body: response.body().size() != BodySize::Sized(body_len),
        };
        return Some((denied, wording));
    }
    let error = response.error()?;
    let denied = denied_in(error)?;
    // The default status of an error is 500, so that it is not one that the application chose.
    let default = [denied.status_code(), StatusCode::INTERNAL_SERVER_ERROR];
    let wording = Wording {
        has_status: !default.contains(&response.status()),
        has_body: !is_text_of(error, response),
    };
    Some((denied, wording))
}

/// Applies the project's settings to a denial that middleware inside returned as `Err`. The request is gone
/// by then, so the hook cannot be called.
pub(in crate::access) fn apply_settings_to_error(error: Error, settings: &Settings) -> Error {
    // The error of an extractor, whose response has the settings already.
    if error.as_error::<InternalError<Denied>>().is_some() {
        return error;
    }
    let Some(denied) = denied_in(&error) else {
        return error;
    };
    let mut response = error.error_response();
    let unreviewed = response.extensions_mut().remove();
    let is_same = response.status() == denied.status_code();
    let is_ours = unreviewed.as_ref().is_some_and(|it: &Unreviewed| {
        is_same && response.body().size() == BodySize::Sized(it.body_len)
    });
    if let Some(Unreviewed { log, .. }) = unreviewed {
        log.cancel();
    }
    log(&denied, settings, Place::Unknown);
    let is_default = response.status() == StatusCode::INTERNAL_SERVER_ERROR || is_same;
    if is_ours || (is_default && is_text_of(&error, &response)) {
        response = respond_without_request(&denied, settings);
    } else {
        remove_own(response.head_mut(), &denied, Realm::DEFAULT);
        complete(response.head_mut(), &denied, settings);
    }
    InternalError::from_response(denied, response).into()
}

/// Keeps a response that the application worded, with the headers that it lacks.
fn keep<B>(
    mut response: ServiceResponse<B>,
    denied: &Denied,
    settings: &Settings,
) -> ServiceResponse<EitherBody<B>> {
    let head = response.response_mut().head_mut();
    // The default realm, which the application did not choose.
    remove_own(head, denied, Realm::DEFAULT);
    complete(head, denied, settings);
    let marker = Answered(denied.clone());
    response.request().extensions_mut().insert(marker);
    response.map_into_left_body()
}

/// Replaces the body of a denial whose status the application changed, such as to 404 so that a caller does
/// not learn what exists. A body about another status would reveal it.
fn hide<B>(
    response: ServiceResponse<B>,
    denied: &Denied,
    settings: &Settings,
) -> ServiceResponse<EitherBody<B>> {
    let response = keep(response, denied, settings);
    let (request, old) = response.into_parts();
    let mut new = problem(old.status(), None);
    for name in KEPT {
        for value in old.headers().get_all(&name) {
            new.headers_mut().append(name.clone(), value.clone());
        }
    }
    with_headers_of(request, &old, new)
}

/// Adds what a 401 or 403 of the application itself lacks: every 401 must have a challenge (RFC 9110
/// §15.5.2), and neither is for a shared cache.
fn with_challenge<B>(mut response: ServiceResponse<B>, settings: &Settings) -> ServiceResponse<B> {
    let head = response.response_mut().head_mut();
    if head.status == StatusCode::UNAUTHORIZED
        && !head.headers.contains_key(header::WWW_AUTHENTICATE)
        && let Some(challenge) = bare_challenge(settings)
    {
        head.headers.insert(header::WWW_AUTHENTICATE, challenge);
    }
    let is_denied = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&head.status);
    if is_denied && !head.headers.contains_key(header::CACHE_CONTROL) {
        let no_store = header::HeaderValue::from_static("no-store");
        head.headers.insert(header::CACHE_CONTROL, no_store);
    }
    response
}

/// Returns `true` if the body of a response is the text of an error, as far as its type and length show.
/// Actix-web's default response has it, which for a denial is the exact reason.
fn is_text_of<B: MessageBody>(error: &Error, response: &HttpResponse<B>) -> bool {
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let is_text = content_type.is_some_and(|it| it.as_bytes().starts_with(b"text/plain"));
    let len = u64::try_from(error.to_string().len()).ok();
    is_text && len.is_some_and(|len| response.body().size() == BodySize::Sized(len))
}

/// Replaces a response by the response to a denial, and keeps the headers that middleware in between
/// added.
pub(in crate::access) fn replace<B>(
    response: ServiceResponse<B>,
    denied: &Denied,
    settings: &Settings,
) -> ServiceResponse<EitherBody<B>> {
    let (request, old) = response.into_parts();
    let new = deny(denied, settings, &request);
    with_headers_of(request, &old, new)
}

/// Returns a new response in place of an old one, with those of its headers that still apply.
fn with_headers_of<A, B>(
    request: HttpRequest,
    old: &HttpResponse<B>,
    mut new: HttpResponse,
) -> ServiceResponse<EitherBody<A>> {
    // Without the CORS headers of middleware in between, a browser would hide the response from the
    // program. Headers that describe the old body, or that the denial sets itself, do not apply.
    for (name, value) in old.headers() {
        let described_the_old = [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::ALLOW];
        let is_of_the_old = described_the_old.contains(name) || KEPT.contains(name);
        if !is_of_the_old && !new.headers().contains_key(name) {
            new.headers_mut().append(name.clone(), value.clone());
        }
    }
    ServiceResponse::new(request, new.map_into_right_body())
}
