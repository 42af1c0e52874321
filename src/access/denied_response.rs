//! What a caller sees when a request is turned away: status, challenge and a body that says no
//! more than the status does.

use std::fmt::{self, Write as _};

use actix_web::{
    HttpRequest, HttpResponse, ResponseError,
    body::{BodySize, BoxBody, MessageBody as _},
    dev::RequestHead,
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use serde::Serialize;

use super::{
    denied::{Denied, Unauthorized},
    settings::{DEFAULT_REALM, Settings},
};
use crate::access::token::hint::Hint;

/// The body of a refusal ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).
#[derive(Serialize)]
struct Problem<'a> {
    title: &'a str,
    status: u16,
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// Answers a request that may not go on, and logs why.
pub(crate) fn deny(denied: &Denied, settings: &Settings, request: &HttpRequest) -> HttpResponse {
    log(denied, settings, Some(request.head()));
    respond(denied, settings, request)
}

/// Answers where the request is gone, and logs why.
pub(crate) fn deny_without_request(denied: &Denied, settings: &Settings) -> HttpResponse {
    log(denied, settings, None);
    response(denied, &settings.realm, settings.debug)
}

/// In the extensions of a response: that it answers this denial, by the default settings. It is
/// how middleware recognizes a denial that an application answered by an error of its own.
pub(crate) struct Unreviewed {
    pub(crate) denied: Denied,
    /// The length of the body, by which one that the application wrote is told apart.
    pub(crate) body_len: u64,
}

/// Answers a request that may not go on, for a reason that has been logged.
pub(crate) fn respond(denied: &Denied, settings: &Settings, request: &HttpRequest) -> HttpResponse {
    let response = response(denied, &settings.realm, settings.debug);
    let Some(on_denied) = &settings.on_denied else {
        return response;
    };
    let ours = KEPT.map(|name| (name.clone(), response.headers().get(name).cloned()));
    let status = response.status();
    let mut response = on_denied(denied, request, response);
    for (name, value) in ours {
        // With another status, a challenge or a time to wait would say something else; what must
        // not be stored is not to be stored whatever it says.
        let applies = name == header::CACHE_CONTROL || response.status() == status;
        if let Some(value) = value
            && applies
            && !response.headers().contains_key(&name)
        {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// The headers that stay unless the hook sets them. A 401 without a challenge is not HTTP
/// (RFC 9110 §15.5.2), whoever made it.
pub(crate) const KEPT: [HeaderName; 3] = [
    header::WWW_AUTHENTICATE,
    header::RETRY_AFTER,
    header::CACHE_CONTROL,
];

fn response(denied: &Denied, realm: &str, debug: bool) -> HttpResponse {
    let status = denied.status_code();
    let problem = Problem {
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        detail: debug.then(|| denied.to_string()),
    };
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::CONTENT_TYPE, "application/problem+json"))
        .insert_header((header::CACHE_CONTROL, "no-store"));
    if let Some(challenge) = challenge(denied, realm) {
        response.insert_header((header::WWW_AUTHENTICATE, challenge));
    }
    if let Denied::Unavailable { retry_after } = denied {
        response.insert_header((header::RETRY_AFTER, retry_after.as_secs().max(1)));
    }
    response.body(serde_json::to_string(&problem).unwrap_or_default())
}

/// Returns the challenge ([RFC 6750 §3](https://www.rfc-editor.org/rfc/rfc6750#section-3)). A
/// request without credentials is told no error code, as nothing about it was wrong.
fn challenge(denied: &Denied, realm: &str) -> Option<HeaderValue> {
    let error = match denied {
        Denied::Unauthorized(Unauthorized::NoCredentials) => "",
        Denied::Unauthorized(Unauthorized::MalformedHeader(_)) => r#", error="invalid_request""#,
        Denied::Unauthorized(Unauthorized::InvalidToken(_)) => r#", error="invalid_token""#,
        Denied::Forbidden(_) => r#", error="insufficient_scope""#,
        Denied::Unavailable { .. } | Denied::TokenTooLong { .. } | Denied::Misconfigured(_) => {
            return None;
        }
    };
    HeaderValue::try_from(format!(r#"Bearer realm="{realm}"{error}"#)).ok()
}

/// Logs why a request may not go on, under the settings of whoever looked at it.
pub(crate) fn log(denied: &Denied, settings: &Settings, head: Option<&RequestHead>) {
    let method = head.map_or("?", |head| head.method.as_str());
    let path = head.map_or("?", |head| head.uri.path());
    let (method, path) = (Escaped(method), Escaped(path));
    let status = denied.status_code().as_u16();
    match denied {
        Denied::Unauthorized(_) | Denied::Forbidden(_) | Denied::TokenTooLong { .. } => {
            if let Some(advice) = settings.alerts.due(denied) {
                tracing::warn!(%method, %path, status, "{denied}{advice}");
                return;
            }
            if !tracing::enabled!(tracing::Level::DEBUG) {
                return;
            }
            let header = head.and_then(|head| head.headers().get(header::AUTHORIZATION));
            let header = header.map(HeaderValue::as_bytes);
            match Hint::of(denied, settings, header) {
                Some(hint) => tracing::debug!(%method, %path, status, "{denied}: {hint}"),
                None => tracing::debug!(%method, %path, status, "{denied}"),
            }
        }
        Denied::Unavailable { .. } => tracing::warn!(%method, %path, status, "{denied}"),
        Denied::Misconfigured(_) => tracing::error!(%method, %path, status, "{denied}"),
    }
}

/// Text of a caller as one word of one line, escaped here as not every subscriber does, and not
/// quoted as some do.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_ascii_graphic() && c != '"' && c != '\\' {
                f.write_char(c)?;
            } else {
                write!(f, "{}", c.escape_debug())?;
            }
        }
        Ok(())
    }
}

/// Answers as the middleware would with its default settings. Where the middleware is around
/// the handler it puts its own settings in place of these, also where an application's own error
/// answers with this response.
impl ResponseError for Denied {
    fn status_code(&self) -> StatusCode {
        self.status_code()
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        log(self, &Settings::fallback(), None);
        let mut response = response(self, DEFAULT_REALM, false);
        if let BodySize::Sized(body_len) = response.body().size() {
            let denied = self.clone();
            response
                .extensions_mut()
                .insert(Unreviewed { denied, body_len });
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use crate::access::denied_response::Escaped;

    #[test]
    fn text_of_a_caller_stays_one_word_of_one_line() {
        for (text, escaped) in [
            ("/orgs/1/o'neil?a=b&c", "/orgs/1/o'neil?a=b&c"),
            ("/a\nERROR forged", "/a\\nERROR forged"),
            (
                "/\r\u{1b}[31m\u{9b}\u{2028}\u{202e}\0",
                r"/\r\u{1b}[31m\u{9b}\u{2028}\u{202e}\0",
            ),
            (r#"/"x"\n"#, r#"/\"x\"\\n"#),
            ("/é/日本", "/é/日本"),
        ] {
            assert_eq!(Escaped(text).to_string(), escaped);
        }
    }
}
