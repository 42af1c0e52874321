//! [`WebhookVerifier`]: from headers and a body to a [`Webhook`].

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use actix_web::{http::header::HeaderMap, web::Bytes};

use super::{
    error::WebhookError,
    event::WebhookEvent,
    headers::{Headers, check_encoding},
    secret::{SigningKey, WebhookSecretError},
    signature::signer,
    warnings::Warnings,
};
use crate::{access::Clock, words::secret::Secret};

/// A webhook that PropelAuth sent: its signature is right, and its time is now.
///
/// As an argument of a handler, it verifies the request with the [`WebhookVerifier`] in the app data. It does not
/// set [marks](crate::freshness), and the same webhook may come twice;
/// [`PropelAuth::webhooks`](crate::PropelAuth::webhooks) is the service that does the rest.
///
/// ```
/// use actix_web::{App, HttpResponse, web};
/// use actix_web_propelauth::webhook::{Webhook, WebhookEvent, WebhookSecretError, WebhookVerifier};
///
/// async fn receive(webhook: Webhook) -> HttpResponse {
///     if let WebhookEvent::UserCreated(event) = webhook.event {
///         println!("welcome, {}", event.user_id);
///     }
///     HttpResponse::NoContent().finish()
/// }
///
/// # fn example() -> Result<(), WebhookSecretError> {
/// let app = App::new()
///     .app_data(WebhookVerifier::from_env()?)
///     .route("/webhooks", web::post().to(receive));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Webhook {
    /// The id of the message (`svix-id`). It is the same each time the message is sent.
    pub id: String,
    /// The time at which it was sent this time, as a Unix timestamp in seconds.
    pub timestamp: i64,
    /// What happened.
    pub event: WebhookEvent,
    /// The body as it was received.
    pub body: Bytes,
}

/// Verifies webhooks with the signing secret of the endpoint.
///
/// Create it once, and move a clone into `HttpServer::new`.
///
/// ```
/// use std::time::{Duration, UNIX_EPOCH};
///
/// use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
/// use actix_web_propelauth::webhook::WebhookVerifier;
///
/// let verifier = WebhookVerifier::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")?
///     .clock(|| UNIX_EPOCH + Duration::from_secs(1_614_265_330));
/// let mut headers = HeaderMap::new();
/// for (name, value) in [
///     ("svix-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
///     ("svix-timestamp", "1614265330"),
///     ("svix-signature", "v1,nJdiGMKx6d3/yj8aXSTp7hT8Ga2EzbgZn5ff86kaKtA="),
/// ] {
///     headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
/// }
/// assert!(verifier.verify(&headers, br#"{"event_type":"user.deleted","user_id":"1"}"#).is_err());
/// # Ok::<(), actix_web_propelauth::webhook::WebhookSecretError>(())
/// ```
#[derive(Clone)]
#[must_use]
pub struct WebhookVerifier {
    keys: Vec<SigningKey>,
    tolerance: Duration,
    max_body_bytes: usize,
    clock: Option<Clock>,
    accepts_published: bool,
    warnings: Arc<Warnings>,
}

impl WebhookVerifier {
    /// Creates a verifier with the signing secret that PropelAuth's dashboard shows, `whsec_` and base64.
    ///
    /// # Errors
    ///
    /// Returns a [`WebhookSecretError`] if it is empty, not base64, or shorter than 24 bytes.
    pub fn new(secret: impl Into<Secret>) -> Result<Self, WebhookSecretError> {
        Ok(Self {
            keys: vec![SigningKey::new(&secret.into())?],
            tolerance: Duration::from_secs(300),
            max_body_bytes: 256 * 1024,
            clock: None,
            accepts_published: cfg!(feature = "test-util"),
            warnings: Arc::default(),
        })
    }

    /// Adds a secret. A webhook that is signed with any of them is accepted, so that a secret can be replaced
    /// while the service runs.
    ///
    /// # Errors
    ///
    /// Returns a [`WebhookSecretError`] as [`new`](Self::new) does.
    pub fn and_secret(mut self, secret: impl Into<Secret>) -> Result<Self, WebhookSecretError> {
        self.keys.push(SigningKey::new(&secret.into())?);
        Ok(self)
    }

    /// Sets how far the timestamp may be away from the time of this machine, before or after it. By default, 5
    /// minutes.
    pub fn tolerance(mut self, tolerance: Duration) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets the size of the largest body that is read, in bytes. By default, 256 KiB.
    pub fn max_body_bytes(mut self, max: usize) -> Self {
        self.max_body_bytes = max;
        self
    }

    /// Sets the clock that timestamps are compared with. By default, that of the handle if there is one, and else
    /// the system's.
    pub fn clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Some(Clock::new(now));
        self
    }

    /// Accepts the published secret only where something says that this is against an emulator.
    pub(crate) fn reject_published(mut self) -> Self {
        self.accepts_published = false;
        self
    }

    /// Accepts the published secret: the application says that it works against an emulator.
    pub(crate) fn accept_published(mut self) -> Self {
        self.accepts_published = true;
        self
    }

    /// Verifies the headers and the body of a request, and reads the event.
    ///
    /// The body must be as it was received: parsing and printing it changes its bytes, and so its signature.
    /// Nothing in it is parsed before the signature was verified.
    ///
    /// # Errors
    ///
    /// Returns a [`WebhookError`], which is a response without the reason.
    pub fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<Webhook, WebhookError> {
        self.check_place(None)?;
        self.verify_at(headers, Bytes::copy_from_slice(body), self.now(None))
    }

    pub(super) fn verify_at(
        &self,
        headers: &HeaderMap,
        body: Bytes,
        now: i64,
    ) -> Result<Webhook, WebhookError> {
        check_encoding(headers)?;
        if body.len() > self.max_body_bytes {
            return Err(WebhookError::TooLarge(self.max_body_bytes));
        }
        let headers = Headers::read(headers)?;
        let off_by_s = headers.timestamp.saturating_sub(now);
        if off_by_s.unsigned_abs() > self.tolerance.as_secs() {
            return Err(WebhookError::Timestamp {
                off_by_s,
                tolerance: self.tolerance,
            });
        }
        let id = headers.id;
        let (signatures, timestamp) = (headers.signatures, headers.timestamp_text);
        signer(&self.keys, signatures, id.as_bytes(), timestamp, &body)
            .ok_or(WebhookError::Signature)?;
        Ok(Webhook {
            id: id.to_owned(),
            timestamp: headers.timestamp,
            event: WebhookEvent::read(&body).map_err(WebhookError::NotAnEvent)?,
            body,
        })
    }

    /// Returns an error if a secret is the published one where that is not accepted: it is by a handle for an
    /// emulator, and without a handle if the application says so.
    pub(super) fn check_place(&self, handle_accepts: Option<bool>) -> Result<(), WebhookError> {
        let is_published = self.keys.iter().any(SigningKey::is_published);
        if is_published && !handle_accepts.unwrap_or(self.accepts_published) {
            return Err(WebhookError::PublishedSecret);
        }
        Ok(())
    }

    /// Returns an error if a secret is the published one, and nothing says that this is against an emulator.
    pub(crate) fn check_published(self) -> Result<Self, WebhookSecretError> {
        let is_published = self.keys.iter().any(SigningKey::is_published);
        if is_published && !self.accepts_published {
            return Err(WebhookSecretError::Published);
        }
        Ok(self)
    }

    /// Returns the time, by the clock of this verifier or the given one, as a Unix timestamp in seconds.
    pub(super) fn now(&self, clock: Option<&Clock>) -> i64 {
        let now = match (&self.clock, clock) {
            (Some(clock), _) | (None, Some(clock)) => clock.unix_seconds(),
            (None, None) => Clock::default().unix_seconds(),
        };
        now.floor() as i64
    }

    pub(super) fn max(&self) -> usize {
        self.max_body_bytes
    }

    pub(super) fn warnings(&self) -> &Warnings {
        &self.warnings
    }
}

impl fmt::Debug for WebhookVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookVerifier")
            .field("secrets", &self.keys.len())
            .field("tolerance", &self.tolerance)
            .field("max_body_bytes", &self.max_body_bytes)
            .finish_non_exhaustive()
    }
}
