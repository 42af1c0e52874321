//! [`Misconfigured`]: the mistakes of a program that no caller can fix.

/// The reason why the application is misconfigured, with the place.
///
/// ```
/// use actix_web_propelauth::{Denied, Misconfigured};
///
/// fn is_guard_missing(denied: &Denied) -> bool {
///     matches!(denied, Denied::Misconfigured(Misconfigured::NoGuard(_)))
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Misconfigured {
    /// A guard or an argument of a handler needs the user of a request that no middleware
    /// authenticated, and there is no handle in the app data.
    #[error(
        "{0} received a request that did not pass through PropelAuth's middleware. Wrap the app, \
         scope or resource in `auth.require_user()` (the last `.wrap` runs first), or add \
         `.app_data(auth.clone())` to the app"
    )]
    NoMiddleware(String),
    /// A handler takes an [`OrgMemberInfo`](crate::OrgMemberInfo), and no guard around it checked an
    /// organization.
    #[error(
        "{0} needs a guard around the route, which checks the organization, as in \
         `web::resource(…).wrap(InOrg::new(org_id::path(\"org_id\")))`. A guard in `.guard(…)` only \
         selects between routes; to wrap its route with it as well, write \
         `.route(guard.guard_route(web::get().to(handler)))`"
    )]
    NoGuard(String),
    /// A guard with `.live()` is in `.guard(…)`, where it cannot wait for the memberships of now.
    #[error(
        "{0} with `.live()` is in `.guard(…)`, and actix-web cannot wait for PropelAuth while it selects a route: \
         write `.route(guard.guard_route(web::get().to(handler)))`, or hand it to `.wrap(…)`"
    )]
    LiveWhileRouting(String),
    /// PropelAuth does not accept the integration key of this backend, so that no API key and no step-up grant of
    /// an end user can be verified.
    #[error(
        "PropelAuth rejected the integration API key of this backend, so that API keys and step-up grants of end \
         users cannot be verified: set a key of the environment of the auth URL that has not been revoked"
    )]
    IntegrationKeyRejected,
    /// A handler takes an `McpCaller`, and no middleware around it requires a token for a protected resource.
    #[error(
        "{0} received a request that did not pass through the middleware of a protected resource: wrap the resource \
         in `resource.require_scopes([…])`"
    )]
    NoMcpMiddleware(String),
    /// PropelAuth does not answer this backend's questions about tokens for a protected resource.
    #[error(
        "PropelAuth rejected the introspection credentials of this backend, so that no token for the protected \
         resource can be checked: compare the client id and the secret with those in the dashboard, and see there \
         whether MCP authentication is enabled for the environment of the auth URL"
    )]
    IntrospectionRejected,
    /// A route requires a step-up grant, and the plan of the project does not include step-up MFA.
    #[error(
        "a route requires a step-up grant, and the plan of the PropelAuth project does not include step-up MFA: \
         upgrade the plan, or remove `auth.require_step_up(…)` and `Requirement::step_up(…)`"
    )]
    StepUpNotIncluded,
    /// A requirement includes a step-up grant, and was checked by a method that cannot wait for PropelAuth.
    #[error(
        "a requirement includes a step-up grant, and `authorize` and `validate` cannot wait for PropelAuth: write \
         `user.authorize_with_step_up(org_id, &requirement, &request).await?`, or use a guard in `.wrap(…)`"
    )]
    StepUpNotAwaited,
    /// A guard that requires a step-up grant is in `.guard(…)`, where it cannot wait for PropelAuth.
    #[error(
        "{0} requires a step-up grant and is in `.guard(…)`, and actix-web cannot wait for PropelAuth while it selects a \
         route: write `.route(guard.guard_route(web::get().to(handler)))`, or hand it to `.wrap(…)`"
    )]
    StepUpWhileRouting(String),
}
