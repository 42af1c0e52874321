//! The security scheme of API keys.

use utoipa::{
    Modify,
    openapi::{
        OpenApi, Ref,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::{
    responses::{OF_API_KEYS, problem},
    security::{API_KEY_SCHEME, PROBLEM, add_alternative},
};

/// Adds API keys of end users and organizations to an OpenAPI document, as a modifier after
/// [`PropelAuthSecurity`](super::PropelAuthSecurity).
///
/// The document gets the security scheme `PropelAuthApiKey`. An operation that requires an access token accepts
/// either, and has the response 429 for a key that its owner uses too often. Use it if the middleware [accepts keys](crate::Authentication::accept_api_keys), and name
/// the requirement of an operation yourself if only some routes do.
///
/// ```
/// use actix_web_propelauth::openapi::{PropelAuthApiKeys, PropelAuthSecurity};
/// use utoipa::{Modify as _, openapi::OpenApi};
///
/// let mut document = OpenApi::default(); // from `split_for_parts()`
/// PropelAuthSecurity.modify(&mut document);
/// PropelAuthApiKeys.modify(&mut document);
/// let components = document.components.unwrap();
/// assert!(components.security_schemes.contains_key("PropelAuthApiKey"));
/// ```
///
/// Applying it twice is the same as applying it once.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs)] // written as a value
pub struct PropelAuthApiKeys;

impl Modify for PropelAuthApiKeys {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        components.schemas.insert(PROBLEM.to_owned(), problem());
        let response = OF_API_KEYS.response(Ref::from_schema_name(PROBLEM));
        components
            .responses
            .insert(OF_API_KEYS.name.to_owned(), response.into());
        // Sent as a token is, so that it is no scheme of the type `apiKey`, which has a header of its own.
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "An API key of PropelAuth, of a user or an organization.",
            ));
        let scheme = SecurityScheme::Http(scheme.build());
        for operation in add_alternative(document, API_KEY_SCHEME, scheme) {
            let responses = &mut operation.responses.responses;
            let response = responses.entry(OF_API_KEYS.status.to_owned());
            response.or_insert_with(|| Ref::from_response_name(OF_API_KEYS.name).into());
        }
    }
}
