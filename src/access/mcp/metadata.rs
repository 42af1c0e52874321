//! [`McpMetadata`]: the metadata of a protected resource
//! ([RFC 9728 §2](https://www.rfc-editor.org/rfc/rfc9728#section-2)), as a service.

use actix_web::{
    HttpResponse,
    dev::{AppService, HttpServiceFactory},
    http::header,
    web::{self, Bytes},
};
use serde::Serialize;

use super::{resource_url::ResourceUrl, scope::Scopes};

/// The service that responds with the metadata of a protected resource.
///
/// [`McpResource::metadata`](crate::McpResource::metadata) creates it. It responds to `GET` and `HEAD`, to anyone.
#[derive(Clone, Debug)]
#[must_use = "a service does nothing until it is handed to `.service(…)`"]
pub struct McpMetadata {
    /// The path, on the host of the resource.
    path: String,
    /// The document.
    body: Bytes,
}

/// What the metadata says beside the address.
#[derive(Clone, Debug, Default)]
pub(crate) struct Description {
    /// Who issues tokens.
    pub(crate) authorization_server: String,
    /// The scopes that clients may ask for.
    pub(crate) scopes: Scopes,
    /// The name, for people.
    pub(crate) name: Option<String>,
    /// Where people read about it.
    pub(crate) documentation: Option<String>,
}

/// The document. What is not known is left out, and not `null`
/// ([RFC 9728 §3.2](https://www.rfc-editor.org/rfc/rfc9728#section-3.2)).
#[derive(Serialize)]
struct Document<'a> {
    resource: &'a str,
    authorization_servers: [&'a str; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes_supported: Vec<&'a str>,
    bearer_methods_supported: [&'a str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_documentation: Option<&'a str>,
}

impl McpMetadata {
    /// Writes the document once: it is the same for all requests.
    pub(super) fn new(url: &ResourceUrl, about: &Description) -> Self {
        let document = Document {
            resource: &url.text,
            authorization_servers: [&about.authorization_server],
            scopes_supported: about.scopes.iter().collect(),
            bearer_methods_supported: ["header"],
            resource_name: about.name.as_deref(),
            resource_documentation: about.documentation.as_deref(),
        };
        Self {
            path: url.metadata_path.clone(),
            body: serde_json::to_vec(&document).unwrap_or_default().into(),
        }
    }
}

impl HttpServiceFactory for McpMetadata {
    fn register(self, config: &mut AppService) {
        let Self { path, body } = self;
        let respond = move || {
            let body = body.clone();
            async move {
                HttpResponse::Ok()
                    .insert_header((header::CONTENT_TYPE, "application/json"))
                    // It is public, and programs in browsers read it before they have a token.
                    .insert_header((header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"))
                    .insert_header((header::CACHE_CONTROL, "public, max-age=300"))
                    .body(body)
            }
        };
        web::resource(path)
            .route(web::get().to(respond.clone()))
            .route(web::head().to(respond))
            .register(config);
    }
}
