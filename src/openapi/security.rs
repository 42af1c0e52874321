//! The security scheme of a document, and the operations that it applies to.

use utoipa::{
    Modify,
    openapi::{
        OpenApi, Ref, RefOr,
        path::{Operation, PathItem},
        security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme},
    },
};

use super::responses::{DENIALS, problem};

/// The name of the security scheme.
const SCHEME: &str = "PropelAuth";
/// The name of the security scheme for API keys.
pub(super) const API_KEY_SCHEME: &str = "PropelAuthApiKey";
/// The name of the security scheme for a cookie.
pub(super) const COOKIE_SCHEME: &str = "PropelAuthCookie";
/// The name of the security scheme for a query parameter.
pub(super) const QUERY_SCHEME: &str = "PropelAuthQuery";
/// The names of the security schemes of all modifiers.
const SCHEMES: [&str; 4] = [SCHEME, API_KEY_SCHEME, COOKIE_SCHEME, QUERY_SCHEME];
/// The name of the schema of the responses' body.
pub(super) const PROBLEM: &str = "PropelAuthProblem";

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
        operation.security = Some(vec![requirement(SCHEME)]);
    }
}

/// Adds a security scheme, with which the callers of operations that require an access token may send it instead.
///
/// Returns those operations. One that requires something of another kind is the application's own, and stays.
pub(super) fn add_alternative<'d>(
    document: &'d mut OpenApi,
    name: &'static str,
    scheme: SecurityScheme,
) -> impl Iterator<Item = &'d mut Operation> {
    let components = document.components.get_or_insert_default();
    components
        .security_schemes
        .insert(name.to_owned(), scheme.into());
    let paths = document.paths.paths.values_mut();
    paths.flat_map(operations).filter_map(move |operation| {
        let required = operation.security.as_mut()?;
        let is_ours =
            |it: &SecurityRequirement| SCHEMES.iter().any(|name| *it == requirement(name));
        if !required.contains(&requirement(SCHEME)) || !required.iter().all(is_ours) {
            return None;
        }
        // Each is an alternative to the others.
        if !required.contains(&requirement(name)) {
            required.push(requirement(name));
        }
        Some(operation)
    })
}

/// Returns the requirement of a scheme, which has no scopes.
fn requirement(scheme: &str) -> SecurityRequirement {
    let none: [&str; 0] = [];
    SecurityRequirement::new(scheme, none)
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
