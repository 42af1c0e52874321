//! The places where every middleware, guard and extractor of a handle reads tokens.

use super::builder::PropelAuthBuilder;
use crate::access::TokenSource;

impl PropelAuthBuilder {
    /// Accepts tokens in another place as well: a cookie, the query, a WebSocket protocol, or where a function finds
    /// them. May be called repeatedly. By default, only the `Authorization` header is read, and it always is.
    ///
    /// It holds for every middleware of the handle, and for guards and extractors without a middleware, which find the
    /// handle in the app data. A middleware adds places of its own with
    /// [`token_from`](crate::Authentication::token_from), or reads the header only with
    /// [`token_from_header_only`](crate::Authentication::token_from_header_only).
    ///
    /// ```
    /// use actix_web_propelauth::{PropelAuth, TokenSource};
    ///
    /// let builder = PropelAuth::builder("https://auth.example.com", "key")
    ///     .token_from(TokenSource::cookie("__Host-access_token"));
    /// ```
    ///
    /// Each place has its risks, of which [`TokenSource`] has a table. For a cookie, requests of other sites that may
    /// change something are denied with 403. Without a middleware, extractors cannot add the
    /// [headers](TokenSource#headers-of-the-response) that responses need, so wrap such routes with one.
    ///
    /// The `validate_…` methods and [`authenticate`](crate::PropelAuth::authenticate) take the token as an argument, and
    /// read no place.
    pub fn token_from(mut self, source: TokenSource) -> Self {
        self.token_sources = self.token_sources.and(source);
        self
    }
}
