//! The texts at a place where a token may be: of cookies, of the query, and of WebSocket protocols.
//!
//! All texts are returned, so that a place that occurs twice is noticed. Nothing is decoded but the query.

use std::borrow::Cow;

use actix_web::http::header::{COOKIE, HeaderMap, SEC_WEBSOCKET_PROTOCOL};
use url::form_urlencoded;

/// Returns `true` for a token of HTTP
/// ([RFC 9110 §5.6.2](https://www.rfc-editor.org/rfc/rfc9110#section-5.6.2)).
pub(super) fn is_word(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(is_allowed)
}

/// Returns the values of the cookies of a name. HTTP/2 may split them into several headers.
pub(super) fn cookies<'r>(headers: &'r HeaderMap, name: &[u8]) -> Vec<Cow<'r, [u8]>> {
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
pub(super) fn parameters<'r>(query: &'r str, name: &str) -> Vec<Cow<'r, [u8]>> {
    let pairs = form_urlencoded::parse(query.as_bytes());
    let values = pairs.filter(|(found, _)| found == name);
    let bytes = values.map(|(_, value)| match value {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    });
    bytes.collect()
}

/// Returns what follows a prefix in the WebSocket protocols that a client offers.
pub(super) fn after_prefix<'r>(headers: &'r HeaderMap, prefix: &[u8]) -> Vec<Cow<'r, [u8]>> {
    let tokens = protocols(headers).filter_map(|protocol| protocol.strip_prefix(prefix));
    tokens.map(Cow::Borrowed).collect()
}

/// Returns the WebSocket protocols in the headers of a request, which the client offers, or of a response, which
/// the server has chosen ([RFC 6455 §11.3.4](https://www.rfc-editor.org/rfc/rfc6455#section-11.3.4)).
pub(super) fn protocols(headers: &HeaderMap) -> impl Iterator<Item = &[u8]> {
    let headers = headers.get_all(SEC_WEBSOCKET_PROTOCOL);
    let listed = headers.flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    listed.map(<[u8]>::trim_ascii)
}
