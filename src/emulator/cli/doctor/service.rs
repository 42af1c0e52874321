//! Mistakes that the service's own responses show: not running, on another port, and each route with
//! and without a token.

use url::Url;

use super::{
    clock,
    diagnosis::shown,
    finding::Report,
    http::{self, Failure, Request, Response, get},
    other_port,
    route::Route,
    source::Source,
};
use crate::{
    access::{is_loopback, is_same_loopback_origin},
    client::ConnectFailure,
};

/// The largest number of redirects on one origin that are followed.
const MOST_REDIRECTS: usize = 3;

/// The service, and what to ask it with.
pub(super) struct Service<'a> {
    pub(super) url: &'a Url,
    /// The routes that should need a user.
    pub(super) routes: &'a [Route],
    /// A token that the service should accept.
    pub(super) token: Option<&'a str>,
    /// The origin of the auth URL.
    pub(super) auth_origin: &'a str,
    pub(super) source: &'a Source,
    pub(super) leeway: u64,
}

impl Service<'_> {
    /// Returns the URL of a path.
    pub(super) fn join(&self, path: &str) -> Option<Url> {
        let base = self.url.as_str().trim_end_matches('/');
        Url::parse(&format!("{base}{path}")).ok()
    }

    /// Returns `true` if the service responds at all.
    pub(super) async fn is_reachable(&self, report: &mut Report) -> bool {
        let path = self.routes.first().map_or("/", |route| &route.path);
        let Some(url) = self.join(path) else {
            return false;
        };
        let origin = self.url.origin().ascii_serialization();
        if origin == self.auth_origin || is_same_loopback_origin(&origin, self.auth_origin) {
            let seen = format!("{} is the auth URL, where the emulator is", shown(self.url));
            let finding = report.find("service_on_another_port", seen);
            finding.change("--service", "--service <the URL of your own service>");
            return false;
        }
        let failure = match get(&url, &[]).await {
            Ok(response) => {
                clock::check_service(&response, self.leeway, report);
                report.fine(format!("{} responds", shown(self.url)));
                return true;
            }
            Err(failure) => failure,
        };
        let asked = shown(self.url);
        if let Failure::Connect(ConnectFailure::Tls(_)) = &failure {
            let why =
                format!("{asked}: {failure}; is it http, or its certificate not trusted here?");
            report.unchecked("the service", why);
            return false;
        }
        match (&failure, other_port::find(&url).await) {
            (Failure::Connect(_), Some(other)) => {
                let other = format!("{}://{other}", self.url.scheme());
                let seen = format!("{asked}: {failure}; {other} responds");
                let finding = report.find("service_on_another_port", seen);
                finding.change(
                    "--service and the clients",
                    format!("{other} instead of {asked}"),
                );
            }
            (Failure::Connect(_), None) => {
                let finding = report.find("service_not_running", format!("{asked}: {failure}"));
                let at = self.source.locate(&[".bind(", "HttpServer::new"]);
                let port = self.url.port_or_known_default().unwrap_or_default();
                let host = match is_loopback(self.url) {
                    true => "127.0.0.1",
                    false => "0.0.0.0",
                };
                finding.change(
                    at,
                    format!(".bind((\"{host}\", {port}))?, and start the service"),
                );
            }
            _ => {
                let why = format!("{asked} accepts connections, but does not respond: {failure}");
                report.unchecked("the service", why);
            }
        }
        false
    }

    /// Sends requests to each route: without a token, and with one if it only reads.
    pub(super) async fn check_routes(&self, report: &mut Report) {
        for route in self.routes {
            let found = report.findings.len();
            if !self.check_without_token(route, report).await {
                continue;
            }
            match self.token {
                Some(token) if matches!(route.method.as_str(), "GET" | "HEAD") => {
                    self.check_with_token(route, token, report).await;
                }
                Some(_) => report.unchecked(
                    format!("{route} with a token"),
                    "a request with a token could change something",
                ),
                None => {}
            }
            if report.findings.len() == found {
                report.fine(format!("{route} needs a user"));
            }
        }
    }

    /// Returns `true` if the route is worth a request with a token.
    async fn check_without_token(&self, route: &Route, report: &mut Report) -> bool {
        let Some((response, path)) = self.ask(route, None, report).await else {
            return false;
        };
        let asked = self.join(&route.path);
        let is_elsewhere = asked.is_some_and(|url| path_alone(&url) != path);
        match response.status {
            // A page for a browser redirects to the login of the service itself.
            200..=299 if is_elsewhere => {
                report.fine(format!("{route} redirects to {path} without a token"));
                true
            }
            200..=299 => {
                let seen = format!("{route} without a token: {}", response.status);
                let needles = [route.path.as_str(), "App::new()"];
                report
                    .find("route_without_token", seen)
                    .change(self.source.locate(&needles), "….wrap(auth.require_user())");
                false
            }
            401 | 403 => true,
            404 | 405 => {
                self.is_missing(route, response.status, report);
                false
            }
            500 if response.is_denial() => {
                self.lacks_middleware(route, report);
                false
            }
            503 if response.is_denial() => {
                self.has_no_key(route, report);
                false
            }
            status => {
                let why = format!("it responds with {status}, which is no answer of this crate");
                report.unchecked(format!("{route} without a token"), why);
                false
            }
        }
    }

    async fn check_with_token(&self, route: &Route, token: &str, report: &mut Report) {
        let Some((response, _)) = self.ask(route, Some(token), report).await else {
            return;
        };
        let challenge = response.header("www-authenticate").unwrap_or_default();
        match response.status {
            401 if challenge.contains("invalid_token") => {
                if report.has("service_of_another_environment") || report.has("clock_is_off") {
                    return;
                }
                let seen = format!("{route} with a new access token: 401, {challenge}");
                report
                    .find("service_of_another_environment", seen)
                    .change(
                        "the environment of the running service",
                        format!("PROPELAUTH_AUTH_URL={}", self.auth_origin),
                    )
                    .change(
                        "the running service",
                        "restart it with the variables checked here",
                    );
            }
            401 if response.has_bearer_challenge() && !challenge.contains("error=") => {
                let seen = format!("{route} with a token: 401, as if none had been sent");
                report.find("authorization_removed", seen).change(
                    "the proxy in front of the service",
                    "proxy_set_header Authorization $http_authorization; (nginx)",
                );
            }
            404 | 405 => self.is_missing(route, response.status, report),
            500 if response.is_denial() => self.lacks_middleware(route, report),
            503 if response.is_denial() => self.has_no_key(route, report),
            _ => {}
        }
    }

    /// Sends a request to a route, and follows redirects as a client does. Returns the response and the
    /// path that it is from. A redirect to another origin is a finding.
    async fn ask(
        &self,
        route: &Route,
        token: Option<&str>,
        report: &mut Report,
    ) -> Option<(Response, String)> {
        let mut url = self.join(&route.path)?;
        let authorization = token.map(|token| format!("Bearer {token}"));
        let mut headers: Vec<_> = authorization
            .iter()
            .map(|value| ("authorization", value.as_str()))
            .collect();
        if !matches!(route.method.as_str(), "GET" | "HEAD") {
            headers.push(("content-length", "0"));
        }
        for _ in 0..=MOST_REDIRECTS {
            let request = Request {
                method: &route.method,
                url: &url,
                headers: &headers,
                proxy: None,
            };
            let response = match http::send(request).await {
                Ok(response) => response,
                Err(failure) => {
                    report.unchecked(route.to_string(), failure.to_string());
                    return None;
                }
            };
            let location = match response.status {
                301 | 302 | 303 | 307 | 308 => response.header("location"),
                _ => None,
            };
            let Some(target) = location.and_then(|location| url.join(location).ok()) else {
                return Some((response, path_alone(&url)));
            };
            if target.origin() != url.origin() {
                self.leads_elsewhere(route, &url, &target, token, report);
                return None;
            }
            url = target;
        }
        report.unchecked(route.to_string(), "it redirects in a circle");
        None
    }

    fn leads_elsewhere(
        &self,
        route: &Route,
        url: &Url,
        target: &Url,
        token: Option<&str>,
        report: &mut Report,
    ) {
        let is_login = target.origin().ascii_serialization() == self.auth_origin;
        if is_login && token.is_none() {
            report.fine(format!(
                "{route} redirects to the login page without a token"
            ));
            return;
        }
        if report.has("redirect_drops_authorization") {
            return;
        }
        let seen = format!("{route} redirects from {} to {}", shown(url), shown(target));
        let origin = target.origin().ascii_serialization();
        let finding = report.find("redirect_drops_authorization", seen);
        finding.change(
            "the clients' base URL",
            format!("{origin} instead of {}", shown(self.url)),
        );
    }

    fn is_missing(&self, route: &Route, status: u16, report: &mut Report) {
        let seen = format!("{route}: {status}");
        let finding = report.find("route_not_found", seen);
        let at = self.source.locate(&[route.path.as_str()]);
        finding.change(
            at,
            format!("a route for {route}; or --route with one that exists"),
        );
    }

    fn lacks_middleware(&self, route: &Route, report: &mut Report) {
        let seen = format!("{route}: 500, with this crate's answer to a misconfigured application");
        let at = self.source.locate(&["App::new()"]);
        report
            .find("middleware_missing", seen)
            .change(at, "App::new()….wrap(auth.require_user())");
    }

    fn has_no_key(&self, route: &Route, report: &mut Report) {
        if !report.has("service_has_no_key") {
            let seen = format!("{route}: 503, with this crate's answer while it has no key");
            report.find("service_has_no_key", seen).change(
                "the machine of the service",
                "run `propelauth-dev doctor` there: it names why PropelAuth cannot be reached",
            );
        }
    }
}

/// Returns the path without a slash at the end.
fn path_alone(url: &Url) -> String {
    url.path().trim_end_matches('/').to_owned()
}
