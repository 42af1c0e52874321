//! [`TokenSource`]: a place other than the `Authorization` header where requests have their token.

use std::{borrow::Cow, fmt, sync::Arc};

use actix_web::{HttpRequest, dev::RequestHead};
use url::Url;

use super::{
    same_origin,
    token_places::{after_prefix, cookies, is_word, parameters},
};
use crate::access::{denied::Denied, malformed_credential::MalformedCredential};

/// A place other than the `Authorization` header where a request may have its access token.
///
/// [`PropelAuthBuilder::token_from`](crate::PropelAuthBuilder::token_from) takes it for the whole handle, and
/// [`Authentication::token_from`](crate::Authentication::token_from) for one middleware. The token is verified like
/// one in the header. Each place has its risks:
///
/// | place | risk | what this crate does | what you do |
/// | --- | --- | --- | --- |
/// | [`cookie`](Self::cookie) | the browser sends it with requests that other sites make (CSRF) | denies those that may change something, with 403 | change nothing in a handler for `GET` |
/// | [`query`](Self::query) | URLs end up in logs, in the history and in the header `Referer` | logs no query, and sends `Referrer-Policy` | keep queries out of the logs of proxies and of `middleware::Logger`, whose default format has them |
/// | [`websocket_protocol`](Self::websocket_protocol) | the header ends up in logs of proxies | logs no header, and never sends the token back | keep the header out of the logs of proxies |
/// | [`from_fn`](Self::from_fn) | depends on the place | treats it like a cookie | call [`allow_any_origin`](Self::allow_any_origin) if browsers do not send it on their own |
///
/// ```
/// use actix_web_propelauth::{PropelAuth, TokenSource};
///
/// # fn example(auth: PropelAuth) {
/// // The prefix `__Host-` makes browsers accept the cookie from this host only, by https.
/// let cookie = TokenSource::cookie("__Host-access_token").allow_origin("https://app.example.com");
/// let middleware = auth.require_user().token_from(cookie);
/// # }
/// ```
///
/// # In a browser
///
/// ```js
/// // A server sets the cookie: `Set-Cookie: __Host-access_token=…; Path=/; Secure; HttpOnly; SameSite=Lax`
/// fetch("/orders", { method: "POST", credentials: "same-origin" });
///
/// // In the query, for what cannot have a header
/// new EventSource("/events?access_token=" + encodeURIComponent(token));
///
/// // As a WebSocket protocol, after another one that the response names
/// new WebSocket("wss://api.example.com/chat", ["chat", "access_token." + token]);
/// ```
///
/// # Requests of other sites
///
/// If the token is in a cookie, a request with another method than `GET`, `HEAD` and `OPTIONS`, or one that
/// opens a WebSocket, must come from the same origin. It does if one of these holds:
///
/// - `Sec-Fetch-Site` is `same-origin` or `none`
///   ([Fetch Metadata](https://www.w3.org/TR/fetch-metadata/#sec-fetch-site-header)).
/// - There is no `Sec-Fetch-Site`, as in old browsers and over unencrypted HTTP, and the host and port of
///   `Origin` are those of the request. The scheme is not compared, because a proxy may end TLS.
/// - `Origin` is one that [`allow_origin`](Self::allow_origin) was called with.
///
/// A request with neither header is denied: browsers send `Origin` with all such requests, and other programs
/// can use the `Authorization` header. Sites of the same domain, such as `other.example.com`, are other
/// origins. The host of a request is that of its target or of its header `Host`, never of forwarded headers.
/// If a proxy changes it, call [`allow_origin`](Self::allow_origin).
///
/// # Headers of the response
///
/// Middleware and guards in `.wrap(…)` add what a response lacks:
///
/// | header | if | unless |
/// | --- | --- | --- |
/// | `Cache-Control: private` | the token was in any of these places | the application has set `Cache-Control` |
/// | `Vary: Cookie` | a cookie is read, whether or not the request has it | `Vary` has it, or nothing is stored |
/// | `Referrer-Policy: strict-origin` | the token was in the query | the application has set `Referrer-Policy` |
/// | `Sec-WebSocket-Protocol` | the client offered a token as a protocol | the application chose one without the token |
///
/// A shared cache does not store responses to requests with an `Authorization` header unless they allow it
/// ([RFC 9111 §3.5](https://www.rfc-editor.org/rfc/rfc9111#section-3.5)), but it does not know that a cookie or a
/// query identifies a user. An application that sets `Cache-Control: public` shares the response with all users.
#[derive(Clone)]
#[must_use = "pass it to `.token_from(…)`"]
pub struct TokenSource {
    place: Place,
    origins: Origins,
}

/// The function of an application that finds a token.
type FindToken = Arc<dyn Fn(&HttpRequest) -> Option<String> + Send + Sync>;

#[derive(Clone)]
enum Place {
    Cookie(String),
    Query(String),
    WebSocketProtocol(String),
    Function(FindToken),
}

/// The origins that requests with the token may come from.
#[derive(Clone, Debug)]
enum Origins {
    Any,
    /// The same origin, and these.
    SameAnd(Vec<String>),
}

impl TokenSource {
    /// Creates a source that reads the cookie of this name.
    ///
    /// The value must be the token itself, without encoding. Names are case-sensitive. Two cookies of the name
    /// are denied with 401, because a site of the same domain may have set one of them; with the prefix `__Host-`,
    /// no other host can.
    ///
    /// # Panics
    ///
    /// Panics if the name is not that of a cookie
    /// ([RFC 6265 §4.1.1](https://www.rfc-editor.org/rfc/rfc6265#section-4.1.1)).
    #[track_caller]
    pub fn cookie(name: impl Into<String>) -> Self {
        let name = name.into();
        assert!(
            is_word(&name),
            "a token was to be read from a cookie whose name is not one: {name:?}"
        );
        Self::new(Place::Cookie(name), Origins::SameAnd(Vec::new()))
    }

    /// Creates a source that reads this parameter of the URL's query, such as `access_token`
    /// ([RFC 6750 §2.3](https://www.rfc-editor.org/rfc/rfc6750#section-2.3)).
    ///
    /// Names and values are decoded as forms are. Use it only where the client can set no header, such as for
    /// `EventSource` or a download.
    ///
    /// # Panics
    ///
    /// Panics if the name is empty.
    #[track_caller]
    pub fn query(name: impl Into<String>) -> Self {
        let name = name.into();
        assert!(
            !name.is_empty(),
            "a token was to be read from a query parameter without a name"
        );
        Self::new(Place::Query(name), Origins::Any)
    }

    /// Creates a source that reads the token from the WebSocket protocols that a browser offers, after this
    /// prefix, such as `access_token.`
    /// ([RFC 6455 §11.3.4](https://www.rfc-editor.org/rfc/rfc6455#section-11.3.4)).
    ///
    /// Browsers let a program set no header of a WebSocket but this one:
    /// `new WebSocket(url, ["chat", "access_token." + token])`. They close the connection unless the response names
    /// one of the protocols that they offered. If the handler names none, the middleware names the first one that is
    /// not the token, here `chat`. If the handler names the token, the middleware replaces it, so that the token is
    /// not sent back. A client that offers the token alone gets a response without a protocol, with which browsers
    /// close the connection.
    ///
    /// # Panics
    ///
    /// Panics if the prefix is empty, or cannot be part of the name of a protocol.
    #[track_caller]
    pub fn websocket_protocol(prefix: impl Into<String>) -> Self {
        let prefix = prefix.into();
        assert!(
            is_word(&prefix),
            "a token was to be read from a WebSocket protocol with a prefix that cannot be part of one: {prefix:?}"
        );
        Self::new(Place::WebSocketProtocol(prefix), Origins::Any)
    }

    /// Creates a source that calls a function, which returns the token, or `None` if the request has none there.
    ///
    /// It is called for every request, and must not block. A guard in `.guard(…)` outside of any middleware cannot call
    /// it, because actix-web gives it no request; there, such a token is not found. As it may read a cookie, requests of
    /// other sites are denied like those with a [`cookie`](Self::cookie); see
    /// [`allow_any_origin`](Self::allow_any_origin).
    ///
    /// ```
    /// use actix_web_propelauth::TokenSource;
    ///
    /// // A header of a proxy. Browsers do not send it on their own.
    /// let source = TokenSource::from_fn(|request| {
    ///     let value = request.headers().get("x-forwarded-access-token")?;
    ///     value.to_str().ok().map(str::to_owned)
    /// })
    /// .allow_any_origin();
    /// ```
    pub fn from_fn(find: impl Fn(&HttpRequest) -> Option<String> + Send + Sync + 'static) -> Self {
        Self::new(
            Place::Function(Arc::new(find)),
            Origins::SameAnd(Vec::new()),
        )
    }

    /// Accepts requests from this origin, too, such as `https://app.example.com`. May be called repeatedly.
    ///
    /// Pages of that origin can do everything that the user can. If the handle and a middleware read the same place,
    /// both must accept the origin. Has no effect after
    /// [`allow_any_origin`](Self::allow_any_origin), or for a source that other sites cannot use.
    ///
    /// # Panics
    ///
    /// Panics if the text is not an origin as browsers send it: without a path, a trailing slash or the default
    /// port.
    #[track_caller]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        let origin = origin.into();
        let parsed = Url::parse(&origin).map(|url| url.origin().ascii_serialization());
        assert!(
            parsed.is_ok_and(|parsed| parsed == origin),
            "requests with a token were to be accepted from an origin that is not one: {origin:?}; expected a \
             text such as \"https://app.example.com\""
        );
        if let Origins::SameAnd(origins) = &mut self.origins {
            origins.push(origin);
        }
        self
    }

    /// Accepts requests from every origin: turns the defense against requests of other sites off.
    ///
    /// Use it only if browsers do not send the token on their own, or if another middleware defends against
    /// CSRF, also for WebSockets.
    pub fn allow_any_origin(self) -> Self {
        Self {
            origins: Origins::Any,
            ..self
        }
    }

    fn new(place: Place, origins: Origins) -> Self {
        Self { place, origins }
    }

    /// Returns the token of a request at this place, if there is one.
    ///
    /// A function is called only if there is a request, and not while actix-web is selecting a route.
    pub(in crate::access) fn read<'r>(
        &self,
        head: &'r RequestHead,
        request: Option<&'r HttpRequest>,
    ) -> Result<Option<Cow<'r, str>>, Denied> {
        let mut found = match &self.place {
            Place::Function(find) => return Ok(request.and_then(|it| find(it)).map(Cow::Owned)),
            Place::Cookie(name) => cookies(head.headers(), name.as_bytes()),
            Place::Query(name) => parameters(head.uri.query().unwrap_or_default(), name),
            Place::WebSocketProtocol(prefix) => after_prefix(head.headers(), prefix.as_bytes()),
        };
        let Some(token) = found.pop() else {
            return Ok(None);
        };
        if !found.is_empty() {
            return Err(MalformedCredential::Repeated(self.to_string()).into());
        }
        let text = match token {
            Cow::Borrowed(bytes) => str::from_utf8(bytes).map(Cow::Borrowed).ok(),
            Cow::Owned(bytes) => String::from_utf8(bytes).map(Cow::Owned).ok(),
        };
        match text {
            Some(text) => Ok(Some(text)),
            None => Err(MalformedCredential::NotOneToken(self.to_string()).into()),
        }
    }

    /// Returns `true` if a CORS preflight cannot have something at this place, and this request has.
    ///
    /// A preflight has no cookies and opens no WebSocket, but it has the query of the request that it is for
    /// ([Fetch](https://fetch.spec.whatwg.org/#cors-preflight-fetch)). What a function reads is not known.
    pub(super) fn is_at_odds_with_preflight(&self, head: &RequestHead) -> bool {
        match &self.place {
            Place::Cookie(name) => !cookies(head.headers(), name.as_bytes()).is_empty(),
            Place::WebSocketProtocol(prefix) => {
                !after_prefix(head.headers(), prefix.as_bytes()).is_empty()
            }
            Place::Query(_) | Place::Function(_) => false,
        }
    }

    /// Returns `true` if both read the same place, whatever the origins that they accept.
    pub(super) fn is_same_place(&self, other: &Self) -> bool {
        match (&self.place, &other.place) {
            (Place::Cookie(one), Place::Cookie(other))
            | (Place::Query(one), Place::Query(other))
            | (Place::WebSocketProtocol(one), Place::WebSocketProtocol(other)) => one == other,
            (Place::Function(one), Place::Function(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }

    /// Returns the prefix of the WebSocket protocol that has the token, if that is the place.
    pub(super) fn protocol_prefix(&self) -> Option<&[u8]> {
        match &self.place {
            Place::WebSocketProtocol(prefix) => Some(prefix.as_bytes()),
            _ => None,
        }
    }

    pub(super) fn is_cookie(&self) -> bool {
        matches!(self.place, Place::Cookie(_))
    }

    pub(super) fn is_query(&self) -> bool {
        matches!(self.place, Place::Query(_))
    }

    /// Denies a request that another site may have made a browser send.
    pub(super) fn check_origin(&self, head: &RequestHead) -> Result<(), Denied> {
        match &self.origins {
            Origins::Any => Ok(()),
            Origins::SameAnd(origins) => Ok(same_origin::check(head, origins)?),
        }
    }
}

/// The name of the place, for the log.
impl fmt::Display for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Place::Cookie(name) => write!(f, "the cookie {name:?}"),
            Place::Query(name) => write!(f, "the query parameter {name:?}"),
            Place::WebSocketProtocol(prefix) => write!(f, "the WebSocket protocol {prefix:?}"),
            Place::Function(_) => f.write_str("the application's token source"),
        }
    }
}

impl fmt::Debug for TokenSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenSource")
            .field("place", &self.to_string())
            .field("origins", &self.origins)
            .finish()
    }
}
