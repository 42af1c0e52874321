//! The five guards: what a user must be in an organization before a request goes on.

use std::{fmt, rc::Rc, sync::Arc};

use actix_service::{Service, Transform};
use actix_web::{
    Error, HttpMessage as _, HttpRequest, Route,
    body::{EitherBody, MessageBody},
    dev::{ResourceDef, ServiceRequest, ServiceResponse},
    guard::{Guard, GuardContext},
};
use futures_util::future::{Ready, ready};

use super::{
    preflight::{is_preflight, was_passed},
    service::{AccessCheck, AccessService},
};
use crate::{
    access::{
        denial::Denial,
        denied::{Denied, Forbidden},
        denied_response::log,
        outcome::Outcome,
        request::{
            authenticate::{authenticate_for_guard, authenticate_while_routing},
            cached_result::{AuthResult, cache_found_result},
            org_id::{self, OrgRequest, PathParams},
        },
        required_org::RequiredOrg,
        requirement::Requirement,
        user::User,
    },
    org_member_info::OrgMemberInfo,
};

type Lookup = dyn Fn(&OrgRequest<'_>) -> Option<RequiredOrg> + Send + Sync;

/// What every guard is: a requirement, and where to find the organization that it is about.
#[derive(Clone)]
pub struct OrgGuard {
    name: &'static str,
    requirement: Requirement,
    lookup: Arc<Lookup>,
    pattern: Option<ResourceDef>,
}

/// In the extensions: that a routing guard said no, and why.
pub(in crate::access) struct GuardDenied(pub(in crate::access) Denial);

impl OrgGuard {
    #[track_caller]
    fn new<T: Into<RequiredOrg>>(
        name: &'static str,
        requirement: Requirement,
        org_id: impl Fn(&OrgRequest<'_>) -> Option<T> + Send + Sync + 'static,
    ) -> Self {
        // A mistake in the program rather than in a request, and one that must not go live.
        assert!(
            !requirement.is_vacuous(),
            "{name} was given an empty role, permission or list, which nobody can be checked for"
        );
        let lookup = move |request: &OrgRequest<'_>| org_id(request).map(Into::into);
        Self {
            name,
            requirement,
            lookup: Arc::new(lookup),
            pattern: None,
        }
    }

    fn authorize(&self, request: OrgRequest<'_>, user: &User) -> Result<OrgMemberInfo, Denial> {
        let denial = |denied| Denial {
            denied,
            settings: Arc::clone(user.settings()),
        };
        match (self.lookup)(&request) {
            Some(org) => user
                .authorize(org, &self.requirement)
                .cloned()
                .map_err(denial),
            None => Err(denial(
                Forbidden::OrgUnspecified(request.into_miss_reason()).into(),
            )),
        }
    }

    /// Decides while actix is still choosing between routes.
    fn choose(&self, context: &GuardContext<'_>) -> Result<(), Denial> {
        if is_preflight(context.head()) && was_passed(&context.req_data()) {
            return Ok(());
        }
        let user = authenticate_while_routing(context, || self.name.to_owned())?;
        let params = self
            .pattern
            .as_ref()
            .map_or(PathParams::None, PathParams::Pattern);
        let request = OrgRequest::new(context.head(), params, &user);
        self.authorize(request, &user).map(drop)
    }
}

impl AccessCheck for OrgGuard {
    fn authenticate(&self, request: &HttpRequest) -> Outcome<AuthResult> {
        authenticate_for_guard(request, || self.name.to_owned())
    }

    fn authorize_request(&self, request: &HttpRequest, caller: AuthResult) -> Result<(), Denial> {
        cache_found_result(request, &caller);
        let user = caller?;
        let params = PathParams::Route(request.match_info());
        let org = self.authorize(OrgRequest::new(request.head(), params, &user), &user)?;
        request.extensions_mut().insert(org);
        Ok(())
    }

    fn allows_preflight(&self, request: &HttpRequest) -> bool {
        was_passed(&request.extensions())
    }
}

impl fmt::Debug for OrgGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(self.name)
            .field("requirement", &self.requirement)
            .finish_non_exhaustive()
    }
}

/// Declares the guards, one row each.
macro_rules! guards {
    ($(
        $(#[$doc:meta])*
        $name:ident($($arg:ident: $ty:ty)?) => $requirement:expr;
    )*) => {$(
        $(#[$doc])*
        ///
        /// The closure finds the organization in the request; [`org_id`](mod@crate::org_id) has the
        /// usual ones.
        ///
        /// - **`.wrap(…)`** on an app, scope, resource or route protects: it answers 401 without a
        ///   user, 403 otherwise, and puts the [`OrgMemberInfo`] into the request's extensions for
        ///   the handler. On a route, `.wrap` comes after `.to`.
        /// - **`.guard(…)`** only chooses between routes. Actix does not say whether a route was
        ///   taken after its guards were asked, so no handler sees what such a guard found;
        ///   [`guard_route`](Self::guard_route) has the guard choose a route and protect it. If no
        ///   route takes the request because of the guard, the surrounding middleware answers 401 or
        ///   403 in place of actix's 404 or 405. At the root of a scope it can do so for
        ///   `web::resource("").route(…)`, but not for `.route("", …)`, which stays 404.
        ///
        /// Actix never asks the guards of a route that is an app's or a scope's default service, so
        /// `.default_service(web::route().guard(…).to(handler))` lets everybody in. Write
        /// `.default_service(web::route().to(handler).wrap(…))`.
        #[derive(Clone, Debug)]
        #[must_use = "a guard does nothing until it is handed to `.wrap(…)` or `.guard(…)`"]
        pub struct $name(OrgGuard);

        impl $name {
            /// Makes the guard.
            ///
            /// # Panics
            ///
            /// Panics when the role, the permission or the list of permissions is empty.
            #[track_caller]
            pub fn new<T: Into<RequiredOrg>>(
                $($arg: $ty,)?
                org_id: impl Fn(&OrgRequest<'_>) -> Option<T> + Send + Sync + 'static,
            ) -> Self {
                Self(OrgGuard::new(stringify!($name), $requirement, org_id))
            }

            /// Tells the guard the whole path of its route, such as `/orgs/{org_id}/billing`.
            ///
            /// Needed in `.guard(…)` to look at path parameters, which actix does not know yet
            /// at that point. Without effect in `.wrap(…)`.
            pub fn path_pattern(mut self, pattern: &str) -> Self {
                self.0.pattern = Some(ResourceDef::new(pattern));
                self
            }

            /// Returns the route, chosen by this guard and with this guard around it.
            ///
            /// It is the same as `route.guard(guard.clone()).wrap(guard)`: the route is taken only
            /// by those whom the guard lets in, and its handler gets their [`OrgMemberInfo`].
            ///
            /// ```
            /// use actix_web::web;
            /// use actix_web_propelauth::{InOrg, InOrgWithRole, OrgMemberInfo, org_id};
            ///
            /// async fn all_salaries(org: OrgMemberInfo) -> String {
            ///     format!("everybody's salary at {}", org.org_name)
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
                route.guard(self.clone()).wrap(self)
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
                match self.0.choose(context) {
                    Ok(()) => true,
                    Err(denial) => {
                        if let Denied::Misconfigured(_) = denial.denied {
                            // Without middleware around, nobody else would say it.
                            log(&denial.denied, &denial.settings, Some(context.head()));
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
    /// Requires that the user is a member of the organization.
    InOrg() => Requirement::Member;
    /// Requires that the user has this role in the organization, exactly.
    InOrgWithRole(role: impl Into<String>) => Requirement::role(role);
    /// Requires that the user has this role in the organization or one above it.
    InOrgWithMinimumRole(minimum_required_role: impl Into<String>) => Requirement::minimum_role(minimum_required_role);
    /// Requires that the user has this permission in the organization.
    InOrgWithPermission(permission: impl Into<String>) => Requirement::permission(permission);
    /// Requires that the user has every one of these permissions in the organization.
    InOrgWithAllPermissions(permissions: impl IntoIterator<Item = impl Into<String>>) => Requirement::all_permissions(permissions);
}

/// Looks for the organization where [`org_id::default`] does.
impl Default for InOrg {
    fn default() -> Self {
        Self::new(org_id::default())
    }
}
