//! One attempt over awc: connect, send, and read the whole reply within one timeout.

use std::{any::Any, io, panic, pin::pin, sync::Arc, time::Duration};

use actix_web::{
    error::PayloadError,
    http::header::{AUTHORIZATION, HeaderName, USER_AGENT},
};
use awc::error::{ConnectError, SendRequestError};
use tokio::runtime::Handle;

use super::{
    Error,
    connect::{Connector, Failure, Route},
    error::{CallError, Delivery},
    exchange::Exchange,
    framing::Fault,
    settings::Prepared,
    worker,
};
use crate::endpoint::Parts;

static X_PROPELAUTH_URL: HeaderName = HeaderName::from_static("x-propelauth-url");

/// How long a kept connection may idle, well below what proxies commonly allow.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Sends a request once, and reads the reply whatever its status is.
pub(super) async fn send_once(
    prepared: &Arc<Prepared>,
    parts: &Parts,
    limit: Duration,
) -> Result<Exchange, CallError> {
    let Ok(runtime) = Handle::try_current().map(|handle| handle.id()) else {
        return Err(Error::NoRuntime);
    };
    // Pinned where it is, as moving what awc keeps in it costs more than looking after it.
    let attempt = pin!(tokio::time::timeout(limit, attempt(prepared, parts)));
    // awc's codec spawns a local task, for which neither a plain tokio runtime has a place nor the
    // thread of a `System` that ended.
    let tasks = worker::local_set(prepared, runtime);
    let outcome = tasks.run_until(attempt).await;
    outcome.unwrap_or(Err(Error::timeout(limit)))
}

async fn attempt(prepared: &Arc<Prepared>, parts: &Parts) -> Result<Exchange, CallError> {
    let url = prepared.base.with(&parts.target)?;
    let request = worker::client(prepared, new_client)?
        .request(parts.method.clone(), url)
        // A reply that inflates would pass the size limit only after it had filled memory.
        .no_decompress()
        .insert_header((AUTHORIZATION, prepared.authorization.clone()))
        .insert_header((X_PROPELAUTH_URL.clone(), prepared.auth_host.clone()))
        .insert_header((USER_AGENT, prepared.user_agent.clone()));
    let sent = match &parts.body {
        Some(body) => request
            .content_type("application/json")
            .send_body(body.clone()),
        None => request.send(),
    }
    .await;
    let mut response = sent.map_err(unanswered)?;
    let body = response
        .body()
        .limit(prepared.max_reply_size)
        .await
        .map_err(|error| unreadable(error, prepared))?;
    Ok(Exchange::new(response.status(), response.headers(), body))
}

fn new_client(prepared: &Prepared) -> Result<awc::Client, CallError> {
    // There is no client without these two, which panic if another crate turned on awc's own root
    // certificates and rustls cannot tell which provider to use. That is not ours to decide.
    let (connector, builder) =
        panic::catch_unwind(|| (awc::Connector::new(), awc::Client::builder()))
            .map_err(|panic| Error::tls(message_of(&*panic)))?;
    let tls = prepared.is_https.then(|| prepared.tls()).transpose()?;
    // Half of an attempt each, so that what ends within them is known to be unsent.
    let half = prepared.attempt_timeout / 2;
    let connector = connector
        .connector(Connector::new(Route {
            host: prepared.host.clone(),
            port: prepared.port,
            proxy: prepared.proxy.clone(),
            tls: tls.cloned(),
            timeout: half,
        }))
        .timeout(prepared.attempt_timeout.saturating_add(half))
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
fn unanswered(error: SendRequestError) -> CallError {
    match error {
        SendRequestError::Connect(ConnectError::Io(error)) => match error.downcast::<Failure>() {
            Ok(Failure::Tls(error)) => Error::tls(error),
            Ok(failure) => Error::unavailable(Delivery::NotSent, failure),
            Err(error) => Error::unavailable(Delivery::NotSent, error),
        },
        SendRequestError::Connect(ConnectError::Timeout) => {
            Error::unavailable(Delivery::NotSent, "no connection came about in time")
        }
        SendRequestError::Connect(ConnectError::SslIsNotSupported) => Error::MissingTls,
        // awc says so too when the peer read the request and then closed.
        SendRequestError::Connect(ConnectError::Disconnected) => Error::unavailable(
            Delivery::Unknown,
            "the connection was closed without a reply",
        ),
        SendRequestError::Send(error)
        | SendRequestError::Response(actix_web::error::ParseError::Io(error)) => broken(error),
        SendRequestError::Response(error) => Error::protocol(error.to_string()),
        other => Error::protocol(other.to_string()),
    }
}

fn unreadable(error: PayloadError, prepared: &Prepared) -> CallError {
    match error {
        PayloadError::Overflow => Error::ResponseTooLarge {
            limit: prepared.max_reply_size,
        },
        PayloadError::Incomplete(Some(error)) | PayloadError::Io(error) => {
            match error.downcast::<Fault>() {
                Ok(fault) => faulty(fault),
                Err(error) => Error::unavailable(Delivery::Delivered, error),
            }
        }
        PayloadError::Incomplete(None) => Error::unavailable(Delivery::Delivered, Fault::CutOff),
        other => Error::protocol(other.to_string()),
    }
}

/// The connection broke before there was a head.
fn broken(error: io::Error) -> CallError {
    match error.downcast::<Fault>() {
        Ok(fault) => faulty(fault),
        Err(error) => Error::unavailable(Delivery::Unknown, error),
    }
}

fn faulty(fault: Fault) -> CallError {
    match fault {
        Fault::CutOff => Error::unavailable(Delivery::Delivered, fault),
        Fault::HeadCutOff => Error::unavailable(Delivery::Unknown, fault),
        Fault::Malformed(_) => Error::protocol(fault),
    }
}
