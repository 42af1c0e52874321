//! The user and organization of a request, for code that has the request and no extractors.

use actix_web::{HttpMessage as _, HttpRequest, dev::ServiceRequest};

use super::cached_result::principal;
use crate::{
    access::{callers::principal::Principal, user::User},
    words::org_member_info::OrgMemberInfo,
};

/// Extends requests with the user and the organization that middleware and guards found.
///
/// Use it where extractors are not available, such as in other middleware or in a logger. It never
/// verifies a token itself, so each call costs one lookup in the request's extensions.
///
/// ```
/// use actix_web::{HttpRequest, HttpResponse};
/// use actix_web_propelauth::PropelAuthExt as _;
///
/// async fn whoami(request: HttpRequest) -> HttpResponse {
///     match request.propelauth_user() {
///         Some(user) => HttpResponse::Ok().body(user.user_id.to_string()),
///         None => HttpResponse::Ok().body("none"),
///     }
/// }
/// ```
///
/// Middleware of your own can use it after PropelAuth's middleware, which is around it:
///
/// ```
/// use actix_web::{
///     Error,
///     body::MessageBody,
///     dev::{ServiceRequest, ServiceResponse},
///     middleware::Next,
/// };
/// use actix_web_propelauth::PropelAuthExt as _;
///
/// async fn count_by_org<B: MessageBody>(
///     request: ServiceRequest,
///     next: Next<B>,
/// ) -> Result<ServiceResponse<B>, Error> {
///     if let Some(org) = request.propelauth_org() {
///         println!("one more request of {}", org.org_id);
///     }
///     next.call(request).await
/// }
/// ```
pub trait PropelAuthExt: sealed::Sealed {
    /// Returns the user that a middleware or guard found.
    ///
    /// It is `None` for an anonymous request and for an organization by API key, and also if neither a middleware nor a guard is around
    /// this code. As an argument of a handler, [`OptionalUser`](crate::OptionalUser) distinguishes
    /// the two: it denies the second with 500.
    fn propelauth_user(&self) -> Option<User>;

    /// Returns the caller that a middleware or guard found: a user by token or by API key, or an organization
    /// by API key.
    ///
    /// ```
    /// use actix_web::HttpRequest;
    /// use actix_web_propelauth::PropelAuthExt as _;
    ///
    /// fn is_program(request: &HttpRequest) -> bool {
    ///     request.propelauth_principal().is_some_and(|caller| caller.key().is_some())
    /// }
    /// ```
    fn propelauth_principal(&self) -> Option<Principal>;

    /// Returns the user's membership in the organization that a guard checked.
    ///
    /// It is `None` if no guard is around this code with `.wrap(…)`. The user's active organization
    /// is [`User::active_org`], which no guard is needed for.
    fn propelauth_org(&self) -> Option<OrgMemberInfo>;
}

impl PropelAuthExt for HttpRequest {
    fn propelauth_user(&self) -> Option<User> {
        self.extensions().get().cloned()
    }

    fn propelauth_principal(&self) -> Option<Principal> {
        principal(&self.extensions())
    }

    fn propelauth_org(&self) -> Option<OrgMemberInfo> {
        self.extensions().get().cloned()
    }
}

impl PropelAuthExt for ServiceRequest {
    fn propelauth_user(&self) -> Option<User> {
        self.request().propelauth_user()
    }

    fn propelauth_principal(&self) -> Option<Principal> {
        self.request().propelauth_principal()
    }

    fn propelauth_org(&self) -> Option<OrgMemberInfo> {
        self.request().propelauth_org()
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for actix_web::HttpRequest {}
    impl Sealed for actix_web::dev::ServiceRequest {}
}
