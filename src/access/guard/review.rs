//! The answer of the service behind, looked over: who gave it, and whether a refusal of ours has to
//! take its place or to be put into its project's words.

use actix_web::{
    HttpRequest, HttpResponse,
    body::{BodySize, EitherBody, MessageBody},
    dev::ServiceResponse,
    http::{StatusCode, header},
};

use crate::access::{
    denied::Denied,
    denied_response::{KEPT, Unreviewed, respond},
    request::cached_result::settings_for,
    settings::Settings,
};

/// Returns whether no handler took the request, as far as can be seen: actix's own answer is an
/// empty 404 while some of the path is left unmatched, or an empty 405 once it is matched.
/// A handler's own empty 404 comes after the whole path was matched.
///
/// What looks alike: actix's empty 404 for `.route("", …)` at the root of a scope is taken for a
/// handler's. An empty 405 of a handler, and an empty 404 of a default service, are taken for
/// actix's; a body keeps them apart.
pub(in crate::access) fn is_unrouted<B: MessageBody>(response: &ServiceResponse<B>) -> bool {
    let is_matched = response.request().match_info().unprocessed().is_empty();
    let status = if is_matched {
        StatusCode::METHOD_NOT_ALLOWED
    } else {
        StatusCode::NOT_FOUND
    };
    let is_empty = matches!(
        response.response().body().size(),
        BodySize::None | BodySize::Sized(0)
    );
    response.status() == status
        && is_empty
        && (is_matched || !is_at_a_prefix_service(response.request()))
}

/// Returns whether a service took the request that answers for everything below a prefix, as the
/// one for static files does. What it does not have it leaves to actix's own 404.
///
/// Its pattern has as many segments as were matched, where that of a route has more. They are
/// counted: a pattern that is compiled again for each request would cost time and memory, and
/// panics where a scope and a route inside use one name.
fn is_at_a_prefix_service(request: &HttpRequest) -> bool {
    let path = request.match_info();
    let matched = path.as_str().strip_suffix(path.unprocessed());
    request
        .match_pattern()
        .zip(matched)
        .is_some_and(|(pattern, matched)| segments(&pattern) == matched.matches('/').count())
}

/// Counts the slashes of a pattern that are not part of a parameter's regular expression.
fn segments(pattern: &str) -> usize {
    let mut depth = 0_usize;
    let slashes = pattern.chars().filter(|c| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && *c == '/'
    });
    slashes.count()
}

/// Words a denial that a handler passed on with `?`, or by an error of its own: it knew nothing of
/// realm and hook.
pub(in crate::access) fn apply_settings<B: MessageBody>(
    response: ServiceResponse<B>,
) -> ServiceResponse<EitherBody<B>> {
    match default_denial(&response).zip(settings_for(response.request())) {
        Some((denied, settings)) => replace(response, &denied, &settings, respond),
        None => response.map_into_left_body(),
    }
}

/// Returns the denial that a response answers by the default settings, with the status and the
/// body that they have. What an application wrote in their place stays.
fn default_denial<B: MessageBody>(response: &ServiceResponse<B>) -> Option<Denied> {
    let extensions = response.response().extensions();
    let Unreviewed { denied, body_len } = extensions.get()?;
    let is_ours = response.status() == denied.status_code()
        && response.response().body().size() == BodySize::Sized(*body_len);
    is_ours.then(|| denied.clone())
}

/// Answers in place of a service, and keeps what middleware in between added.
pub(in crate::access) fn replace<B>(
    response: ServiceResponse<B>,
    denied: &Denied,
    settings: &Settings,
    answer: fn(&Denied, &Settings, &HttpRequest) -> HttpResponse,
) -> ServiceResponse<EitherBody<B>> {
    let (request, old) = response.into_parts();
    let mut new = answer(denied, settings, &request);
    // What middleware in between added, such as CORS headers, still holds.
    for (name, value) in old.headers() {
        let described_the_old = [header::CONTENT_TYPE, header::CONTENT_LENGTH, header::ALLOW];
        let is_of_the_old = described_the_old.contains(name) || KEPT.contains(name);
        if !is_of_the_old && !new.headers().contains_key(name) {
            new.headers_mut().append(name.clone(), value.clone());
        }
    }
    ServiceResponse::new(request, new.map_into_right_body())
}
