//! The result of a route audit: the table, and what is wrong with it.

use std::fmt;

use super::table::table;

/// The routes of an application, and what protects each. Created by [`RouteAudit::run`].
///
/// `Display` writes a table with a line for each method and pattern.
///
/// [`RouteAudit::run`]: super::RouteAudit::run
#[derive(Clone, Debug)]
pub struct AuditReport {
    pub(super) routes: Vec<AuditedRoute>,
    pub(super) problems: Vec<String>,
}

/// A route, or everything that a place responds to with one method.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditedRoute {
    /// The method, `ANY` for a route without one, or `PREFLIGHT` for a CORS preflight that reaches a
    /// handler.
    pub method: String,
    /// The full pattern of the path. It ends in `/*` for a service that takes everything below, such as
    /// static files or the default service of a scope, and is `*` for the application's default service.
    pub pattern: String,
    /// Whether the route needs a user.
    pub status: RouteStatus,
    /// The middleware and guards that a request passes, from the outside to the inside.
    pub protection: String,
}

/// Whether a route needs a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RouteStatus {
    /// A request without a token is denied with 401.
    NeedsUser,
    /// A request without a token is answered, and the route is on the list of public routes.
    Public,
    /// A request without a token is answered, and the route is not on the list.
    Open,
    /// A request without a token is denied for a reason that no caller can change, such as a handler that
    /// takes a [`User`](crate::User) without any middleware.
    Misconfigured,
}

impl AuditReport {
    /// Returns the routes, by pattern and method.
    #[must_use]
    pub fn routes(&self) -> &[AuditedRoute] {
        &self.routes
    }

    /// Returns what is wrong, in sentences. It is empty if every route needs a user or is on the list of
    /// public routes.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// Panics with the table and the problems, unless every route needs a user or is on the list of public
    /// routes.
    ///
    /// # Panics
    ///
    /// Panics if there are [`problems`](Self::problems).
    #[track_caller]
    #[allow(clippy::panic)] // in a test, a panic is the error message
    pub fn assert(&self) {
        if !self.problems.is_empty() {
            let problems = self.problems.join("\n- ");
            panic!("the route audit failed:\n- {problems}\n\n{self}");
        }
    }
}

impl fmt::Display for AuditReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["METHOD", "ROUTE", "PROTECTION"].map(str::to_owned);
        let mut rows = vec![head.to_vec()];
        rows.extend(self.routes.iter().map(|route| {
            let cells = [&route.method, &route.pattern, &route.protection];
            cells.map(Clone::clone).to_vec()
        }));
        f.write_str(&table(&rows))
    }
}
