//! All routes of an application, found by trying every method at every place.

use actix_http::Request;
use actix_service::Service;
use actix_web::{
    Error,
    body::MessageBody,
    dev::ServiceResponse,
    http::{Method, StatusCode},
};

use super::{
    approach::Approach,
    examine::{Finding, examine},
    inventory::{Place, PlaceKind, places},
    report::{AuditedRoute, RouteStatus},
    sample::STRAY,
    send::{End, Seen, Shot, Target},
    surveyed::{METHODS, Surveyed, UNKNOWN, join_methods, methods, surveyed},
};
use crate::access::probe::Verdict;

/// The method in the table of a CORS preflight that reaches a handler.
pub(super) const PREFLIGHT: &str = "PREFLIGHT";

/// The routes of an application, and what could not be reached.
#[derive(Default)]
pub(super) struct Survey {
    pub(super) routes: Vec<Surveyed>,
    pub(super) problems: Vec<String>,
}

/// Returns `true` if the last response to a route is like one of the application's default service.
///
/// A scope without a default service has that of the application.
fn is_like_any(finding: &Finding, of_app: &[Option<Seen>]) -> bool {
    finding.last().seen.as_ref().is_some_and(|seen| {
        let mut of_app = of_app.iter().flatten();
        of_app.any(|of_app| of_app.is_like(seen))
    })
}

/// Finds all routes of an application.
pub(super) async fn survey<S, B>(target: &Target<'_, S>, approach: &Approach) -> Survey
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    let mut survey = Survey::default();
    let mut first = Shot::new(Method::GET, format!("/{STRAY}"));
    first.prepare.clone_from(&approach.each);
    let Some(tree) = target.tree(&first).await else {
        survey.problems.push(
            "the routes cannot be read, because middleware of the application responded to \
             `GET /route-audit-stray` with an error and not with a response; add what it asks for \
             with `.each_request(…)`"
                .to_owned(),
        );
        return survey;
    };
    let surveyor = Surveyor { target, approach };
    let app_default = surveyor.default_service("", "*", &[], &mut survey).await;
    for place in places(&tree) {
        match place.kind {
            PlaceKind::Resource => {
                surveyor.resource(&place, &app_default, &mut survey).await;
                surveyor.below(&place, &mut survey).await;
            }
            PlaceKind::Scope => {
                let pattern = format!("{}/*", place.pattern.trim_end_matches('/'));
                surveyor
                    .default_service(&place.pattern, &pattern, &app_default, &mut survey)
                    .await;
            }
        }
    }
    survey
        .routes
        .sort_by(|a, b| key(&a.route).cmp(&key(&b.route)));
    survey
}

fn key(route: &AuditedRoute) -> (&str, usize, &str) {
    let place = METHODS
        .iter()
        .position(|known| known.as_str() == route.method);
    (
        &route.pattern,
        place.unwrap_or(METHODS.len()),
        &route.method,
    )
}

struct Surveyor<'a, S> {
    target: &'a Target<'a, S>,
    approach: &'a Approach,
}

impl<S, B> Surveyor<'_, S>
where
    S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
    B: MessageBody,
{
    fn shot(&self, method: &Method, path: &str) -> Shot {
        let mut shot = Shot::new(method.clone(), path);
        shot.prepare.clone_from(&self.approach.each);
        shot
    }

    /// Surveys the methods of a resource.
    async fn resource(&self, place: &Place, of_app: &[Option<Seen>], survey: &mut Survey) {
        let paths = self.approach.samples.paths(&place.pattern);
        let mut shadow = None;
        for path in paths.iter().take(4) {
            let before = survey.routes.len();
            let is_reached = self
                .variants(place, path, of_app, survey, &mut shadow)
                .await;
            if is_reached {
                self.preflight(place, path, survey).await;
                survey.problems.extend(self.approach.opaque_guards(place));
                return;
            }
            survey.routes.truncate(before);
        }
        let pattern = &place.pattern;
        survey.problems.push(match shadow {
            Some(shadow) => format!(
                "{pattern}: no request reached it, because {shadow} takes its paths; register it \
                 before that, or give a path that only it matches with `.path_param(…)`"
            ),
            None if paths.is_empty() => format!(
                "{pattern}: no known value matches a parameter; give one with `.path_param(…)`"
            ),
            None => format!(
                "{pattern}: no request reached it; say what its guards ask for with `.variant(…)`"
            ),
        });
    }

    /// Surveys a resource with each combination of headers that its guards may ask for. Returns `true` if a
    /// request reached it.
    async fn variants(
        &self,
        place: &Place,
        path: &str,
        of_app: &[Option<Seen>],
        survey: &mut Survey,
        shadow: &mut Option<String>,
    ) -> bool {
        let mut is_reached = false;
        let mut plain = Vec::new();
        for (label, change) in self.approach.changes(place) {
            let mut found = Vec::new();
            for method in methods(place) {
                let mut shot = self.shot(&method, path);
                change.apply(&mut shot);
                let finding = examine(self.target, &shot, &self.approach.samples).await;
                match matched(&finding) {
                    Some(pattern) if !place.aliases.contains(&pattern) => {
                        if finding.is_handled(&[], &shot) {
                            shadow.get_or_insert(pattern);
                        }
                        continue;
                    }
                    _ => {}
                }
                if finding.is_handled(&place.methods, &shot) {
                    is_reached = true;
                    let route = surveyed(&finding, shot, &place.pattern);
                    let has_route = place.methods.is_empty() || place.methods.contains(&method);
                    let is_of_app = !has_route && is_like_any(&finding, of_app);
                    if !is_of_app {
                        found.push(route);
                    }
                }
            }
            let mut found = join_methods(found);
            // What is the same with and without the header is one route.
            found.retain(|route| !plain.contains(&route.route));
            if label.is_empty() {
                plain = found.iter().map(|route| route.route.clone()).collect();
            }
            for route in &mut found {
                if !label.is_empty() {
                    route.route.pattern = format!("{} [{label}]", place.pattern);
                }
            }
            survey.routes.append(&mut found);
        }
        is_reached
    }

    /// Surveys what is below a resource, which is something if it is a service for a prefix.
    async fn below(&self, place: &Place, survey: &mut Survey) {
        let Some(path) = self
            .approach
            .samples
            .paths(&place.pattern)
            .into_iter()
            .next()
        else {
            return;
        };
        let path = format!("{}/{STRAY}", path.trim_end_matches('/'));
        let pattern = format!("{}/*", place.pattern.trim_end_matches('/'));
        let mut found = Vec::new();
        for method in methods(place) {
            let shot = self.shot(&method, &path);
            let finding = examine(self.target, &shot, &self.approach.samples).await;
            let seen = finding.last().seen.as_ref();
            let is_here = seen.is_some_and(|seen| {
                let pattern = seen.pattern.as_ref();
                seen.is_below_prefix
                    && pattern.is_some_and(|pattern| place.aliases.contains(pattern))
            });
            if is_here && matches!(finding.last().end, End::Reached) {
                found.push(surveyed(&finding, shot, &pattern));
            }
        }
        survey.routes.append(&mut join_methods(found));
    }

    /// Surveys the default service of a scope, or of the application. Returns what its responses look like.
    ///
    /// A scope without one has that of the application.
    async fn default_service(
        &self,
        scope: &str,
        pattern: &str,
        of_app: &[Option<Seen>],
        survey: &mut Survey,
    ) -> Vec<Option<Seen>> {
        let Some(path) = self.approach.samples.paths(scope).into_iter().next() else {
            return Vec::new();
        };
        let path = format!("{}/{STRAY}", path.trim_end_matches('/'));
        let (mut found, mut looks) = (Vec::new(), Vec::new());
        let unknown = Method::from_bytes(UNKNOWN.as_bytes()).ok();
        for method in METHODS.into_iter().chain(unknown) {
            let shot = self.shot(&method, &path);
            let finding = examine(self.target, &shot, &self.approach.samples).await;
            let seen = finding.last().seen.clone();
            let is_of_app = is_like_any(&finding, of_app);
            // A resource with a pattern such as `/{tail}*`, or a scope with one, is surveyed by itself.
            // Actix-web's empty 404 looks like a handler's where the whole path is matched.
            let is_elsewhere = seen.as_ref().is_some_and(|seen| {
                let is_empty_404 = seen.status == StatusCode::NOT_FOUND && seen.is_empty;
                seen.pattern.is_some() || (is_empty_404 && seen.is_whole_path_matched)
            });
            looks.push(seen);
            if matches!(finding.last().end, End::Reached) && !is_of_app && !is_elsewhere {
                found.push(surveyed(&finding, shot, pattern));
            }
        }
        survey.routes.append(&mut join_methods(found));
        looks
    }

    /// Surveys whether a CORS preflight reaches a handler.
    async fn preflight(&self, place: &Place, path: &str, survey: &mut Survey) {
        let mut shot = self.shot(&Method::OPTIONS, path);
        shot.headers = [
            ("origin", "https://route-audit.example"),
            ("access-control-request-method", "GET"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec();
        let answer = self.target.send(&shot).await;
        let is_passed = answer
            .decisions
            .iter()
            .any(|decision| matches!(decision.verdict, Verdict::PassedPreflight));
        let is_handled = matches!(answer.end, End::Reached)
            && answer.seen.as_ref().is_some_and(|seen| {
                let pattern = seen.pattern.as_ref();
                // A CORS middleware rejects an origin that it does not know with 400.
                !seen.is_cors
                    && seen.status.as_u16() != 400
                    && pattern.is_none_or(|pattern| place.aliases.contains(pattern))
            });
        if is_passed && is_handled {
            survey.routes.push(Surveyed {
                route: AuditedRoute {
                    method: PREFLIGHT.to_owned(),
                    pattern: place.pattern.clone(),
                    status: RouteStatus::Open,
                    protection: "OPEN: .pass_cors_preflight()".to_owned(),
                },
                shot,
                sources: Vec::new(),
            });
        }
    }
}

/// Returns the pattern of the route that took the last request.
fn matched(finding: &Finding) -> Option<String> {
    finding.last().seen.as_ref()?.pattern.clone()
}
