//! The protocol that the response names to a WebSocket whose client offered a token as a protocol.
//!
//! | the client offers | the application chooses | the response names |
//! |---|---|---|
//! | `v1, token.eyJ…` | nothing | `v1` |
//! | `token.eyJ…, v2, v1` | nothing | `v2`, the first one |
//! | `v2, v1, token.eyJ…` | `v1` | `v1` |
//! | `v1, token.eyJ…` | `token.eyJ…` | `v1` |
//! | `token.eyJ…` | nothing, or the token | nothing |
//! | `v2, v1` | nothing | nothing: without a token, it is the application's to choose |

use actix_web::http::header::HeaderMap;

use super::token_places::{is_word, protocols};

/// What becomes of the protocol in the response that opens a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::access) enum Answer<'r> {
    /// It stays as the application chose it, also if it chose none and no token was offered.
    AsChosen,
    /// This one is named, as the client offered it.
    Instead(&'r str),
    /// None is named, as the client offered nothing but tokens.
    Nothing,
}

/// Returns what becomes of the protocol in a response, if tokens have one of these prefixes.
///
/// Browsers close a connection whose response names none of the protocols that they offered
/// ([WebSockets](https://websockets.spec.whatwg.org/#concept-websocket-establish)). One that the application has
/// chosen stays, unless it has the token, which must not be sent back: proxies may log it.
pub(in crate::access) fn answer<'r>(
    request: &'r HeaderMap,
    response: &HeaderMap,
    prefixes: &[&[u8]],
) -> Answer<'r> {
    let tokens: Vec<&[u8]> = protocols(request)
        .filter_map(|protocol| after_one_of(prefixes, protocol))
        .collect();
    if tokens.is_empty() {
        return Answer::AsChosen;
    }
    let has_token = |protocol: &[u8]| {
        after_one_of(prefixes, protocol).is_some() || tokens.iter().any(|it| contains(protocol, it))
    };
    let mut chosen = protocols(response).peekable();
    if chosen.peek().is_some() && !chosen.any(has_token) {
        return Answer::AsChosen;
    }
    let offered = protocols(request).filter_map(|it| str::from_utf8(it).ok());
    let mut others = offered.filter(|it| is_word(it) && !has_token(it.as_bytes()));
    others.next().map_or(Answer::Nothing, Answer::Instead)
}

/// Returns what follows the prefix of a token, if there is one.
fn after_one_of<'p>(prefixes: &[&[u8]], protocol: &'p [u8]) -> Option<&'p [u8]> {
    let mut rests = prefixes.iter().map(|prefix| protocol.strip_prefix(*prefix));
    rests.find_map(|rest| rest)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    !part.is_empty() && text.windows(part.len()).any(|window| window == part)
}
