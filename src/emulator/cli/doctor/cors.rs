//! Requests as a browser sends them from a page of another origin.

use super::{
    finding::Report,
    http::{self, Request, Response},
    route::Route,
    service::Service,
};

/// Sends a preflight and a request without a token to each route, from this origin.
pub(super) async fn check(service: &Service<'_>, origin: &str, report: &mut Report) {
    for route in service.routes {
        if !check_route(service, route, origin, report).await {
            // The other routes would show the same.
            return;
        }
    }
    if !service.routes.is_empty() {
        report.fine(format!("a page of {origin} may call the service"));
    }
}

/// Returns `true` if nothing was found.
async fn check_route(
    service: &Service<'_>,
    route: &Route,
    origin: &str,
    report: &mut Report,
) -> bool {
    let Some(url) = service.join(&route.path) else {
        return false;
    };
    let preflight = Request {
        method: "OPTIONS",
        url: &url,
        headers: &[
            ("origin", origin),
            ("access-control-request-method", &route.method),
            ("access-control-request-headers", "authorization"),
        ],
        proxy: None,
    };
    let preflight = match http::send(preflight).await {
        Ok(response) => response,
        Err(failure) => {
            report.unchecked(format!("CORS of {route}"), failure.to_string());
            return false;
        }
    };
    if preflight.status == 401 && preflight.has_bearer_challenge() {
        let seen = format!("the preflight of {route} from {origin}: 401");
        is_outside(seen, service, report);
        return false;
    }
    if !allows(&preflight, origin) {
        let allowed = preflight.header("access-control-allow-origin");
        let seen = format!(
            "the preflight of {route} from {origin}: {}, Access-Control-Allow-Origin {}",
            preflight.status,
            allowed.unwrap_or("missing")
        );
        let at = service.source.locate(&["Cors::", ".allowed_origin"]);
        let line = format!(
            "Cors::default().allowed_origin({origin:?}).allowed_methods([{:?}])…",
            route.method
        );
        report
            .find("cors_origin_not_allowed", seen)
            .change(at, line);
        return false;
    }
    if !allows_authorization(&preflight) {
        let allowed = preflight.header("access-control-allow-headers");
        let seen = format!(
            "the preflight of {route} from {origin}: Access-Control-Allow-Headers {}",
            allowed.unwrap_or("missing")
        );
        let at = service.source.locate(&["allowed_header", "Cors::"]);
        report
            .find("cors_without_authorization", seen)
            .change(at, ".allowed_header(header::AUTHORIZATION)");
        return false;
    }
    let request = Request {
        method: "GET",
        url: &url,
        headers: &[("origin", origin)],
        proxy: None,
    };
    if route.method != "GET" {
        return true;
    }
    match http::send(request).await {
        Ok(response) if response.status == 401 && !allows(&response, origin) => {
            let seen = format!(
                "{route} from {origin} without a token: 401, without Access-Control-Allow-Origin"
            );
            is_outside(seen, service, report);
            false
        }
        Ok(_) => true,
        Err(failure) => {
            report.unchecked(format!("CORS of {route}"), failure.to_string());
            false
        }
    }
}

fn is_outside(seen: String, service: &Service<'_>, report: &mut Report) {
    let at = service
        .source
        .locate(&[".wrap(cors", ".wrap(Cors", "Cors::"]);
    report.find("auth_outside_of_cors", seen).change(
        at,
        ".wrap(auth.require_user()).wrap(cors), in this order: the last wrap runs first",
    );
}

fn allows(response: &Response, origin: &str) -> bool {
    let allowed = response.header("access-control-allow-origin");
    allowed.is_some_and(|allowed| allowed == origin || allowed == "*")
}

/// Returns `true` if the list names the header: `*` does not include it (Fetch, "CORS
/// non-wildcard request-header name").
fn allows_authorization(response: &Response) -> bool {
    let allowed = response
        .header("access-control-allow-headers")
        .unwrap_or_default();
    let mut names = allowed.split(',').map(str::trim);
    names.any(|name| name.eq_ignore_ascii_case("authorization"))
}
