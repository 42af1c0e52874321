//! Why a webhook is not accepted.

use std::time::Duration;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};

use crate::access::problem;

/// Why a webhook is not accepted, or was not handled.
///
/// `Display` writes the exact reason and what to do, for the log. As a [`ResponseError`], the response has only
/// the status: all reasons for a 400 look the same to the sender.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WebhookError {
    /// A header is missing.
    #[error(
        "the header `{0}` is missing. Only Svix, which sends PropelAuth's webhooks, sends to this route; if it \
         does, look for a proxy that drops headers"
    )]
    MissingHeader(&'static str),
    /// A header occurs more than once.
    #[error(
        "the header `{0}` occurs more than once, and it is not known which one another program read. Look for a proxy that adds headers"
    )]
    DuplicateHeader(&'static str),
    /// There are `svix-…` and `webhook-…` headers.
    #[error(
        "the request has `svix-…` and `webhook-…` headers, and it is not known which ones another program read. Look for a proxy that adds headers"
    )]
    BothFamilies,
    /// The id is empty, too long, or has other characters than visible ASCII, or a dot.
    #[error(
        "the id is not visible ASCII without a dot, of at most 256 bytes. Svix sends no such id: let a proxy pass \
         headers unchanged"
    )]
    Id,
    /// The timestamp is not a Unix timestamp in seconds.
    #[error(
        "the timestamp is not a number of seconds in decimal digits. Svix sends no other: let a proxy pass headers \
         unchanged"
    )]
    TimestampText,
    /// The timestamp is too long ago or in the future.
    #[error(
        "the timestamp is {off_by_s} s away from the time here, and {tolerance:?} are tolerated. If all webhooks \
         end here, set the clock of this machine by NTP"
    )]
    #[non_exhaustive]
    Timestamp {
        /// How far it is away, in seconds: negative in the past.
        off_by_s: i64,
        /// The tolerance.
        tolerance: Duration,
    },
    /// No signature is that of the body with one of the secrets.
    #[error(
        "no signature was made with the secret. Compare PROPELAUTH_WEBHOOK_SECRET with the signing secret of this \
         endpoint in PropelAuth's dashboard, and look for a proxy or a middleware that changes the body"
    )]
    Signature,
    /// The body has a `Content-Encoding`.
    #[error(
        "the body is encoded (`Content-Encoding`), which Svix never does: let the proxy in front pass it unchanged"
    )]
    Encoded,
    /// The body is too large.
    #[error(
        "the body is larger than {0} bytes. If the webhook is genuine, raise `.max_body_bytes(…)`"
    )]
    TooLarge(usize),
    /// The body did not arrive in time.
    #[error(
        "the body did not arrive within 5 seconds. If all webhooks end so, look at the proxy in front"
    )]
    TooSlow,
    /// The body ended early, or could not be read.
    #[error(
        "the body could not be read to its end. If all webhooks end so, look at the proxy in front"
    )]
    Body,
    /// The body was signed, and is not an event.
    #[error("the signature is right, but the body is not an event: {0}. Please report this line")]
    NotAnEvent(String),
    /// A handler takes a `Webhook`, and no verifier is in the app data.
    #[error(
        "the handler takes a `Webhook`, and no `WebhookVerifier` is in the app data. Add `.app_data(verifier)` to \
         the app"
    )]
    NoVerifier,
    /// The secret is the published one of the emulator, and this is no emulator.
    #[error(
        "the webhook secret is the published one of the emulator, with which anyone can sign, and the handle is \
         not built for an emulator. Set PROPELAUTH_WEBHOOK_SECRET to the signing secret of the endpoint"
    )]
    PublishedSecret,
    /// Other instances of the service did not get the marks.
    #[error("the fleet did not get the marks of the webhook: {0}. It is sent again")]
    Fleet(String),
    /// The same delivery is being handled.
    #[error("the same webhook is being handled. It is sent again if that fails")]
    InProgress,
    /// The application returned an error.
    #[error("the application's `on_event` failed: {0}. The webhook is sent again")]
    Handler(Box<dyn std::error::Error>),
    /// The application took too long.
    #[error(
        "the application's `on_event` took too long and was stopped, because Svix waits 15 seconds only. The \
         webhook is sent again. Let it queue what takes longer"
    )]
    HandlerTooSlow,
}

impl WebhookError {
    /// Returns the status of the response.
    #[must_use]
    pub fn status_code(&self) -> StatusCode {
        match self {
            Self::MissingHeader(_)
            | Self::DuplicateHeader(_)
            | Self::BothFamilies
            | Self::Id
            | Self::TimestampText
            | Self::Timestamp { .. }
            | Self::Signature
            | Self::Body
            | Self::NotAnEvent(_) => StatusCode::BAD_REQUEST,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Encoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::NoVerifier | Self::PublishedSecret | Self::Handler(_) => {
                StatusCode::INTERNAL_SERVER_ERROR
            }
            Self::Fleet(_) | Self::InProgress | Self::HandlerTooSlow => {
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    /// Returns the stable code of the reason, such as `webhook_signature`.
    ///
    /// [`explanation`](crate::explanation) returns what it means and what to do.
    ///
    /// ```
    /// use actix_web_propelauth::{explanation, webhook::WebhookError};
    ///
    /// let explanation = explanation(WebhookError::Signature.code()).unwrap();
    /// assert!(explanation.remedy.contains("PROPELAUTH_WEBHOOK_SECRET"));
    /// ```
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::MissingHeader(_) => "webhook_header_missing",
            Self::DuplicateHeader(_) | Self::BothFamilies => "webhook_headers_ambiguous",
            Self::Id | Self::TimestampText => "webhook_header_malformed",
            Self::Timestamp { .. } => "webhook_timestamp",
            Self::Signature => "webhook_signature",
            Self::Encoded => "webhook_encoded",
            Self::TooLarge(_) => "webhook_too_large",
            Self::TooSlow | Self::Body => "webhook_body_incomplete",
            Self::NotAnEvent(_) => "webhook_not_an_event",
            Self::NoVerifier => "webhook_no_verifier",
            Self::PublishedSecret => "webhook_published_secret",
            Self::Fleet(_) => "webhook_mark_not_shared",
            Self::InProgress => "webhook_in_progress",
            Self::Handler(_) => "webhook_handler_failed",
            Self::HandlerTooSlow => "webhook_handler_too_slow",
        }
    }

    /// Returns `true` if a part of the body may not have been read, so that the connection cannot go on.
    fn leaves_body(&self) -> bool {
        matches!(
            self,
            Self::TooLarge(_) | Self::TooSlow | Self::Body | Self::Encoded
        )
    }
}

impl ResponseError for WebhookError {
    fn status_code(&self) -> StatusCode {
        self.status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = problem(self.status_code(), None);
        if self.leaves_body() {
            let head = response.head_mut();
            head.set_connection_type(actix_web::http::ConnectionType::Close);
        }
        response
    }
}
