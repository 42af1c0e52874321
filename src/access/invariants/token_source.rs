use std::{collections::BTreeSet, sync::Arc};

use actix_web::{
    HttpMessage as _,
    http::{
        Method, Uri,
        header::{
            AUTHORIZATION, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN,
            SEC_WEBSOCKET_PROTOCOL, UPGRADE,
        },
    },
    test::TestRequest,
};
use url::{Url, form_urlencoded};

use super::settings;
use crate::access::{
    TokenSource,
    denied::{Denied, Forbidden, Unauthorized},
    request::{
        credential::{self, Asked},
        elsewhere::Elsewhere,
        same_origin,
        socket_protocol::{Answer, answer},
        token_sources::TokenSources,
    },
    token::header::{self, DEFAULT_MAX_TOKEN_LEN},
};

/// The prefix of the token among the protocols of a WebSocket.
const PREFIX: &str = "b.";

/// The first line is a query, and each other line is a header, whose name its first byte selects. A token is found
/// only if there is exactly one text in all places, and it is clean; a protocol that is named has no token.
#[must_use]
pub fn token_source(lines: &[u8]) -> bool {
    let mut lines = lines.split(|byte| *byte == b'\n');
    let query = str::from_utf8(lines.next().unwrap_or_default()).unwrap_or_default();
    let Ok(uri) = format!("/?{query}").parse::<Uri>() else {
        return false;
    };
    let mut request = TestRequest::with_uri(&uri.to_string());
    let mut response = HeaderMap::new();
    for line in lines {
        let Some((name, value)) = line.split_first() else {
            continue;
        };
        let name = match name {
            b'a' => AUTHORIZATION,
            b'c' => COOKIE,
            b'p' | b'r' => SEC_WEBSOCKET_PROTOCOL,
            b'h' => HOST,
            b'o' => ORIGIN,
            b's' => HeaderName::from_static("sec-fetch-site"),
            b'u' => UPGRADE,
            b'm' => {
                request = request.method(Method::from_bytes(value).unwrap_or_default());
                continue;
            }
            _ => continue,
        };
        let Ok(value) = HeaderValue::from_bytes(value) else {
            continue;
        };
        if line.starts_with(b"r") {
            response.append(name, value);
        } else {
            request = request.append_header((name, value));
        }
    }
    let request = request.to_http_request();
    check_origin(request.head());
    check_answer(request.headers(), &response);

    let places = ["cookie", "query", "protocol"];
    let sources = [
        TokenSource::cookie("a").allow_any_origin(),
        TokenSource::query("t"),
        TokenSource::websocket_protocol(PREFIX),
    ];
    let all = sources.iter().cloned();
    let all = all.fold(TokenSources::default(), |all, source| all.and(source));
    let settings = Arc::new(settings());
    let texts: Vec<_> = places
        .iter()
        .map(|place| texts(place, uri.query().unwrap_or_default(), request.headers()))
        .collect();
    let found = credential::find(&all, Asked::Request(&request), &settings);
    let marker = request.extensions();
    let marker = Elsewhere::of(&marker, &settings);
    let is_repeated = texts.iter().any(|texts| texts.len() > 1);
    let different: BTreeSet<_> = texts.iter().flatten().collect();
    match by_header(request.headers()) {
        // The header decides, and says what is wrong with itself.
        Err(()) => assert!(matches!(found, Ok(None)) && marker.is_none()),
        Ok(None) if different.is_empty() => assert!(matches!(found, Ok(None)) && marker.is_none()),
        Ok(Some(token)) => {
            let is_same = different.iter().all(|text| **text == token.as_bytes());
            let is_only = is_same && !is_repeated;
            assert_eq!(matches!(found, Ok(None)), is_only, "{texts:?}");
            assert!(marker.is_none());
        }
        Ok(None) => {
            let only = different
                .first()
                .filter(|_| different.len() == 1 && !is_repeated);
            let clean =
                only.filter(|text| text.iter().all(|it| it.is_ascii_graphic() && *it != b','));
            match found {
                Ok(found) => {
                    let value = found.unwrap().authorization;
                    assert_eq!(clean.unwrap().as_slice(), &value.as_bytes()[7..]);
                    assert_eq!(
                        header::raw_token(value.as_bytes()),
                        Some(clean.unwrap().as_slice())
                    );
                    assert_eq!(marker.unwrap().authorization(), value);
                    return true;
                }
                Err(denied) => {
                    assert!(clean.is_none(), "{denied}: {texts:?}");
                    let is_malformed = matches!(
                        denied,
                        Denied::Unauthorized(Unauthorized::MalformedCredential(_))
                    );
                    assert!(is_malformed, "{denied}");
                }
            }
        }
    }
    false
}

/// Returns the token in the header, or an error if the header is malformed.
fn by_header(headers: &HeaderMap) -> Result<Option<String>, ()> {
    let values: Vec<_> = headers.get_all(AUTHORIZATION).collect();
    let value = match values[..] {
        [] => return Ok(None),
        [value] => value.as_bytes(),
        _ => return Err(()),
    };
    match header::parse(value, DEFAULT_MAX_TOKEN_LEN) {
        Ok(token) => Ok(Some(token.to_owned())),
        Err(denied) if denied.is_anonymous() => Ok(None),
        Err(_) => Err(()),
    }
}

/// Returns all texts at a place.
fn texts(place: &str, query: &str, headers: &HeaderMap) -> Vec<Vec<u8>> {
    let join = |name: HeaderName, separator: &[u8]| {
        let values: Vec<_> = headers.get_all(name).map(HeaderValue::as_bytes).collect();
        values.join(separator)
    };
    match place {
        "cookie" => {
            let all = join(COOKIE, b";");
            let pairs = all.split(|it| *it == b';');
            let values = pairs.filter_map(|pair| {
                let mut parts = pair.splitn(2, |it| *it == b'=');
                let is_ours = parts.next()?.trim_ascii() == b"a";
                parts
                    .next()
                    .filter(|_| is_ours)
                    .map(|value| value.trim_ascii().to_vec())
            });
            values.collect()
        }
        "query" => {
            let pairs = form_urlencoded::parse(query.as_bytes());
            let values = pairs.filter(|(name, _)| name == "t");
            values
                .map(|(_, value)| value.into_owned().into_bytes())
                .collect()
        }
        _ => {
            let all = join(SEC_WEBSOCKET_PROTOCOL, b",");
            let offered = all.split(|it| *it == b',').map(<[u8]>::trim_ascii);
            let tokens = offered.filter(|it| it.starts_with(PREFIX.as_bytes()));
            tokens.map(|it| it[PREFIX.len()..].to_vec()).collect()
        }
    }
}

/// A request that may change something is of the same origin, as another parser reads it.
fn check_origin(head: &actix_web::dev::RequestHead) {
    let allowed = ["https://allowed.example".to_owned()];
    let one = |name: HeaderName| {
        let values: Vec<_> = head.headers().get_all(name).collect();
        match values[..] {
            [value] => value.to_str().ok(),
            _ => None,
        }
    };
    let is_safe = ["GET", "HEAD", "OPTIONS"].contains(&head.method.as_str())
        && !head.headers().contains_key(UPGRADE);
    match same_origin::check(head, &allowed) {
        Ok(()) => {
            let origin = one(ORIGIN);
            let site = one(HeaderName::from_static("sec-fetch-site"));
            let is_of_host = || {
                let origin = Url::parse(origin?).ok()?;
                let host = format!("{}://{}", origin.scheme(), one(HOST)?);
                Some(
                    origin.origin() == Url::parse(&host).ok()?.origin()
                        && origin.origin().is_tuple(),
                )
            };
            assert!(
                is_safe
                    || origin == Some("https://allowed.example")
                    || matches!(site, Some("same-origin" | "none"))
                    || (site.is_none() && is_of_host() == Some(true)),
                "{:?}",
                head.headers()
            );
        }
        Err(denied) => {
            assert!(!is_safe);
            assert!(matches!(denied, Forbidden::OtherOrigin(_)));
        }
    }
}

/// The response to a WebSocket names what was offered or chosen, and never a token.
fn check_answer(request: &HeaderMap, response: &HeaderMap) {
    let tokens = texts("protocol", "", request);
    let repeats = |text: &[u8]| {
        text.starts_with(PREFIX.as_bytes())
            || tokens.iter().any(|token| {
                !token.is_empty() && text.windows(token.len()).any(|it| it == token.as_slice())
            })
    };
    match answer(request, response, &[PREFIX.as_bytes()]) {
        Answer::AsChosen => {
            let values = response.get_all(SEC_WEBSOCKET_PROTOCOL);
            let mut chosen = values.flat_map(|it| it.as_bytes().split(|it| *it == b','));
            assert!(tokens.is_empty() || chosen.all(|it| !repeats(it.trim_ascii())));
        }
        Answer::Instead(protocol) => {
            assert!(!tokens.is_empty() && !repeats(protocol.as_bytes()));
            let is_clean = |it: u8| it.is_ascii_graphic() && !br#"(),/:;<=>?@[\]{}""#.contains(&it);
            assert!(
                !protocol.is_empty() && protocol.bytes().all(is_clean),
                "{protocol:?}"
            );
            let offered = request.get_all(SEC_WEBSOCKET_PROTOCOL);
            assert!(offered.into_iter().any(|it| {
                let text = String::from_utf8_lossy(it.as_bytes()).into_owned();
                text.split(',').any(|it| it.trim() == protocol)
            }));
        }
        Answer::Nothing => assert!(!tokens.is_empty()),
    }
}
