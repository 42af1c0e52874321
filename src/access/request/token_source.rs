//! [`TokenSource`]: a place other than the `Authorization` header where requests have their token.

use std::{borrow::Cow, fmt, sync::Arc};

use actix_web::{
    HttpRequest,
    dev::RequestHead,
    http::header::{COOKIE, HeaderMap, SEC_WEBSOCKET_PROTOCOL},
};
use url::{Url, form_urlencoded};

use super::same_origin;
use crate::access::{denied::Denied, malformed_credential::MalformedCredential};

/// A place other than the `Authorization` header where a request may have its access token.
///
/// [`Authentication::token_from`](crate::Authentication::token_from) takes it. The token is verified like one
/// in the header. Each place has its risks:
///
/// | place | risk | what this crate does | what you do |
/// | --- | --- | --- | --- |
/// | [`cookie`](Self::cookie) | the browser sends it with requests that other sites make (CSRF) | denies those that may change something, with 403 | change nothing in a handler for `GET` |
/// | [`query`](Self::query) | URLs end up in logs, in the history and in the header `Referer` | logs no query | keep queries out of the logs of proxies and of `middleware::Logger`; send `Cache-Control: private` |
/// | [`websocket_protocol`](Self::websocket_protocol) | the header ends up in logs of proxies | logs no header | answer with another protocol |
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
    /// `new WebSocket(url, ["chat", "access_token." + token])`. The response must name one of the protocols, or
    /// browsers close the connection. Let it be the other one, `chat`, so that the token is not sent back.
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
    /// It is called for every request, and must not block. As it may read a cookie, requests of other sites are
    /// denied like those with a [`cookie`](Self::cookie); see [`allow_any_origin`](Self::allow_any_origin).
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
    /// Pages of that origin can do everything that the user can. Has no effect after
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
    pub(in crate::access) fn read<'r>(
        &self,
        request: &'r HttpRequest,
    ) -> Result<Option<Cow<'r, str>>, Denied> {
        let mut found: Vec<Cow<'_, [u8]>> = match &self.place {
            Place::Cookie(name) => cookies(request.headers(), name.as_bytes()),
            Place::Query(name) => parameters(request.head(), name),
            Place::WebSocketProtocol(prefix) => protocols(request.headers(), prefix.as_bytes()),
            Place::Function(find) => {
                return Ok(find(request).map(Cow::Owned));
            }
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

/// Returns `true` for a token of HTTP
/// ([RFC 9110 §5.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2)).
fn is_word(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}

/// Returns the values of the cookies of a name. HTTP/2 may split them into several headers.
fn cookies<'r>(headers: &'r HeaderMap, name: &[u8]) -> Vec<Cow<'r, [u8]>> {
    let headers = headers.get_all(COOKIE);
    let pairs = headers.flat_map(|value| value.as_bytes().split(|byte| *byte == b';'));
    let values = pairs.filter_map(|pair| {
        let pair = pair.trim_ascii();
        let end = pair.iter().position(|byte| *byte == b'=')?;
        let (found, value) = pair.split_at_checked(end)?;
        (found.trim_ascii_end() == name).then(|| value.strip_prefix(b"="))?
    });
    values
        .map(|value| Cow::Borrowed(value.trim_ascii_start()))
        .collect()
}

/// Returns the values of the query parameters of a name.
fn parameters<'r>(head: &'r RequestHead, name: &str) -> Vec<Cow<'r, [u8]>> {
    let query = head.uri.query().unwrap_or_default();
    let pairs = form_urlencoded::parse(query.as_bytes());
    let values = pairs.filter(|(found, _)| found == name);
    let bytes = values.map(|(_, value)| match value {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    });
    bytes.collect()
}

/// Returns what follows a prefix in the WebSocket protocols that are offered.
fn protocols<'r>(headers: &'r HeaderMap, prefix: &[u8]) -> Vec<Cow<'r, [u8]>> {
    let headers = headers.get_all(SEC_WEBSOCKET_PROTOCOL);
    let offered = headers.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    let tokens = offered.filter_map(|protocol| protocol.trim_ascii().strip_prefix(prefix));
    tokens.map(Cow::Borrowed).collect()
}
