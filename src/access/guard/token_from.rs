//! The places where a middleware reads tokens.

use super::authentication::Authentication;
use crate::access::request::{token_source::TokenSource, token_sources::TokenSources};

impl Authentication {
    /// Accepts the token in another place as well: a cookie, the query, a WebSocket protocol, or where a function
    /// finds it. May be called repeatedly.
    ///
    /// By default, the places of the [handle](crate::PropelAuthBuilder::token_from) are read, to which this one is
    /// added. The `Authorization` header always is. A request with different tokens in two places is denied with 401 and `error="invalid_request"`, also if one of them is valid. A token in a cookie
    /// is accepted only if no other site can have made the browser send the request, and is denied with 403
    /// otherwise, also with [`optional_user`](crate::PropelAuth::optional_user) and
    /// [`allow_anonymous`](crate::PropelAuth::allow_anonymous); [`TokenSource`] says how that is known.
    ///
    /// ```
    /// use actix_web::{App, web};
    /// use actix_web_propelauth::{PropelAuth, TokenSource, User};
    ///
    /// async fn whoami(user: User) -> String {
    ///     user.email.clone()
    /// }
    ///
    /// # fn example(auth: PropelAuth) {
    /// let app = App::new()
    ///     .service(
    ///         web::scope("/pages")
    ///             .route("/whoami", web::get().to(whoami))
    ///             .wrap(auth.require_user().token_from(TokenSource::cookie("__Host-access_token"))),
    ///     )
    ///     .service(
    ///         web::scope("/socket")
    ///             .route("/whoami", web::get().to(whoami))
    ///             .wrap(auth.require_user().token_from(TokenSource::websocket_protocol("access_token."))),
    ///     );
    /// # }
    /// ```
    ///
    /// What cannot have a header, such as a download by a link, gets a scope of its own, so that the query is read
    /// nowhere else:
    ///
    /// ```
    /// use actix_web::web;
    /// use actix_web_propelauth::{PropelAuth, TokenSource, User};
    ///
    /// async fn report(user: User) -> String {
    ///     format!("the report of {}", user.email)
    /// }
    ///
    /// # fn example(auth: PropelAuth) {
    /// let downloads = web::scope("/downloads")
    ///     .route("/report", web::get().to(report))
    ///     .wrap(auth.require_user().token_from(TokenSource::query("access_token")));
    /// # }
    /// ```
    ///
    /// Guards and extractors inside use what the middleware found. Without it, or before it as a guard in `.guard(…)`
    /// of the same scope is, they read the places of the handle only. A middleware inside another one accepts
    /// what the outer one has accepted, unless it [reads the header only](Self::token_from_header_only). API keys are
    /// accepted in headers only.
    ///
    /// The middleware adds to responses what the place needs, such as `Cache-Control` and the protocol of a WebSocket;
    /// see [`TokenSource`](TokenSource#headers-of-the-response).
    pub fn token_from(mut self, source: TokenSource) -> Self {
        self.options.sources = self.options.sources.and(source);
        self
    }

    /// Accepts the token in the `Authorization` header only, whatever the handle or a middleware outside accepts.
    ///
    /// It is for routes of programs in a service whose pages use a cookie: what browsers send on their own is never
    /// read there. It undoes [`token_from`](Self::token_from).
    ///
    /// ```
    /// use actix_web::{App, web};
    /// use actix_web_propelauth::{PropelAuth, TokenSource};
    ///
    /// # fn example(auth: PropelAuth) {
    /// let app = App::new()
    ///     .service(web::scope("/api").wrap(auth.require_user().token_from_header_only()))
    ///     .wrap(auth.optional_user().token_from(TokenSource::cookie("__Host-access_token")));
    /// # }
    /// ```
    pub fn token_from_header_only(mut self) -> Self {
        self.options.sources = TokenSources::default();
        self.options.reads_sources_of_handle = false;
        self
    }
}
