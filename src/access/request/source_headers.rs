//! What a response needs because of where the token of its request was: headers for caches, for the next page,
//! and for WebSockets.

use actix_web::{
    HttpMessage as _,
    dev::ServiceResponse,
    http::{
        StatusCode,
        header::{
            CACHE_CONTROL, COOKIE, HeaderMap, HeaderName, HeaderValue, REFERRER_POLICY,
            SEC_WEBSOCKET_PROTOCOL, VARY,
        },
    },
};

use super::{
    elsewhere::Elsewhere,
    socket_protocol::{Answer, answer},
    token_source::TokenSource,
    token_sources::TokenSources,
};

/// Adds the headers that a response lacks to a request whose token was found by a guard or a middleware.
pub(in crate::access) fn complete_if_elsewhere<B>(
    mut response: ServiceResponse<B>,
) -> ServiceResponse<B> {
    let sources = {
        let extensions = response.request().extensions();
        extensions.get().map(|it: &Elsewhere| it.sources.clone())
    };
    if let Some(sources) = sources {
        complete(&mut response, &sources);
    }
    response
}

/// Adds the headers that a response lacks to a request for which tokens are read from these places.
///
/// - `Vary: Cookie`, if a cookie is read, unless the response is not stored at all.
/// - `Cache-Control: private`, if the token was in one of the places. A shared cache stores responses to requests
///   with `Authorization` only if they allow it, and knows nothing of other places
///   ([RFC 9111 §3.5](https://www.rfc-editor.org/rfc/rfc9111#section-3.5),
///   [RFC 6750 §2.3](https://www.rfc-editor.org/rfc/rfc6750#section-2.3)).
/// - `Referrer-Policy: strict-origin`, if the token was in the query, so that the next request of a page does not
///   repeat it. Not `no-referrer`, with which browsers also hide the origin, which the defense against CSRF needs.
/// - A protocol, if the token was in the protocols of a WebSocket that is opened.
pub(in crate::access) fn complete<B>(response: &mut ServiceResponse<B>, sources: &TokenSources) {
    if sources.is_empty() {
        return;
    }
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        choose_protocol(response, sources);
        return;
    }
    let found = {
        let extensions = response.request().extensions();
        let marker: Option<&Elsewhere> = extensions.get();
        marker.map(|it| it.source().is_some_and(TokenSource::is_query))
    };
    let headers = response.headers_mut();
    if sources.iter().any(TokenSource::is_cookie) && !lists(headers, &CACHE_CONTROL, "no-store") {
        add_to_vary(headers);
    }
    if let Some(is_query) = found {
        set_if_absent(headers, CACHE_CONTROL, "private");
        if is_query {
            set_if_absent(headers, REFERRER_POLICY, "strict-origin");
        }
    }
}

fn set_if_absent(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    if !headers.contains_key(&name) {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

fn add_to_vary(headers: &mut HeaderMap) {
    let varies = |on: &str| lists(headers, &VARY, on);
    if !varies("*") && !varies(COOKIE.as_str()) {
        headers.append(VARY, HeaderValue::from_static("Cookie"));
    }
}

/// Returns `true` if a header has this word in its list, in any case.
fn lists(headers: &HeaderMap, name: &HeaderName, word: &str) -> bool {
    let mut words = headers
        .get_all(name)
        .flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
    words.any(|it| it.trim_ascii().eq_ignore_ascii_case(word.as_bytes()))
}

/// Chooses a protocol for a WebSocket, if the client offered a token as one.
fn choose_protocol<B>(response: &mut ServiceResponse<B>, sources: &TokenSources) {
    let prefixes = sources.iter().filter_map(TokenSource::protocol_prefix);
    let prefixes: Vec<&[u8]> = prefixes.collect();
    let answer = answer(response.request().headers(), response.headers(), &prefixes);
    let value = match answer {
        Answer::AsChosen => return,
        Answer::Instead(protocol) => HeaderValue::from_str(protocol).ok(),
        Answer::Nothing => None,
    };
    if value.is_none() {
        tracing::debug!(
            "the client offered a token as its only WebSocket protocol. The response cannot name it, so that \
             browsers close the connection: offer another one, as in `new WebSocket(url, [\"v1\", …])`"
        );
    }
    let headers = response.headers_mut();
    headers.remove(SEC_WEBSOCKET_PROTOCOL);
    if let Some(value) = value {
        headers.insert(SEC_WEBSOCKET_PROTOCOL, value);
    }
}
