//! The route audit: its settings, and the check against the list of public routes.

use std::{fmt, rc::Rc};

use actix_http::Request;
use actix_service::Service;
use actix_web::{Error, body::MessageBody, dev::ServiceResponse, test::TestRequest};

use super::{
    approach::{Approach, Variant},
    public_routes::PublicRoute,
    report::{AuditReport, AuditedRoute, RouteStatus},
    send::Target,
    survey::{Survey, survey},
    surveyed::Surveyed,
};
use crate::words::ids::OrgId;

/// Lists the routes of an application and what protects each, and finds those that need no user although
/// they are not on the list of public routes.
///
/// It also finds a route that only `.guard(…)` selects, a default service, a method that another route of
/// the path does not have, and a CORS preflight that reaches a handler.
///
/// ```
/// use actix_web::{App, test, web};
/// use actix_web_propelauth::{User, audit::RouteAudit, testing::propel_auth};
///
/// # #[actix_web::main]
/// # async fn main() {
/// let account = web::scope("/account").wrap(propel_auth().require_user());
/// let app = test::init_service(
///     App::new()
///         .service(account.route("/email", web::get().to(|user: User| async move { user.email.clone() })))
///         .route("/invoices", web::get().to(|| async { "on the wrong scope" })),
/// )
/// .await;
///
/// let report = RouteAudit::new().run(&app).await;
/// assert!(report.problems()[0].starts_with("GET /invoices needs no user"));
/// # }
/// ```
#[derive(Clone, Default)]
#[must_use = "an audit does nothing until it is run"]
pub struct RouteAudit {
    public: Vec<PublicRoute>,
    approach: Approach,
}

impl RouteAudit {
    /// Creates an audit without public routes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a route that needs no user: `GET /health` for one method, `/health` for all, `/static/*` for
    /// everything below, and `*` for the default service of the application.
    ///
    /// An entry for no route, or only for routes that need a user, is a problem as well.
    pub fn public(mut self, route: &str) -> Self {
        self.public.push(PublicRoute::new(route));
        self
    }

    /// Sets the value of a path parameter. By default, parameters have made-up values that match their
    /// regular expression.
    pub fn path_param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let named = &mut self.approach.samples.named;
        named.push((name.into(), value.into()));
        self
    }

    /// Changes each request, for example to add a header that other middleware asks for.
    ///
    /// ```
    /// use actix_web_propelauth::audit::RouteAudit;
    ///
    /// let audit = RouteAudit::new().each_request(|request| request.insert_header(("x-api-version", "2")));
    /// ```
    pub fn each_request(mut self, change: impl Fn(TestRequest) -> TestRequest + 'static) -> Self {
        self.approach.each.push(Rc::new(change));
        self
    }

    /// Adds a request to a pattern, for a route that is selected by a guard such as
    /// [`fn_guard`](actix_web::guard::fn_guard). The audit cannot know what such a guard asks for, and
    /// reports it as a problem if there is no variant.
    ///
    /// ```
    /// use actix_web_propelauth::audit::RouteAudit;
    ///
    /// let audit = RouteAudit::new().variant("/feed", "json", |request| {
    ///     request.insert_header(("accept", "application/json"))
    /// });
    /// ```
    pub fn variant(
        mut self,
        pattern: impl Into<String>,
        name: impl Into<String>,
        change: impl Fn(TestRequest) -> TestRequest + 'static,
    ) -> Self {
        self.approach.variants.push(Variant {
            pattern: pattern.into(),
            name: name.into(),
            prepare: Rc::new(change),
        });
        self
    }

    /// Sends requests to every route of an application, as [`init_service`] returns it, and reports what
    /// protects each.
    ///
    /// [`init_service`]: actix_web::test::init_service
    pub async fn run<S, B>(&self, app: &S) -> AuditReport
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody,
    {
        let Survey {
            mut routes,
            mut problems,
        } = survey(&Target::new(app), &self.approach).await;
        problems.extend(self.check_list(&routes));
        for surveyed in &mut routes {
            self.check(&mut surveyed.route, &mut problems);
        }
        let routes = routes.into_iter().map(|surveyed| surveyed.route);
        AuditReport {
            routes: routes.collect(),
            problems,
        }
    }

    /// Returns the routes with the requests that reach them, and what could not be reached.
    pub(super) async fn survey<S, B>(&self, target: &Target<'_, S>) -> (Vec<Surveyed>, Vec<String>)
    where
        S: Service<Request, Response = ServiceResponse<B>, Error = Error>,
        B: MessageBody,
    {
        let Survey {
            mut routes,
            problems,
        } = survey(target, &self.approach).await;
        for surveyed in &mut routes {
            self.check(&mut surveyed.route, &mut Vec::new());
        }
        (routes, problems)
    }

    /// Sets the organization that requests name.
    pub(super) fn org_in_requests(mut self, org_id: OrgId) -> Self {
        self.approach.samples.org_id = Some(org_id.into_string());
        self
    }

    /// Takes over the organization of another audit.
    pub(super) fn with_org_of(mut self, other: &Self) -> Self {
        let org_id = &mut self.approach.samples.org_id;
        if org_id.is_none() {
            org_id.clone_from(&other.approach.samples.org_id);
        }
        self
    }

    /// Returns the organization that requests name.
    pub(super) fn org_id(&self) -> &str {
        self.approach.samples.org_id()
    }

    fn is_public(&self, route: &AuditedRoute) -> bool {
        let matches = |public: &PublicRoute| public.matches(&route.method, &route.pattern);
        self.public.iter().any(matches)
    }

    /// Decides whether a route may be as it is.
    fn check(&self, route: &mut AuditedRoute, problems: &mut Vec<String>) {
        let (method, pattern) = (&route.method, &route.pattern);
        match route.status {
            RouteStatus::Open if self.is_public(route) => {
                route.status = RouteStatus::Public;
                route.protection = match route.protection.strip_prefix("OPEN") {
                    Some(rest) => format!("public{rest}"),
                    None => "public".to_owned(),
                };
            }
            RouteStatus::Open => problems.push(format!(
                "{method} {pattern} needs no user; wrap its resource or scope in \
                 `auth.require_user()` or in a guard such as `InOrg`, or add \
                 `.public(\"{method} {pattern}\")`"
            )),
            RouteStatus::Misconfigured => {
                problems.push(format!("{method} {pattern}: {}", route.protection));
            }
            RouteStatus::NeedsUser | RouteStatus::Public => {}
        }
    }

    /// Returns the entries of the list that are for no public route.
    fn check_list(&self, routes: &[Surveyed]) -> Vec<String> {
        let mut problems = Vec::new();
        for public in &self.public {
            let text = public.text();
            let mut matched = routes
                .iter()
                .map(|surveyed| &surveyed.route)
                .filter(|route| public.matches(&route.method, &route.pattern))
                .peekable();
            if matched.peek().is_none() {
                problems.push(format!(
                    "{text:?} is listed as public, but there is no such route; remove the entry"
                ));
            } else if matched.all(|route| route.status == RouteStatus::NeedsUser) {
                problems.push(format!(
                    "{text:?} is listed as public, but needs a user; remove the entry, so that the \
                     list stays true"
                ));
            }
        }
        problems
    }
}

impl fmt::Debug for RouteAudit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RouteAudit")
            .field("public", &self.public)
            .field("samples", &self.approach.samples)
            .finish_non_exhaustive()
    }
}
