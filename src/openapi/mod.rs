//! OpenAPI documents with [utoipa](https://docs.rs/utoipa) (feature `utoipa`).
//!
//! - [`PropelAuthSecurity`] adds the security scheme and the shared responses to a document.
//! - [`PropelAuthApiKeys`] adds API keys, if the middleware accepts them, and [`PropelAuthCookie`] and
//!   [`PropelAuthQuery`] the places of tokens that it reads.
//! - [`PropelAuthResponses`] adds to an operation the responses of the middleware and the guards.
//! - [`User`](crate::User), [`OrgMemberInfo`](crate::OrgMemberInfo), the ids and the entities of
//!   [`api`](crate::api) implement utoipa's `ToSchema`, so that they can be bodies and fields.
//!
//! With utoipa's macros, a document needs one line, and an operation another:
//!
//! ```
//! use actix_web::web;
//! use actix_web_propelauth::{User, openapi::{PropelAuthResponses, PropelAuthSecurity}};
//! use utoipa::OpenApi;
//!
//! #[derive(OpenApi)]
//! #[openapi(paths(whoami), modifiers(&PropelAuthSecurity))]
//! struct ApiDoc;
//!
//! #[utoipa::path(get, path = "/whoami", responses((status = 200, body = User), PropelAuthResponses))]
//! async fn whoami(user: User) -> web::Json<User> {
//!     web::Json(user)
//! }
//!
//! # fn main() {
//! let document = ApiDoc::openapi();
//! assert!(document.components.unwrap().security_schemes.contains_key("PropelAuth"));
//! assert!(document.paths.paths.contains_key("/whoami"));
//! # }
//! ```
//!
//! `examples/integrations` has the whole program, with `utoipa-actix-web` and Swagger UI.

mod api_keys;
mod org_member;
mod responses;
mod security;
mod token_sources;
mod user;

pub use self::{
    api_keys::PropelAuthApiKeys,
    responses::PropelAuthResponses,
    security::PropelAuthSecurity,
    token_sources::{PropelAuthCookie, PropelAuthQuery},
};
