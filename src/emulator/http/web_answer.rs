//! Answering what browsers ask: finding the row, checking who may ask, and writing the reply.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        Method, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue},
    },
};

use crate::emulator::{
    http::{Shared, request_checks, web_routes::WEB_ROUTES},
    state::Settings,
    web::{Access, Body, Reply, WebRequest, add_cors_headers, preflight},
};

/// Returns the name and template of the row of a request.
pub(super) fn web_operation(request: &HttpRequest) -> Option<(&'static str, &'static str)> {
    let (row, _) = WEB_ROUTES.find(request.method(), request.uri().path())?;
    Some((row.info.name, row.info.path))
}

/// Allows a frontend to read the response, whatever it is, if there is a row for frontends at the path.
pub(super) fn add_cors(shared: &Shared, request: &HttpRequest, response: &mut HttpResponse) {
    if is_for_frontends(request.uri().path()) {
        let settings = &shared.lock_store().project.settings;
        add_cors_headers(request.headers(), settings, response.headers_mut());
    }
}

fn is_for_frontends(path: &str) -> bool {
    let rows = WEB_ROUTES.at(path);
    let mut rows = rows.iter();
    rows.any(|(row, _)| row.info.access.is_cross_origin())
}

/// Returns the response to a request that has a row, and to its preflight.
pub(super) fn answer_web(
    shared: &Shared,
    request: &HttpRequest,
    body: &[u8],
) -> Option<HttpResponse> {
    let path = request.uri().path();
    let Some((row, segments)) = WEB_ROUTES.find(request.method(), path) else {
        if request.method() == Method::OPTIONS && is_for_frontends(path) {
            return Some(write(preflight()));
        }
        let mut page_request = web_request(request, body, Vec::new());
        let page = shared
            .pages
            .and_then(|pages| pages(shared, &mut page_request));
        return page.map(write);
    };
    let web_request = web_request(request, body, segments);
    let mut store = shared.lock_store();
    let rejection = match row.info.access {
        Access::Backend => request_checks::check_api_key(request, &shared.api_key)
            .err()
            .map(|why| Reply::text(401, why)),
        access => check_web_page(access, &web_request, &store.project.settings),
    };
    let reply = rejection.unwrap_or_else(|| (row.run)(&mut store, &web_request));
    Some(write(reply))
}

pub(super) fn web_request(
    request: &HttpRequest,
    body: &[u8],
    segments: Vec<(&'static str, String)>,
) -> WebRequest {
    WebRequest {
        method: request.method().clone(),
        path: request.uri().path().to_owned(),
        query: request.query_string().to_owned(),
        headers: request.headers().clone(),
        body: body.to_vec(),
        segments,
    }
}

/// Returns the reply to a request that a frontend cannot have sent.
///
/// Without it, a page of another site could not read the reply, and still log the user out.
fn check_web_page(access: Access, request: &WebRequest, settings: &Settings) -> Option<Reply> {
    if !access.is_cross_origin() {
        return None;
    }
    let is_sent = request.headers.contains_key("origin");
    let is_allowed = request
        .origin()
        .is_some_and(|origin| settings.is_origin_allowed(origin));
    if is_sent && !is_allowed {
        return Some(Reply::error(403, "action_forbidden"));
    }
    let lacks_header = access == Access::FrontendWithCsrfHeader
        && request.header("x-csrf-token").is_none_or(str::is_empty);
    lacks_header.then(|| Reply::error(403, "action_forbidden"))
}

fn write(reply: Reply) -> HttpResponse {
    let status = StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.insert_header((CACHE_CONTROL, "no-store"));
    for (name, value) in &reply.headers {
        // A value that HTTP cannot carry, such as a line break in a URL, would split the response.
        let Ok(value) = HeaderValue::from_str(value.expose()) else {
            return HttpResponse::InternalServerError().finish();
        };
        match *name {
            "set-cookie" | "vary" => response.append_header((*name, value)),
            name => response.insert_header((name, value)),
        };
    }
    write_body(response, reply.body)
}

fn write_body(mut response: HttpResponseBuilder, body: Body) -> HttpResponse {
    match body {
        Body::Empty => response.finish(),
        Body::Json(value) => response
            .insert_header((CONTENT_TYPE, "application/json"))
            .body(value.to_string()),
        Body::Text(text) => response
            .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
            .body(text),
        Body::Html(text) => response
            .insert_header((CONTENT_TYPE, "text/html; charset=utf-8"))
            .body(text),
        Body::Asset(bytes, media_type) => response
            .insert_header((CONTENT_TYPE, media_type))
            .body(bytes),
    }
}
