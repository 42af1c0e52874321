//! PropelAuth's backend API: its operations with their requests, responses and refusals.
//!
//! The operations are methods of groups, which [`PropelAuth`](crate::PropelAuth) returns. A method
//! takes the required arguments and returns a [`Call`](crate::Call). The call has a setter for each
//! optional argument, and `.await` sends it.
//!
//! | group | operations on |
//! | --- | --- |
//! | [`user()`](UserApi) | users: fetch, create, change, disable, migrate |
//! | [`org()`](OrgApi) | organizations, members, invitations |
//! | [`api_key()`](ApiKeyApi) | API keys of end users and organizations |
//! | [`access_token()`](AccessTokenApi) | access tokens on behalf of users |
//! | [`mfa()`](MfaApi) | second factors, step-up authentication |
//! | [`saml()`](SamlApi) | identity providers of organizations |
//! | [`scim()`](ScimApi) | groups that identity providers synchronize |
//! | [`employee()`](EmployeeApi) | members of your own team |
//! | [`user_insights()`](UserInsightsApi) | reports and charts |
//!
//! Each operation has a type for the errors that only it has, such as [`NotFound`], or [`Never`] if it
//! has none. All other failures are variants of [`Error`](crate::Error).
//!
//! ```no_run
//! use actix_web_propelauth::{Error, OrgId, PropelAuth, UserId};
//!
//! async fn promote(
//!     auth: &PropelAuth,
//!     user_id: &UserId,
//!     org_id: &OrgId,
//! ) -> Result<(), Box<dyn std::error::Error>> {
//!     let call = auth.org().change_user_role_in_org(user_id, org_id, "Admin");
//!     match call.await {
//!         Ok(()) => println!("now an admin"),
//!         Err(error) if error.is_not_found() => println!("not a member"),
//!         Err(Error::BadRequest(errors)) => println!("invalid: {errors}"),
//!         Err(error) => return Err(error.into()),
//!     }
//!     Ok(())
//! }
//! ```

pub(crate) mod declare;
pub(crate) mod operations;
#[cfg(test)]
pub(crate) mod supported;

mod access_token;
mod api_key;
mod employee;
mod mfa;
mod org;
mod saml;
mod scim;
mod user;
mod user_insights;
mod verification;

pub(crate) use self::verification::*;
pub use self::{
    access_token::*, api_key::*, employee::*, mfa::*, org::*, saml::*, scim::*, user::*,
    user_insights::*,
};
pub use crate::{
    call::Reason,
    endpoint::{
        Endpoint, FieldErrors, List, Never, NotFound, Page, Refusal, Response, RetryClass,
        SerializableSecret,
    },
};
