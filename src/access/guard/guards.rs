//! The five guards, each of which requires something of a member of an organization.
//!
//! Each guard is a row of one table at the end of this file. They share their documentation and their
//! implementation ([`OrgGuard`]), so that no guard can be checked less strictly than another.

use std::rc::Rc;

use actix_service::{Service, Transform};
use actix_web::{
    Error, Route,
    body::{EitherBody, MessageBody},
    dev::{ResourceDef, ServiceRequest, ServiceResponse},
    guard::{Guard, GuardContext},
};
use futures_util::future::{Ready, ready};

use super::{
    org_guard::{GuardDenied, OrgGuard},
    service::AccessService,
};
use crate::access::{
    denial_log::{Place, log},
    denied::Denied,
    request::org_id::{self, OrgRequest},
    required_org::RequiredOrg,
    requirement::Requirement,
};

/// Declares the guards, one row each:
///
/// | part | meaning |
/// |---|---|
/// | `/// …` | the first lines of the guard's documentation |
/// | `Name(argument: type)` | the guard, and the argument of `new` before the lookup, if any |
/// | `=> requirement` | the [`Requirement`] by that argument |
macro_rules! guards {
    ($(
        $(#[$doc:meta])*
        $name:ident($($arg:ident: $ty:ty)?) => $requirement:expr;
    )*) => {$(
        $(#[$doc])*
        ///
        /// The closure returns the organization of a request. [`org_id`](mod@crate::org_id) has the
        /// usual closures.
        ///
        /// - **`.wrap(…)`** on an app, scope, resource or route protects it. Requests without a user
        ///   are denied with 401, and users who do not meet the requirement with 403. The handler can
        ///   take the checked [`OrgMemberInfo`](crate::OrgMemberInfo) as an argument. On a route, `.wrap` comes after `.to`.
        /// - **`.guard(…)`** only selects between routes. Actix-web does not report whether it took the
        ///   route after its guards were called, so no handler sees the result of such a guard. Use
        ///   [`guard_route`](Self::guard_route) to select a route by a guard and to protect it as
        ///   well. If no route takes the request because of the guard, the middleware outside responds
        ///   with 401 or 403 in place of actix-web's 404 or 405. At the root of a scope, this works for
        ///   `web::resource("").route(…)` but not for `.route("", …)`, where the 404 stays.
        ///
        /// Actix-web never calls the guards of a route that is the default service of an app or a
        /// scope, so `.default_service(web::route().guard(…).to(handler))` protects nothing. Write
        /// `.default_service(web::route().to(handler).wrap(…))`.
        #[derive(Clone, Debug)]
        #[must_use = "a guard does nothing until it is handed to `.wrap(…)` or `.guard(…)`"]
        pub struct $name(OrgGuard);

        impl $name {
            /// Creates the guard with a lookup of the organization.
            ///
            /// # Panics
            ///
            /// Panics if the role, the permission or the list of permissions is empty.
            #[track_caller]
            pub fn new<T: Into<RequiredOrg>>(
                $($arg: $ty,)?
                org_id: impl Fn(&OrgRequest<'_>) -> Option<T> + Send + Sync + 'static,
            ) -> Self {
                Self(OrgGuard::new(stringify!($name), $requirement, org_id))
            }

            /// Requires something else of the member as well.
            ///
            /// ```
            /// use actix_web_propelauth::{InOrg, Requirement, org_id};
            ///
            /// let may_pay = Requirement::minimum_role("Admin").or(Requirement::permission("billing::pay"));
            /// let guard = InOrg::new(org_id::path("org_id"))
            ///     .and(may_pay)
            ///     .and(Requirement::not_impersonated());
            /// ```
            ///
            /// With [`Requirement::step_up`], a grant of the second factor can be part of it. PropelAuth is asked
            /// about it when all else is met, and a guard further inside may still deny the request, so wrap such a
            /// guard first.
            ///
            /// # Panics
            ///
            /// Panics if the requirement is empty or has an empty part, or if two step-up grants would be needed.
            #[track_caller]
            pub fn and(self, requirement: Requirement) -> Self {
                Self(self.0.and(requirement))
            }

            /// Sets the full path pattern of the route, such as `/orgs/{org_id}/billing`.
            ///
            /// It is required in `.guard(…)` if the lookup uses path parameters, because actix-web has
            /// not matched them yet. It has no effect in `.wrap(…)`.
            pub fn path_pattern(mut self, pattern: &str) -> Self {
                self.0.pattern = Some(ResourceDef::new(pattern));
                self
            }

            /// Returns the route, selected by this guard and wrapped with it.
            ///
            /// This is the same as `route.guard(guard.clone()).wrap(guard)`: the route is taken only
            /// for members who meet the requirement, and its handler can take their
            /// [`OrgMemberInfo`](crate::OrgMemberInfo).
            ///
            /// ```
            /// use actix_web::web;
            /// use actix_web_propelauth::{InOrg, InOrgWithRole, OrgMemberInfo, org_id};
            ///
            /// async fn all_salaries(org: OrgMemberInfo) -> String {
            ///     format!("all salaries at {}", org.org_name)
            /// }
            /// async fn own_salary(org: OrgMemberInfo) -> String {
            ///     format!("your salary at {}", org.org_name)
            /// }
            ///
            /// let path = "/orgs/{org_id}/salaries";
            /// let admins = InOrgWithRole::new("Admin", org_id::path("org_id")).path_pattern(path);
            /// let resource = web::resource(path)
            ///     .route(admins.guard_route(web::get().to(all_salaries)))
            ///     .route(web::get().to(own_salary))
            ///     .wrap(InOrg::new(org_id::path("org_id")));
            /// ```
            #[must_use]
            pub fn guard_route(self, route: Route) -> Route {
                route.guard(Self(self.0.clone().selecting())).wrap(self)
            }

            /// Checks the memberships of now in place of those of the token, for actions that a role which was
            /// just taken away must not do.
            ///
            /// They are fetched from PropelAuth for each request, by one call for all requests of the user at the
            /// same time, and are at most a second old. The handler receives the [`User`](crate::User) and the
            /// [`OrgMemberInfo`](crate::OrgMemberInfo) with them. If they cannot be fetched, the response is 503 with `Retry-After`,
            /// and if the user is disabled, locked or deleted, 401.
            ///
            /// `GET /api/backend/v1/user/{user_id}?include_orgs=true`
            ///
            /// ```
            /// use actix_web::web;
            /// use actix_web_propelauth::{InOrgWithRole, OrgMemberInfo, org_id};
            ///
            /// async fn close(org: OrgMemberInfo) -> String {
            ///     format!("{} is closed", org.org_name)
            /// }
            ///
            /// let resource = web::resource("/orgs/{org_id}")
            ///     .delete(close)
            ///     .wrap(InOrgWithRole::new("Owner", org_id::path("org_id")).live());
            /// ```
            ///
            /// It is for `.wrap(…)`. Actix-web cannot wait while it selects a route, so that a live guard in
            /// `.guard(…)` selects nothing and is an error in the log; [`guard_route`](Self::guard_route) selects
            /// by the token, and fetches before the handler is called. For an organization by API key, which has
            /// no membership, nothing is fetched.
            pub fn live(mut self) -> Self {
                self.0.is_live = true;
                self
            }
        }

        impl<S, B> Transform<S, ServiceRequest> for $name
        where
            S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error> + 'static,
            B: MessageBody + 'static,
        {
            type Response = ServiceResponse<EitherBody<B>>;
            type Error = Error;
            type Transform = AccessService<S, OrgGuard>;
            type InitError = ();
            type Future = Ready<Result<Self::Transform, ()>>;

            fn new_transform(&self, service: S) -> Self::Future {
                ready(Ok(AccessService::new(service, Rc::new(self.0.clone()))))
            }
        }

        impl Guard for $name {
            fn check(&self, context: &GuardContext<'_>) -> bool {
                match self.0.authorize_route(context) {
                    Ok(()) => true,
                    Err(denial) => {
                        if let Denied::Misconfigured(_) = denial.denied {
                            // Without middleware outside, the response is a 404 and would not show
                            // the mistake.
                            log(&denial.denied, &denial.settings, Place::Routing(context));
                        }
                        context.req_data_mut().insert(GuardDenied(denial));
                        false
                    }
                }
            }
        }
    )*};
}

guards! {
    /// A guard that requires that the user is a member of the organization.
    ///
    /// ```
    /// use actix_web::web;
    /// use actix_web_propelauth::{InOrg, OrgMemberInfo, org_id};
    ///
    /// async fn members(org: OrgMemberInfo) -> String {
    ///     format!("The members of {}", org.org_name)
    /// }
    ///
    /// let scope = web::scope("/orgs/{org_id}")
    ///     .wrap(InOrg::new(org_id::path("org_id")))
    ///     .route("/members", web::get().to(members));
    /// ```
    InOrg() => Requirement::Member;
    /// A guard that requires that the user has exactly this role in the organization.
    ///
    /// A higher role does not meet it; see [`InOrgWithMinimumRole`].
    ///
    /// ```
    /// use actix_web_propelauth::{InOrgWithRole, org_id};
    ///
    /// let guard = InOrgWithRole::new("Owner", org_id::path("org_id"));
    /// ```
    InOrgWithRole(role: impl Into<String>) => Requirement::role(role);
    /// A guard that requires that the user has this role or a higher one in the organization.
    ///
    /// ```
    /// use actix_web_propelauth::{InOrgWithMinimumRole, org_id};
    ///
    /// let guard = InOrgWithMinimumRole::new("Admin", org_id::path("org_id"));
    /// ```
    InOrgWithMinimumRole(minimum_required_role: impl Into<String>) => Requirement::minimum_role(minimum_required_role);
    /// A guard that requires that the user has this permission in the organization.
    ///
    /// ```
    /// use actix_web_propelauth::{InOrgWithPermission, org_id};
    ///
    /// let guard = InOrgWithPermission::new("can_view_billing", org_id::path("org_id"));
    /// ```
    InOrgWithPermission(permission: impl Into<String>) => Requirement::permission(permission);
    /// A guard that requires that the user has all of these permissions in the organization.
    ///
    /// ```
    /// use actix_web_propelauth::{InOrgWithAllPermissions, org_id};
    ///
    /// let permissions = ["can_view_billing", "can_edit_billing"];
    /// let guard = InOrgWithAllPermissions::new(permissions, org_id::path("org_id"));
    /// ```
    InOrgWithAllPermissions(permissions: impl IntoIterator<Item = impl Into<String>>) => Requirement::all_permissions(permissions);
}

/// Creates the guard with the lookup [`org_id::default`].
impl Default for InOrg {
    fn default() -> Self {
        Self::new(org_id::default())
    }
}
