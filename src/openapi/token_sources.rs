//! The security schemes of access tokens in a cookie and in the query.

use utoipa::{
    Modify,
    openapi::{
        OpenApi,
        security::{ApiKey, ApiKeyValue, SecurityScheme},
    },
};

use super::security::{COOKIE_SCHEME, QUERY_SCHEME, add_alternative};

/// Adds access tokens in a cookie of this name to an OpenAPI document, as a modifier after
/// [`PropelAuthSecurity`](super::PropelAuthSecurity).
///
/// The document gets the security scheme `PropelAuthCookie`, of the type `apiKey` in a cookie. An operation that
/// requires an access token accepts either. Use it if the middleware reads
/// [`TokenSource::cookie`](crate::TokenSource::cookie), and name the requirement of an operation yourself if only
/// some routes do.
///
/// In `#[derive(OpenApi)]`, a modifier is a name: write `#[openapi(modifiers(&PropelAuthSecurity, &COOKIE))]` for a
/// `static COOKIE: PropelAuthCookie`.
///
/// ```
/// use actix_web_propelauth::openapi::{PropelAuthCookie, PropelAuthSecurity};
/// use utoipa::{Modify as _, openapi::OpenApi};
///
/// let mut document = OpenApi::default(); // from `split_for_parts()`
/// PropelAuthSecurity.modify(&mut document);
/// PropelAuthCookie("__Host-access_token").modify(&mut document);
/// let components = document.components.unwrap();
/// assert!(components.security_schemes.contains_key("PropelAuthCookie"));
/// ```
///
/// Applying it twice is the same as applying it once. Programs that are generated from the document, and Swagger UI in a
/// browser, may be unable to set cookies.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs)] // written as a value
pub struct PropelAuthCookie(pub &'static str);

/// Adds access tokens in a query parameter of this name to an OpenAPI document, as a modifier after
/// [`PropelAuthSecurity`](super::PropelAuthSecurity).
///
/// The document gets the security scheme `PropelAuthQuery`, of the type `apiKey` in the query. An operation that
/// requires an access token accepts either. Use it if the middleware reads
/// [`TokenSource::query`](crate::TokenSource::query), and name the requirement of an operation yourself if only
/// some routes do. For a token in a WebSocket protocol, OpenAPI has no security scheme.
///
/// ```
/// use actix_web_propelauth::openapi::{PropelAuthQuery, PropelAuthSecurity};
/// use utoipa::{Modify as _, openapi::OpenApi};
///
/// let mut document = OpenApi::default(); // from `split_for_parts()`
/// PropelAuthSecurity.modify(&mut document);
/// PropelAuthQuery("access_token").modify(&mut document);
/// let components = document.components.unwrap();
/// assert!(components.security_schemes.contains_key("PropelAuthQuery"));
/// ```
///
/// Applying it twice is the same as applying it once.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs)] // written as a value
pub struct PropelAuthQuery(pub &'static str);

impl Modify for PropelAuthCookie {
    fn modify(&self, document: &mut OpenApi) {
        let text = "An access token of PropelAuth in a cookie.";
        let scheme = ApiKey::Cookie(ApiKeyValue::with_description(self.0, text));
        add_alternative(document, COOKIE_SCHEME, SecurityScheme::ApiKey(scheme)).for_each(drop);
    }
}

impl Modify for PropelAuthQuery {
    fn modify(&self, document: &mut OpenApi) {
        let text = "An access token of PropelAuth in the query of the URL.";
        let scheme = ApiKey::Query(ApiKeyValue::with_description(self.0, text));
        add_alternative(document, QUERY_SCHEME, SecurityScheme::ApiKey(scheme)).for_each(drop);
    }
}
