//! One attempt over awc: connect, send, and read the whole reply within one timeout.

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
    framing::Fault,
    per_thread,
    raw_response::RawResponse,
    send_error::SendError,
};

/// A request, less what is the same for every one.
pub(crate) struct OutgoingRequest {
    pub(crate) method: Method,
    /// The path and query, percent-encoded.
    pub(crate) target: String,
    /// The JSON body, if any.
    pub(crate) body: Option<Vec<u8>>,
}

static X_PROPELAUTH_URL: HeaderName = HeaderName::from_static("x-propelauth-url");

/// How long a kept connection may idle, well below what proxies commonly allow.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Sends a request once, and reads the reply whatever its status is.
pub(crate) async fn send_once(
    config: &Arc<ClientConfig>,
    request: &OutgoingRequest,
    limit: Duration,
) -> Result<RawResponse, SendError> {
    let Ok(runtime) = Handle::try_current().map(|handle| handle.id()) else {
        return Err(SendError::NoRuntime);
    };
    // Pinned where it is, as moving what awc keeps in it costs more than looking after it.
    let attempt = pin!(tokio::time::timeout(limit, attempt(config, request)));
    // awc's codec spawns a local task, for which neither a plain tokio runtime has a place nor the
    // thread of a `System` that ended.
    let tasks = per_thread::local_set(config, runtime);
    let outcome = tasks.run_until(attempt).await;
    outcome.unwrap_or(Err(SendError::Timeout { after: limit }))
}

async fn attempt(
    config: &Arc<ClientConfig>,
    outgoing: &OutgoingRequest,
) -> Result<RawResponse, SendError> {
    let url = config.base_url.with(&outgoing.target)?;
    let request = per_thread::client(config, new_client)?
        .request(outgoing.method.clone(), url)
        // A reply that inflates would pass the size limit only after it had filled memory.
        .no_decompress()
        .insert_header((AUTHORIZATION, config.authorization.clone()))
        .insert_header((X_PROPELAUTH_URL.clone(), config.auth_host.clone()))
        .insert_header((USER_AGENT, config.user_agent.clone()));
    let sent = match &outgoing.body {
        Some(body) => request
            .content_type("application/json")
            .send_body(body.clone()),
        None => request.send(),
    }
    .await;
    let mut response = sent.map_err(unanswered)?;
    let body = response
        .body()
        .limit(config.options.max_response_size)
        .await
        .map_err(|error| unreadable(error, config))?;
    Ok(RawResponse::new(
        response.status(),
        response.headers(),
        body,
    ))
}

fn new_client(config: &ClientConfig) -> Result<awc::Client, SendError> {
    // There is no client without these two, which panic if another crate turned on awc's own root
    // certificates and rustls cannot tell which provider to use. That is not ours to decide.
    let (connector, builder) =
        panic::catch_unwind(|| (awc::Connector::new(), awc::Client::builder()))
            .map_err(|panic| SendError::tls(message_of(&*panic)))?;
    let tls = config.is_https.then(|| config.tls()).transpose()?;
    // Half of an attempt each, so that what ends within them is known to be unsent.
    let half = config.options.attempt_timeout() / 2;
    let connector = connector
        .connector(Connector::new(Route {
            host: config.host.clone(),
            port: config.port,
            proxy: config.proxy.clone(),
            tls: tls.cloned(),
            timeout: half,
        }))
        .timeout(config.options.attempt_timeout().saturating_add(half))
        .conn_keep_alive(KEEP_ALIVE);
    Ok(builder
        .connector(connector)
        .disable_timeout() // `send_once` has one timeout over everything
        .disable_redirects() // another host would be sent the body and our own headers
        .finish())
}

fn message_of(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("awc cannot be set up").trim().to_owned()
}

/// Tells why there is no reply, and whether the request may have arrived.
fn unanswered(error: SendRequestError) -> SendError {
    match error {
        SendRequestError::Connect(ConnectError::Io(error)) => {
            match error.downcast::<ConnectFailure>() {
                Ok(ConnectFailure::Tls(error)) => SendError::tls(error),
                Ok(failure) => SendError::unavailable(Delivery::NotSent, failure),
                Err(error) => SendError::unavailable(Delivery::NotSent, error),
            }
        }
        SendRequestError::Connect(ConnectError::Timeout) => {
            SendError::unavailable(Delivery::NotSent, "no connection came about in time")
        }
        SendRequestError::Connect(ConnectError::SslIsNotSupported) => SendError::MissingTls,
        // awc says so too when the peer read the request and then closed.
        SendRequestError::Connect(ConnectError::Disconnected) => SendError::unavailable(
            Delivery::Unknown,
            "the connection was closed without a reply",
        ),
        SendRequestError::Send(error)
        | SendRequestError::Response(actix_web::error::ParseError::Io(error)) => broken(error),
        SendRequestError::Response(error) => SendError::protocol(error.to_string()),
        other => SendError::protocol(other.to_string()),
    }
}

fn unreadable(error: PayloadError, config: &ClientConfig) -> SendError {
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

/// The connection broke before there was a head.
fn broken(error: io::Error) -> SendError {
    match error.downcast::<Fault>() {
        Ok(fault) => faulty(fault),
        Err(error) => SendError::unavailable(Delivery::Unknown, error),
    }
}

fn faulty(fault: Fault) -> SendError {
    match fault {
        Fault::CutOff => SendError::unavailable(Delivery::Delivered, fault),
        Fault::HeadCutOff => SendError::unavailable(Delivery::Unknown, fault),
        Fault::Malformed(_) => SendError::protocol(fault),
    }
}
