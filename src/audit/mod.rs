//! Which routes of an application need a user, and which callers each of them denies: two tests of a
//! few lines that fail if somewhere a `.wrap(…)` is missing.
//!
//! Both send requests to the application itself, so they see what a caller would see, whatever the
//! order of scopes, guards and middleware:
//!
//! - A [`RouteAudit`] lists the routes and what protects each. It fails if a route neither needs a user
//!   nor is on the list of public routes.
//! - A [`DenialMatrix`] sends requests of several callers to every route, and compares the responses with
//!   a committed file. A guard that was removed, or requires another role, is a difference in that file.
//!
//! ```
//! use actix_web::{App, test, web};
//! use actix_web_propelauth::{
//!     InOrgWithRole, OrgMemberInfo, PropelAuth, audit::{DenialMatrix, RouteAudit}, org_id,
//!     testing::{TestOrg, propel_auth},
//! };
//!
//! async fn billing(org: OrgMemberInfo) -> String {
//!     format!("billing of {}", org.org_name)
//! }
//!
//! /// The routes of the service: `main` and the tests use the same.
//! fn routes(auth: &PropelAuth) -> impl FnOnce(&mut web::ServiceConfig) {
//!     let admins = InOrgWithRole::new("Admin", org_id::path("org_id"));
//!     let api = web::scope("/api")
//!         .service(web::resource("/orgs/{org_id}/billing").get(billing).wrap(admins))
//!         .wrap(auth.require_user());
//!     move |config| {
//!         config.route("/health", web::get().to(|| async { "ok" })).service(api);
//!     }
//! }
//!
//! # #[actix_web::main]
//! # async fn main() {
//! let app = test::init_service(App::new().configure(routes(&propel_auth()))).await;
//!
//! let report = RouteAudit::new().public("GET /health").run(&app).await;
//! report.assert();
//! assert_eq!(
//!     report.to_string(),
//!     "METHOD  ROUTE                       PROTECTION\n\
//!      GET     /api/orgs/{org_id}/billing  user, InOrgWithRole(\"Admin\", path \"org_id\")\n\
//!      GET     /health                     public\n"
//! );
//!
//! let matrix = DenialMatrix::for_org(&TestOrg::new("Acme Inc")).run(&app).await;
//! let billing = matrix.row("GET", "/api/orgs/{org_id}/billing").unwrap();
//! assert_eq!(
//!     billing.cells().collect::<Vec<_>>(),
//!     [
//!         ("anonymous", "401"), ("expired", "401"), ("other org", "403"),
//!         ("Owner", "403"), ("Admin", "ok"), ("Member", "403"),
//!     ]
//! );
//! // In a test: matrix.assert_matches_file("tests/denials.txt");
//! # }
//! ```
//!
//! # What the requests do
//!
//! Handlers run: the first request to each route has no token, further ones have the roles and
//! permissions that the guards asked for. They have no body and made-up path parameters, so most
//! handlers respond with 400 or 404. Still, give the application a test database.
//!
//! The routes are read with actix-web's `experimental-introspection`, which the feature `audit` enables.
//! With it, actix-web panics at start for a path that has two parameters of one name.
//!
//! # Limits
//!
//! A default service is found by a request for a path that no route has. One that answers this request
//! with an empty 404, as actix-web's own does, and other paths with something else, is not listed: write a
//! route for what it serves, or wrap it in `auth.require_user()`.
//! The feature is for `[dev-dependencies]`.

mod approach;
mod committed_file;
mod denial_matrix;
mod examine;
mod identity;
mod inventory;
mod matrix_report;
mod protection;
mod public_routes;
mod report;
mod route_audit;
mod sample;
mod send;
mod survey;
mod surveyed;
mod table;

pub use self::{
    denial_matrix::DenialMatrix,
    matrix_report::{MatrixReport, MatrixRow},
    report::{AuditReport, AuditedRoute, RouteStatus},
    route_audit::RouteAudit,
};
