//! One attempt over awc: connect, send, and read the whole reply within one timeout.

use std::{any::Any, error::Error as StdError, io, panic, pin::pin, sync::Arc, time::Duration};

use actix_web::{
    error::PayloadError,
    http::header::{AUTHORIZATION, CONTENT_LENGTH, HeaderMap, HeaderName, USER_AGENT},
    rt::System,
};
use awc::error::{ConnectError, SendRequestError};
use tokio::task::LocalSet;

use super::{Error, error::Sent, exchange::Exchange, settings::Prepared, tls, worker};
use crate::api::wire::Parts;

static X_PROPELAUTH_URL: HeaderName = HeaderName::from_static("x-propelauth-url");

/// How long a kept connection may idle, well below what proxies commonly allow.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Sends a request once, and reads the reply whatever its status is.
pub(super) async fn send_once(
    prepared: &Arc<Prepared>,
    parts: &Parts,
    limit: Duration,
) -> Result<Exchange, Error> {
    // Pinned where it is, as moving what awc keeps in it costs more than looking after it.
    let attempt = pin!(tokio::time::timeout(limit, attempt(prepared, parts)));
    let outcome = if System::is_registered() {
        attempt.await
    } else {
        // awc spawns local tasks, for which a plain tokio runtime has no place.
        let tasks = Box::new(LocalSet::new());
        Box::pin(tasks.run_until(attempt)).await
    };
    outcome.unwrap_or(Err(Error::Timeout { after: limit }))
}

async fn attempt(prepared: &Arc<Prepared>, parts: &Parts) -> Result<Exchange, Error> {
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
    if response.status().is_informational() {
        // awc takes an interim reply for the final one and keeps the connection, on which the
        // final one would then answer somebody else's request.
        worker::drop_connections(prepared);
    }

    let announced = content_length(response.headers());
    let body = response
        .body()
        .limit(prepared.max_reply_size)
        .await
        .map_err(|error| unreadable(error, prepared))?;
    if announced.is_some_and(|length| length != body.len()) {
        // awc hands over a reply that was cut off as if that were all of it.
        return Err(Error::unavailable(Sent::Yes, "the reply was cut off"));
    }
    Ok(Exchange::new(response.status(), response.headers(), body))
}

fn content_length(headers: &HeaderMap) -> Option<usize> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn new_client(prepared: &Prepared) -> Result<awc::Client, Error> {
    // There is no client without these two, which panic if another crate turned on awc's own root
    // certificates and rustls cannot tell which provider to use. That is not ours to decide.
    let (connector, builder) =
        panic::catch_unwind(|| (awc::Connector::new(), awc::Client::builder()))
            .map_err(|panic| Error::tls(message_of(&*panic)))?;
    let connector = connector
        // Half of an attempt each, so that what ends within them is known to be unsent.
        .timeout(prepared.attempt_timeout / 2)
        .handshake_timeout(prepared.attempt_timeout / 2)
        .conn_keep_alive(KEEP_ALIVE);
    let connector = if prepared.is_https {
        let config = prepared.tls()?;
        tls::connector!(connector, config)
    } else {
        connector
    };
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
fn unanswered(error: SendRequestError) -> Error {
    match error {
        SendRequestError::Connect(ConnectError::Io(error)) if is_about_tls(&error) => {
            Error::tls(error)
        }
        SendRequestError::Connect(ConnectError::Io(error)) => Error::unavailable(Sent::No, error),
        SendRequestError::Connect(
            error @ (ConnectError::Resolver(_) | ConnectError::NoRecords),
        ) => Error::unavailable(Sent::No, error.to_string()),
        SendRequestError::Connect(ConnectError::Timeout) => {
            Error::unavailable(Sent::No, "no connection came about in time")
        }
        #[cfg(feature = "openssl")]
        SendRequestError::Connect(ConnectError::SslError(error)) => Error::tls(error),
        SendRequestError::Connect(ConnectError::SslIsNotSupported) => Error::MissingTls,
        // awc says so too when the peer read the request and then closed.
        SendRequestError::Connect(ConnectError::Disconnected) => {
            Error::unavailable(Sent::Maybe, "the connection was closed")
        }
        SendRequestError::Send(error) => Error::unavailable(Sent::Maybe, error),
        SendRequestError::Response(actix_web::error::ParseError::Io(error)) => {
            Error::unavailable(Sent::Maybe, error)
        }
        SendRequestError::Response(error) => Error::protocol(error.to_string()),
        other => Error::protocol(other.to_string()),
    }
}

/// Tells a peer whose TLS was not accepted from one that was not reached.
fn is_about_tls(error: &io::Error) -> bool {
    // rustls says so by the kind; of OpenSSL's errors actix-tls keeps the text only.
    error.kind() == io::ErrorKind::InvalidData
        || (cfg!(feature = "openssl") && error.to_string().contains("SSL routines"))
}

fn unreadable(error: PayloadError, prepared: &Prepared) -> Error {
    match error {
        PayloadError::Overflow => Error::TooLarge {
            limit: prepared.max_reply_size,
        },
        PayloadError::Incomplete(Some(error)) | PayloadError::Io(error) => {
            Error::unavailable(Sent::Yes, error)
        }
        PayloadError::Incomplete(None) => Error::unavailable(Sent::Yes, "the reply was cut off"),
        other => Error::protocol(Box::<dyn StdError + Send + Sync>::from(other.to_string())),
    }
}
