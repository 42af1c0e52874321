//! What a request is known by, for code that has the request rather than extractors.

use actix_web::{HttpMessage as _, HttpRequest, dev::ServiceRequest};

use crate::{access::user::User, org_member_info::OrgMemberInfo};

/// Adds to requests what PropelAuth's middleware and guards found out about them.
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
pub trait PropelAuthExt: sealed::Sealed {
    /// Returns the user that a middleware or guard found, or `None` for an anonymous request
    /// and where neither is around this code. As an argument of a handler,
    /// [`OptionalUser`](crate::OptionalUser) tells the two apart.
    fn propelauth_user(&self) -> Option<User>;

    /// Returns the user's membership in the organization that a guard checked.
    fn propelauth_org(&self) -> Option<OrgMemberInfo>;
}

impl PropelAuthExt for HttpRequest {
    fn propelauth_user(&self) -> Option<User> {
        self.extensions().get().cloned()
    }

    fn propelauth_org(&self) -> Option<OrgMemberInfo> {
        self.extensions().get().cloned()
    }
}

impl PropelAuthExt for ServiceRequest {
    fn propelauth_user(&self) -> Option<User> {
        self.request().propelauth_user()
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
