//! The security scheme of a document, and the operations that it applies to.

use utoipa::{
    Modify,
    openapi::{
        OpenApi, Ref, RefOr,
        path::{Operation, PathItem},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use super::responses::{DENIALS, OF_API_KEYS, problem};

/// The name of the security scheme.
const SCHEME: &str = "PropelAuth";
/// The name of the security scheme for API keys.
const API_KEY_SCHEME: &str = "PropelAuthApiKey";
/// The name of the schema of the responses' body.
const PROBLEM: &str = "PropelAuthProblem";

/// Adds PropelAuth's access tokens to an OpenAPI document, as a modifier.
///
/// - The document gets the security scheme `PropelAuth`: a bearer token that is a JWT.
/// - The [responses](super::PropelAuthResponses) of middleware and guards become reusable ones, which
///   operations refer to.
/// - An operation with their 401 requires the security scheme, unless it names a security requirement of its
///   own; `security(())` is one for a route with an optional user.
///
/// In `#[derive(OpenApi)]`, write `#[openapi(modifiers(&PropelAuthSecurity))]`. With `utoipa-actix-web`, the
/// operations are added later, so call it for the finished document:
///
/// ```
/// use actix_web_propelauth::openapi::PropelAuthSecurity;
/// use utoipa::{Modify as _, openapi::OpenApi};
///
/// let mut document = OpenApi::default(); // from `split_for_parts()`
/// PropelAuthSecurity.modify(&mut document);
/// let components = document.components.unwrap();
/// assert!(components.security_schemes.contains_key("PropelAuth"));
/// ```
///
/// Applying it twice is the same as applying it once.
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs)] // written as a value
pub struct PropelAuthSecurity;

impl Modify for PropelAuthSecurity {
    fn modify(&self, document: &mut OpenApi) {
        let components = document.components.get_or_insert_default();
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("An access token of PropelAuth."));
        components.security_schemes.insert(
            SCHEME.to_owned(),
            SecurityScheme::Http(scheme.build()).into(),
        );
        components.schemas.insert(PROBLEM.to_owned(), problem());
        for denial in &DENIALS {
            let response = denial.response(Ref::from_schema_name(PROBLEM));
            components
                .responses
                .insert(denial.name.to_owned(), response.into());
        }
        for path in document.paths.paths.values_mut() {
            for operation in operations(path) {
                refer(operation);
            }
        }
    }
}

/// Adds API keys of end users and organizations to an OpenAPI document, as a modifier after
/// [`PropelAuthSecurity`].
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
        // Sent as a token is, so that it is no scheme of the type `apiKey`, which has a header of its own.
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some(
                "An API key of PropelAuth, of a user or an organization.",
            ));
        components.security_schemes.insert(
            API_KEY_SCHEME.to_owned(),
            SecurityScheme::Http(scheme.build()).into(),
        );
        let none: [&str; 0] = [];
        let token = SecurityRequirement::new(SCHEME, none);
        let either = vec![
            token.clone(),
            SecurityRequirement::new(API_KEY_SCHEME, none),
        ];
        components.schemas.insert(PROBLEM.to_owned(), problem());
        let response = OF_API_KEYS.response(Ref::from_schema_name(PROBLEM));
        components
            .responses
            .insert(OF_API_KEYS.name.to_owned(), response.into());
        for path in document.paths.paths.values_mut() {
            for operation in operations(path) {
                if operation.security.as_deref() == Some(std::slice::from_ref(&token)) {
                    operation.security = Some(either.clone());
                    let responses = operation
                        .responses
                        .responses
                        .entry(OF_API_KEYS.status.to_owned());
                    responses.or_insert_with(|| Ref::from_response_name(OF_API_KEYS.name).into());
                }
            }
        }
    }
}

/// Replaces the responses of an operation by references to the reusable ones, and requires the scheme.
fn refer(operation: &mut Operation) {
    let mut needs_token = false;
    for denial in &DENIALS {
        let Some(response) = operation.responses.responses.get_mut(denial.status) else {
            continue;
        };
        let reference: RefOr<_> = Ref::from_response_name(denial.name).into();
        // One that the application describes in its own way stays.
        if *response == denial.response(problem()).into() {
            *response = reference.clone();
        }
        needs_token |= denial.status == "401" && *response == reference;
    }
    if needs_token && operation.security.is_none() {
        let none: [&str; 0] = [];
        operation.security = Some(vec![SecurityRequirement::new(SCHEME, none)]);
    }
}

/// Returns the operations of a path.
fn operations(path: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    let PathItem {
        get,
        put,
        post,
        delete,
        options,
        head,
        patch,
        trace,
        query,
        additional_operations,
        ..
    } = path;
    let named = [get, put, post, delete, options, head, patch, trace, query];
    let named = named.into_iter().flatten();
    named.chain(additional_operations.values_mut())
}
