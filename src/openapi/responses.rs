//! The responses of the middleware and the guards.

use std::collections::BTreeMap;

use utoipa::{
    IntoResponses,
    openapi::{
        ContentBuilder, HeaderBuilder, RefOr, Response, ResponseBuilder, Schema,
        schema::{ObjectBuilder, Type},
    },
};

/// The responses of middleware and guards to denied requests, for the `responses` of an operation.
///
/// They are those with the status 401, 403, 431, 500 and 503, each with a problem document
/// ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)) as its body. If an
/// [`on_denied`](crate::PropelAuthBuilder::on_denied) changes them, describe yours instead.
/// [`PropelAuthApiKeys`](super::PropelAuthApiKeys) adds the 429 of API keys.
///
/// ```
/// use actix_web_propelauth::openapi::PropelAuthResponses;
/// use utoipa::IntoResponses as _;
///
/// let statuses: Vec<String> = PropelAuthResponses::responses().into_keys().collect();
/// assert_eq!(statuses, ["401", "403", "431", "500", "503"]);
/// ```
#[derive(Clone, Copy, Debug)]
#[allow(clippy::exhaustive_structs)] // a name for a set of responses
pub struct PropelAuthResponses;

impl IntoResponses for PropelAuthResponses {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let responses = DENIALS.iter();
        responses
            .map(|denial| (denial.status.to_owned(), denial.response(problem()).into()))
            .collect()
    }
}

/// A status of denials, as documents describe it.
pub(super) struct DocumentedDenial {
    pub(super) status: &'static str,
    /// The name among the document's reusable responses.
    pub(super) name: &'static str,
    description: &'static str,
    header: Option<(&'static str, &'static str)>,
}

const CHALLENGE: (&str, &str) = (
    "WWW-Authenticate",
    "The challenge, with an error code if a token was sent (RFC 6750).",
);

const RETRY_AFTER: (&str, &str) = ("Retry-After", "After how many seconds to try again.");

/// Every status of denials.
pub(super) const DENIALS: [DocumentedDenial; 5] = [
    DocumentedDenial {
        status: "401",
        name: "PropelAuthUnauthorized",
        description: "There is no access token or API key, or it is not valid; or, with the error code \
                      `insufficient_user_authentication`, a step-up grant is required.",
        header: Some(CHALLENGE),
    },
    DocumentedDenial {
        status: "403",
        name: "PropelAuthForbidden",
        description: "The user is not a member of the organization, or lacks the role or permission.",
        header: Some(CHALLENGE),
    },
    DocumentedDenial {
        status: "431",
        name: "PropelAuthTokenTooLong",
        description: "The access token is too long.",
        header: None,
    },
    DocumentedDenial {
        status: "500",
        name: "PropelAuthMisconfigured",
        description: "The service is misconfigured.",
        header: None,
    },
    DocumentedDenial {
        status: "503",
        name: "PropelAuthUnavailable",
        description: "Whether the request is allowed cannot be known at the moment.",
        header: Some(RETRY_AFTER),
    },
];

/// The status of denials that only requests with an API key can get.
pub(super) const OF_API_KEYS: DocumentedDenial = DocumentedDenial {
    status: "429",
    name: "PropelAuthTooManyRequests",
    description: "The owner of the API key uses it too often.",
    header: Some(RETRY_AFTER),
};

impl DocumentedDenial {
    /// Returns the response, with this schema of its body.
    pub(super) fn response(&self, body: impl Into<RefOr<Schema>>) -> Response {
        let content = ContentBuilder::new().schema(Some(body.into())).build();
        let mut response = ResponseBuilder::new()
            .description(self.description)
            .content("application/problem+json", content);
        if let Some((name, description)) = self.header {
            let text = ObjectBuilder::new().schema_type(Type::String);
            let header = HeaderBuilder::new()
                .schema(Some(text))
                .description(Some(description));
            response = response.header(name, header.build());
        }
        response.build()
    }
}

/// Returns the schema of the body.
pub(super) fn problem() -> RefOr<Schema> {
    let text = || ObjectBuilder::new().schema_type(Type::String);
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some("A problem document (RFC 9457)."))
        .property("title", text().description(Some("The name of the status.")))
        .required("title")
        .property(
            "status",
            ObjectBuilder::new()
                .schema_type(Type::Integer)
                .description(Some("The status.")),
        )
        .required("status")
        .property(
            "detail",
            text().description(Some("The exact reason, in debug mode only.")),
        )
        .into()
}
