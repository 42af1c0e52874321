//! [`McpResource`]: the handle of one protected resource.

use std::{fmt, sync::Arc};

use super::{
    metadata::{Description, McpMetadata},
    resource_url::ResourceUrl,
    scope::Scopes,
    scopes::RequireScopes,
    tokens::Tokens,
};
use crate::access::{realm::ResourceChallenge, settings::Settings};

/// A protected resource of OAuth, such as an MCP server: what takes tokens that were issued for it, and for nothing
/// else.
///
/// Created by [`PropelAuth::mcp_resource`](crate::PropelAuth::mcp_resource). Build it once, and move a clone into
/// `HttpServer::new`: clones share what is known of tokens.
///
/// ```
/// use actix_web::{App, web};
/// use actix_web_propelauth::{InitError, McpCaller, PropelAuth};
///
/// async fn mcp(caller: McpCaller) -> String {
///     format!("{} by {:?}", caller.user_id(), caller.client_id())
/// }
///
/// # fn example(auth: PropelAuth, client_id: &str, client_secret: &str) -> Result<(), InitError> {
/// let notes = auth.mcp_resource("https://api.example.com/mcp", client_id, client_secret).build()?;
/// let app = App::new()
///     .service(notes.metadata())
///     .service(web::resource("/mcp").wrap(notes.require_scopes(["notes:read"])).post(mcp));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct McpResource(Arc<Inner>);

/// What all clones of a resource share.
struct Inner {
    /// What the resource is called.
    url: ResourceUrl,
    /// What its metadata says.
    description: Description,
    /// What is known of tokens.
    tokens: Arc<Tokens>,
    /// Creates the settings of a middleware, whose challenges name its scopes.
    settings: NewSettings,
}

/// A function that creates settings with a challenge. It is a parameter because this folder does not know the builder.
pub(crate) type NewSettings = Box<dyn Fn(ResourceChallenge) -> Arc<Settings> + Send + Sync>;

impl McpResource {
    pub(crate) fn new(
        url: ResourceUrl,
        description: Description,
        tokens: Arc<Tokens>,
        settings: NewSettings,
    ) -> Self {
        Self(Arc::new(Inner {
            url,
            description,
            tokens,
            settings,
        }))
    }

    /// Returns the identifier of the resource, which tokens name as their audience.
    ///
    /// ```
    /// # fn example(notes: actix_web_propelauth::McpResource) {
    /// println!("add {} to your MCP client", notes.resource());
    /// # }
    /// ```
    #[must_use]
    pub fn resource(&self) -> &str {
        &self.0.url.text
    }

    /// Returns the address of the metadata, as challenges name it.
    #[must_use]
    pub fn metadata_url(&self) -> &str {
        &self.0.url.metadata_url
    }

    /// Returns the service that responds with the metadata
    /// ([RFC 9728](https://www.rfc-editor.org/rfc/rfc9728)): it tells clients where to get a token.
    ///
    /// Register it at the app itself, outside of middleware that denies requests without a token. It serves the path
    /// `/.well-known/oauth-protected-resource` and the path of the resource. A browser of any origin may read it.
    ///
    /// ```
    /// use actix_web::App;
    ///
    /// # fn example(notes: actix_web_propelauth::McpResource) {
    /// let app = App::new().service(notes.metadata());
    /// # }
    /// ```
    ///
    /// The response has the identifier of the resource, PropelAuth as the authorization server, the scopes that clients
    /// may ask for, and that tokens are sent in the `Authorization` header.
    pub fn metadata(&self) -> McpMetadata {
        McpMetadata::new(&self.0.url, &self.0.description)
    }

    /// Returns middleware that denies requests without a token for this resource with 401, and those whose token
    /// lacks one of these scopes with 403. Handlers take an [`McpCaller`](crate::McpCaller).
    ///
    /// The challenges in `WWW-Authenticate` lead a client to the metadata and name the scopes to ask for.
    ///
    /// | token | response |
    /// | --- | --- |
    /// | missing | 401 |
    /// | unknown, expired or revoked, for another resource or for none | 401, `error="invalid_token"` |
    /// | without one of the scopes | 403, `error="insufficient_scope"` |
    /// | PropelAuth cannot be asked now | 503 with `Retry-After` |
    /// | PropelAuth rejects the credentials of this backend | 500, and the log says so |
    ///
    /// ```
    /// use actix_web::web;
    /// use actix_web_propelauth::{McpCaller, McpResource};
    ///
    /// async fn read(caller: McpCaller) -> String {
    ///     format!("the notes of {}", caller.user_id())
    /// }
    ///
    /// # fn example(notes: McpResource) {
    /// let reading = web::resource("/mcp").wrap(notes.require_scopes(["notes:read"])).post(read);
    /// let anything = web::resource("/about").wrap(notes.require_scopes([""; 0])).get(read);
    /// # }
    /// ```
    ///
    /// Without a scope, any token for this resource is accepted. The token is read from the `Authorization` header only.
    ///
    /// # Panics
    ///
    /// Panics if one of them is no scope.
    #[track_caller]
    pub fn require_scopes<S: Into<String>>(
        &self,
        scopes: impl IntoIterator<Item = S>,
    ) -> RequireScopes {
        let scopes = Scopes::of_program(scopes);
        let settings = (self.0.settings)(ResourceChallenge {
            metadata_url: self.0.url.metadata_url.clone(),
            scopes: scopes.to_string(),
        });
        RequireScopes::new(Arc::clone(&self.0.tokens), scopes, settings)
    }
}

impl fmt::Debug for McpResource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("McpResource")
            .field("resource", &self.0.url.text)
            .field("description", &self.0.description)
            .finish_non_exhaustive()
    }
}
