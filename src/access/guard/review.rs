//! Review of the inner service's response: whether a denial has to replace it.
//!
//! Two responses are replaced. If a routing guard denied and no route took the request, actix-web
//! responds with 404 or 405, and the denial is the better answer. And a denial that a handler returned
//! with `?` was worded without the settings of its project.

use actix_web::{
    HttpRequest, HttpResponse,
    body::{BodySize, EitherBody, MessageBody},
    dev::ServiceResponse,
    http::{StatusCode, header},
};

#[cfg(feature = "audit")]
use crate::access::probe::{self, Decision, Layer, Verdict};
use crate::access::{
    denied::Denied,
    denied_response::{KEPT, Unreviewed, respond},
    request::cached_result::settings_for,
    settings::Settings,
};

/// Returns `true` if no handler took the request, as far as the response shows.
///
/// Actix-web does not report it, but its own responses are recognizable: an empty 404 if a part of the
/// path is left unmatched, and an empty 405 if the whole path is matched. An empty 404 of a handler
/// comes after the whole path was matched.
///
/// Some responses cannot be distinguished. Actix-web's empty 404 for `.route("", …)` at the root of a
/// scope looks like a handler's. An empty 405 of a handler, and an empty 404 of a default service, look
/// like actix-web's; a handler can avoid this with a body.
pub(crate) fn is_unrouted<B: MessageBody>(response: &ServiceResponse<B>) -> bool {
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

/// Returns `true` if a service for everything below a prefix took the request, such as the one for
/// static files. It responds with an empty 404 to a file that does not exist.
///
/// The pattern of such a service has as many segments as were matched, and the pattern of a route has
/// more. The segments are counted because compiling the pattern for each request would cost time and
/// memory, and would panic if a scope and a route in it use the same name.
pub(crate) fn is_at_a_prefix_service(request: &HttpRequest) -> bool {
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

/// Replaces a denial that a handler returned with `?`, or with an error of its own, by one with the
/// realm and the hook of its project. The handler did not know them.
pub(in crate::access) fn apply_settings<B: MessageBody>(
    response: ServiceResponse<B>,
) -> ServiceResponse<EitherBody<B>> {
    match default_denial(&response).zip(settings_for(response.request())) {
        Some((denied, settings)) => {
            let response = replace(response, &denied, &settings, respond);
            #[cfg(feature = "audit")]
            probe::record(response.request(), || Decision {
                layer: Layer::Handler,
                verdict: Verdict::Raised(denied, response.status(), settings),
            });
            response
        }
        None => response.map_into_left_body(),
    }
}

/// Returns the denial that a response was made from with the default settings, or `None` if the
/// application has changed its status or its body since. Its own wording stays.
fn default_denial<B: MessageBody>(response: &ServiceResponse<B>) -> Option<Denied> {
    let extensions = response.response().extensions();
    let Unreviewed { denied, body_len } = extensions.get()?;
    let is_ours = response.status() == denied.status_code()
        && response.response().body().size() == BodySize::Sized(*body_len);
    is_ours.then(|| denied.clone())
}

/// Replaces a response by the response to a denial, and keeps the headers that middleware in between
/// added.
pub(in crate::access) fn replace<B>(
    response: ServiceResponse<B>,
    denied: &Denied,
    settings: &Settings,
    respond: fn(&Denied, &Settings, &HttpRequest) -> HttpResponse,
) -> ServiceResponse<EitherBody<B>> {
    let (request, old) = response.into_parts();
    let mut new = respond(denied, settings, &request);
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
