//! From a request to its response: checks, faults, the operation, and the log.

use std::time::{Duration, Instant, UNIX_EPOCH};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        Method, StatusCode,
        header::{
            ALLOW, CONTENT_TYPE, ContentType, DATE, HttpDate, RETRY_AFTER, TryIntoHeaderValue as _,
            WWW_AUTHENTICATE,
        },
    },
    web::{self, Bytes},
};

use crate::emulator::{
    http::{
        Shared, client_document, connection,
        cross_origin::check_origin,
        dispatch::WireResponse,
        not_emulated::not_emulated_message,
        request_checks,
        web_answer::{add_cors, answer_web, web_operation},
    },
    state::{Fault, RecordedRequest, redact_segments},
};

/// The maximum length of a request body, in bytes.
const MAX_BODY: usize = 1024 * 1024;

/// The path of requests that are not PropelAuth's but the emulator's own.
const CONTROL: &str = "/propelauth-dev";

/// The path of the pages that change or reveal everything.
const DASHBOARD: &str = "/dashboard";

/// The request with which others ask whether the emulator runs.
const HEALTH: &str = "/propelauth-dev/health";

fn is_below(path: &str, root: &str) -> bool {
    let rest = path.strip_prefix(root);
    rest.is_some_and(|it| it.is_empty() || it.starts_with('/'))
}

/// Returns an error message if a request needs the key because others can reach the emulator, and does not
/// have it. On this machine, what is the emulator's own needs none.
fn check_exposed(shared: &Shared, request: &HttpRequest) -> Result<(), &'static str> {
    let path = request.uri().path();
    let is_guarded = (is_below(path, CONTROL) || is_below(path, DASHBOARD)) && path != HEALTH;
    match shared.exposure {
        Some(_) if is_guarded => request_checks::check_control_key(request, &shared.api_key),
        _ => Ok(()),
    }
}

/// Responds to any request.
pub(crate) async fn answer(
    shared: web::Data<Shared>,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    if let Err(why) = request_checks::check_host(&request, shared.exposure.as_ref()) {
        return text(StatusCode::FORBIDDEN, why);
    }
    let path = request.uri().path();
    if let Err(why) = check_exposed(&shared, &request) {
        return without_key(why);
    }
    if is_below(path, CONTROL) {
        return control(&shared, &request, payload).await;
    }
    if is_own_page(path) {
        return own_page(&shared, &request, payload).await;
    }
    let begun = Instant::now();
    let body = payload.to_bytes_limited(MAX_BODY).await;
    let operation = shared.routes.operation(request.method(), path);
    let operation = operation.or_else(|| web_operation(&request));
    let template = operation.map_or(path, |(_, template)| template);
    let fault = shared.faults().take(request.method().as_str(), template);
    let name = operation.map(|(name, _)| name);
    let number = record(&shared, &request, (name, template), &body, fault.as_ref());
    let is_dropped = fault.as_ref().is_some_and(|fault| fault.drop);
    if let Ok(Ok(body)) = &body {
        client_document::fetch_if_needed(&shared, &request, body).await;
    }
    let mut response = match &fault {
        None => handle(&shared, &request, &body),
        Some(fault) => fail(&shared, &request, &body, fault).await,
    };
    add_date(&shared, &mut response);
    add_cors(&shared, &request, &mut response);
    let status = (!is_dropped).then(|| response.status().as_u16());
    shared
        .requests()
        .set_response(number, status, begun.elapsed());
    if is_dropped {
        // Last, so that a test finds the request in the list as soon as the call has failed.
        connection::close(&request);
    }
    response
}

/// Returns `true` for the dashboard and what it loads.
fn is_own_page(path: &str) -> bool {
    is_below(path, DASHBOARD) || is_below(path, "/assets")
}

/// Responds to a request for the dashboard, which shows and changes everything. It is not among the requests that
/// are recorded, and no fault is for it: it has to be there to turn one off.
async fn own_page(shared: &Shared, request: &HttpRequest, payload: web::Payload) -> HttpResponse {
    if let Err(why) = check_origin(request) {
        return text(StatusCode::FORBIDDEN, why);
    }
    let path = request.uri().path();
    match payload.to_bytes_limited(MAX_BODY).await {
        Ok(Ok(body)) => answer_web(shared, request, &body)
            .unwrap_or_else(|| not_emulated(shared, request.method(), path, &[])),
        Ok(Err(error)) => text(StatusCode::BAD_REQUEST, error.to_string()),
        Err(_) => too_large(),
    }
}

/// Adds the `Date` by the emulator's clock, because a client compares it with the times in tokens.
fn add_date(shared: &Shared, response: &mut HttpResponse) {
    let now = u64::try_from(shared.lock_store().now()).unwrap_or(0);
    let date = UNIX_EPOCH.checked_add(Duration::from_secs(now));
    if let Some(Ok(date)) = date.map(|date| HttpDate::from(date).try_into_value()) {
        response.headers_mut().insert(DATE, date);
    }
}

/// Adds a request to the log before it has a response, because its caller may stop waiting. Returns its
/// number there.
fn record(
    shared: &Shared,
    request: &HttpRequest,
    (operation, template): (Option<&str>, &str),
    body: &Body,
    fault: Option<&Fault>,
) -> u64 {
    let path = request.uri().path();
    let target = request.uri().path_and_query();
    let recorded = RecordedRequest {
        number: 0,
        at: shared.lock_store().now(),
        method: request.method().to_string(),
        path: redact_segments(target.map_or(path, |target| target.as_str()), template),
        operation: operation.map(str::to_owned),
        status: None,
        duration: Duration::ZERO,
        fault: fault.map(|fault| fault.route.clone()),
        request_body: None,
    };
    let body: &[u8] = match body {
        Ok(Ok(body)) => body,
        _ => b"",
    };
    let media_type = request.headers().get(CONTENT_TYPE);
    let media_type = media_type
        .and_then(|it| it.to_str().ok())
        .unwrap_or_default();
    let is_form = media_type.starts_with("application/x-www-form-urlencoded");
    shared.requests().add(recorded, body, is_form)
}

/// A body that was read, was cut off, or is too long.
type Body = Result<Result<Bytes, actix_web::Error>, actix_web::body::BodyLimitExceeded>;

/// Responds to a request that a fault is for.
async fn fail(shared: &Shared, request: &HttpRequest, body: &Body, fault: &Fault) -> HttpResponse {
    if let Some(delay) = fault.delay_ms {
        actix_web::rt::time::sleep(Duration::from_millis(delay)).await;
    }
    if fault.drop {
        return HttpResponse::InternalServerError().finish();
    }
    if let Some(seconds) = fault.rate_limit {
        return HttpResponse::TooManyRequests()
            .insert_header((RETRY_AFTER, seconds))
            .content_type(ContentType::plaintext())
            .body("Too many requests");
    }
    let Some(status) = fault.status.and_then(|it| StatusCode::from_u16(it).ok()) else {
        return handle(shared, request, body);
    };
    let body = fault.body.clone();
    let body = body.unwrap_or_else(|| status.canonical_reason().unwrap_or_default().to_owned());
    respond(WireResponse {
        status: status.as_u16(),
        body: body.into_bytes(),
    })
}

/// Handles a request as PropelAuth does.
fn handle(shared: &Shared, request: &HttpRequest, body: &Body) -> HttpResponse {
    let (method, path) = (request.method(), request.uri().path());
    let methods = shared.routes.methods(path);
    if methods.is_empty() {
        let body: &[u8] = match body {
            Ok(Ok(body)) => body,
            Ok(Err(error)) => return text(StatusCode::BAD_REQUEST, error.to_string()),
            Err(_) => return too_large(),
        };
        if let Some(response) = answer_web(shared, request, body) {
            return response;
        }
    }
    // Check the route before the key: a wrong path is the more likely mistake, and easier to see.
    if !methods.contains(&method) {
        return not_emulated(shared, method, path, &methods);
    }
    if let Err(why) = request_checks::check_api_key(request, &shared.api_key) {
        return text(StatusCode::UNAUTHORIZED, why);
    }
    let body = match body {
        Ok(Ok(body)) => body,
        Ok(Err(error)) => return text(StatusCode::BAD_REQUEST, error.to_string()),
        Err(_) => return too_large(),
    };
    let answer = shared
        .routes
        .answer(&shared.store, method, path, request.query_string(), body);
    match answer {
        Some(answer) => respond(answer),
        None => not_emulated(shared, method, path, &methods),
    }
}

/// Responds to a request for the emulator itself. It must not come from a web page of another origin.
async fn control(shared: &Shared, request: &HttpRequest, payload: web::Payload) -> HttpResponse {
    if let Err(why) = check_origin(request) {
        return text(StatusCode::FORBIDDEN, why);
    }
    match payload.to_bytes_limited(MAX_CONTROL_BODY).await {
        Ok(Ok(body)) => {
            let (method, path) = (request.method(), request.uri().path());
            respond((shared.control)(shared, method, path, &body))
        }
        Ok(Err(error)) => text(StatusCode::BAD_REQUEST, error.to_string()),
        Err(_) => too_large(),
    }
}

/// Responds to a request for an exposed emulator without its key. A browser asks its user for it.
fn without_key(why: &str) -> HttpResponse {
    HttpResponse::Unauthorized()
        .insert_header((WWW_AUTHENTICATE, "Basic realm=\"propelauth-dev\""))
        .json(serde_json::json!({
            "error_code": "api_key_required",
            "message": format!("this emulator is exposed, so that its own requests need its key: {why}"),
        }))
}

/// The maximum length of the body of a request for the emulator itself, in bytes: a snapshot of many
/// users is long.
const MAX_CONTROL_BODY: usize = 256 * 1024 * 1024;

fn respond(answer: WireResponse) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    // Actix-web would send the body of a 204 or 304, which the client takes for the next response.
    let has_body = !matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    if answer.body.is_empty() || !has_body {
        return HttpResponse::build(status).finish();
    }
    let is_json = answer.body.starts_with(b"{") || answer.body.starts_with(b"[");
    let content_type = match is_json || answer.body == b"null" {
        true => ContentType::json(),
        false => ContentType::plaintext(),
    };
    HttpResponse::build(status)
        .content_type(content_type)
        .body(answer.body)
}

fn not_emulated(shared: &Shared, method: &Method, path: &str, methods: &[&Method]) -> HttpResponse {
    let is_known = |path: &str| !shared.routes.methods(path).is_empty();
    let mut response = HttpResponse::NotImplemented();
    if !methods.is_empty() {
        let allowed: Vec<_> = methods.iter().map(|method| method.as_str()).collect();
        response.insert_header((ALLOW, allowed.join(", ")));
    }
    response.json(serde_json::json!({
        "error_code": "not_implemented",
        "message": not_emulated_message((method, path), methods, is_known, shared.pages.is_some()),
        "method": method.as_str(),
        "path": path,
    }))
}

fn too_large() -> HttpResponse {
    HttpResponse::PayloadTooLarge().json(serde_json::json!({
        "error_code": "payload_too_large",
        "user_facing_error": "Your request is too large to process.",
    }))
}

fn text(status: StatusCode, text: impl Into<String>) -> HttpResponse {
    HttpResponse::build(status)
        .content_type(ContentType::plaintext())
        .body(text.into())
}
