//! Recognizing actix-web's own 404 and 405, for a request that a routing guard denied and no route took.

use actix_web::{
    HttpRequest,
    body::{BodySize, MessageBody},
    dev::ServiceResponse,
    http::StatusCode,
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
