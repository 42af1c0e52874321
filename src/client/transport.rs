//! One attempt over awc: connect, send the request, and read the whole response, within one timeout.
//!
//! Most of this file maps awc's errors to a [`SendError`]. What matters is the
//! [`Delivery`] in it, which decides about retries: an error that could have come before and after
//! the request was sent must become [`Delivery::Unknown`].
//!
//! | what happened | error | delivery |
//! | --- | --- | --- |
//! | name not resolved, no connection, proxy refused, connecting timed out | `Unavailable` | not sent |
//! | certificate not trusted | `Tls` | not sent |
//! | connection broke or was closed before the head of the response was complete | `Unavailable` | unknown |
//! | connection broke within the body | `Unavailable` | delivered |
//! | the time of the attempt was up | `Timeout` | unknown |
//! | bytes that are not one HTTP response | `Protocol` | delivered, but not retried |
//! | body longer than the limit | `ResponseTooLarge` | delivered, but not retried |
//!
//! The headers that every request carries are the integration key, the host of the auth URL, which
//! selects the environment, and the user agent. Nothing of the caller's own request is forwarded.

use std::{any::Any, io, panic, pin::pin, sync::Arc, time::Duration};

use actix_web::{
    error::PayloadError,
    http::{
        Method,
        header::{AUTHORIZATION, HeaderName, USER_AGENT},
    },
};
use awc::error::{ConnectError, SendRequestError};
use tokio::runtime::Handle;

use super::{
    config::ClientConfig,
    connect::{Connector, Route},
    connect_failure::ConnectFailure,
    delivery::Delivery,
    fault::Fault,
    per_thread,
    raw_response::RawResponse,
    send_error::SendError,
};

/// A request without the headers that are the same for all requests.
pub(crate) struct OutgoingRequest {
    /// The HTTP method.
    pub(crate) method: Method,
    /// The path and query, percent-encoded.
    pub(crate) target: String,
    /// The JSON body, if any.
    pub(crate) body: Option<Vec<u8>>,
}

/// The header by which PropelAuth finds the environment: all of them share one backend API.
static X_PROPELAUTH_URL: HeaderName = HeaderName::from_static("x-propelauth-url");

/// The longest time for which an idle connection is kept.
///
/// Well below the 60 seconds after which common load balancers close one: a request that is sent
/// just as the server closes would fail with an unknown delivery.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Sends a request once, and reads the response, whatever its status is.
///
/// # Errors
///
/// Returns a [`SendError`] if there is no whole response within `limit`.
pub(crate) async fn send_once(
    config: &Arc<ClientConfig>,
    request: &OutgoingRequest,
    limit: Duration,
) -> Result<RawResponse, SendError> {
    let Ok(runtime) = Handle::try_current().map(|handle| handle.id()) else {
        return Err(SendError::NoRuntime);
    };
    // Pinned on the stack: a box would be an allocation for each attempt.
    let attempt = pin!(tokio::time::timeout(limit, attempt(config, request)));
    // awc's HTTP codec spawns a local task, which panics outside of a `LocalSet`: on a plain tokio
    // runtime, and on a thread whose actix `System` has ended.
    let tasks = per_thread::local_set(config, runtime);
    let outcome = tasks.run_until(attempt).await;
    outcome.unwrap_or(Err(SendError::Timeout { after: limit }))
}

/// Sends a request, without a timeout.
///
/// The body is cloned, because awc takes ownership of it and the next attempt needs it again. Bodies are
/// small JSON objects, and a clone costs far less than the request.
async fn attempt(
    config: &Arc<ClientConfig>,
    outgoing: &OutgoingRequest,
) -> Result<RawResponse, SendError> {
    let url = config.base_url.with(&outgoing.target)?;
    let request = per_thread::client(config, new_client)?
        .request(outgoing.method.clone(), url)
        // A small compressed body can inflate to more than memory before the size limit applies.
        .no_decompress()
        .insert_header((AUTHORIZATION, config.authorization.clone()))
        .insert_header((X_PROPELAUTH_URL.clone(), config.auth_host.clone()))
        .insert_header((USER_AGENT, config.user_agent.clone()));
    let sent = match &outgoing.body {
        Some(body) => request
            .content_type(config.content_type)
            .send_body(body.clone()),
        None => request.send(),
    }
    .await;
    let mut response = sent.map_err(request_error)?;
    let body = response
        .body()
        .limit(config.options.max_response_size)
        .await
        .map_err(|error| body_error(error, config))?;
    Ok(RawResponse::new(
        response.status(),
        response.headers(),
        body,
    ))
}

/// Creates an awc client for the base URL.
///
/// Each thread has one, created by its first call, because awc's client and its connections are bound to
/// the thread (and to the runtime) that made them.
fn new_client(config: &ClientConfig) -> Result<awc::Client, SendError> {
    // Both constructors panic if another crate enables awc's own rustls feature and no provider is
    // installed process-wide. This crate must not install one, so the panic becomes an error.
    let (connector, builder) =
        panic::catch_unwind(|| (awc::Connector::new(), awc::Client::builder()))
            .map_err(|panic| SendError::tls(message_of(&*panic)))?;
    let tls = config.is_https.then(|| config.tls()).transpose()?;
    // Half of an attempt for connecting and half for the handshake: a timeout of either is known to
    // have sent nothing, while one of the whole attempt is not.
    let half = config.options.attempt_timeout() / 2;
    let connector = connector
        .connector(Connector::new(Route {
            host: config.host.clone(),
            port: config.port,
            addresses: None,
            proxy: config.proxy.clone(),
            tls: tls.cloned(),
            timeout: half,
        }))
        .timeout(config.options.attempt_timeout().saturating_add(half))
        .conn_keep_alive(KEEP_ALIVE);
    Ok(builder
        .connector(connector)
        .disable_timeout() // `send_once` has one timeout over everything
        .disable_redirects() // the integration key must not travel to another host
        .finish())
}

/// Returns the message of a panic.
fn message_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("awc cannot be set up").trim().to_owned()
}

/// Converts the error of a request that got no response, or only a part of its head.
///
/// What [`Connector`] reports travels through awc in an I/O error and is downcast here, because awc's own
/// variants cannot tell a refused connection from an untrusted certificate.
fn request_error(error: SendRequestError) -> SendError {
    match error {
        SendRequestError::Connect(ConnectError::Io(error)) => {
            match error.downcast::<ConnectFailure>() {
                Ok(ConnectFailure::Tls(error)) => SendError::tls(error),
                Ok(failure) => SendError::unavailable(Delivery::NotSent, failure),
                Err(error) => SendError::unavailable(Delivery::NotSent, error),
            }
        }
        SendRequestError::Connect(ConnectError::Timeout) => {
            SendError::unavailable(Delivery::NotSent, "connecting timed out")
        }
        SendRequestError::Connect(ConnectError::SslIsNotSupported) => SendError::MissingTls,
        // awc also reports this when the server read the request and then closed the connection.
        SendRequestError::Connect(ConnectError::Disconnected) => SendError::unavailable(
            Delivery::Unknown,
            "the connection was closed without a response",
        ),
        SendRequestError::Send(error)
        | SendRequestError::Response(actix_web::error::ParseError::Io(error)) => broken(error),
        SendRequestError::Response(error) => SendError::protocol(error.to_string()),
        other => SendError::protocol(other.to_string()),
    }
}

/// Converts the error of a body: the response's head has arrived by then.
fn body_error(error: PayloadError, config: &ClientConfig) -> SendError {
    match error {
        PayloadError::Overflow => SendError::ResponseTooLarge {
            limit: config.options.max_response_size,
        },
        PayloadError::Incomplete(Some(error)) | PayloadError::Io(error) => {
            match error.downcast::<Fault>() {
                Ok(fault) => faulty(fault),
                Err(error) => SendError::unavailable(Delivery::Delivered, error),
            }
        }
        PayloadError::Incomplete(None) => {
            SendError::unavailable(Delivery::Delivered, Fault::CutOff)
        }
        other => SendError::protocol(other.to_string()),
    }
}

/// Converts the error of a connection that broke before the head of the response was complete.
///
/// The server may have acted on the request already: only a fault of the framing shows more.
fn broken(error: io::Error) -> SendError {
    match error.downcast::<Fault>() {
        Ok(fault) => faulty(fault),
        Err(error) => SendError::unavailable(Delivery::Unknown, error),
    }
}

/// Converts a fault of the framing.
fn faulty(fault: Fault) -> SendError {
    match fault {
        Fault::CutOff => SendError::unavailable(Delivery::Delivered, fault),
        Fault::HeadCutOff => SendError::unavailable(Delivery::Unknown, fault),
        Fault::Malformed(_) => SendError::protocol(fault),
    }
}
