//! Forms: calls of the endpoints of OAuth, which take no JSON.
//!
//! They have what every call has: the deadline, retries, the circuit breaker, spans and metrics. The client that sends
//! them is one of its own, because its base URL is the auth URL and its credentials are those of an OAuth client.

use std::time::Duration;

use actix_web::http::Method;
use serde::de::DeserializeOwned;

use super::{
    error::CallError, operation::Operation, read_response::read_json, send::send_operation,
};
use crate::{
    client::{Client, OutgoingRequest},
    endpoint::RetryClass,
};

/// Sends a form to a path, which changes nothing there, and decodes the JSON of the response.
///
/// Because it changes nothing, it is retried like a call that reads. `name` is what spans and metrics call it, and
/// `timeout` is that of the whole call.
///
/// # Errors
///
/// Returns the failures that all calls share. The credentials are those of an OAuth client, so that
/// [`Error::InvalidApiKey`](super::Error::InvalidApiKey) is about them.
pub(crate) async fn send_form<T: DeserializeOwned>(
    client: &Client,
    name: &'static str,
    path: &'static str,
    form: String,
    timeout: Duration,
) -> Result<T, CallError> {
    let operation = Operation {
        name,
        method: || Method::POST,
        endpoint: path,
        class: RetryClass::Read,
    };
    let outgoing = OutgoingRequest {
        method: Method::POST,
        target: path.to_owned(),
        body: Some(form.into_bytes()),
    };
    send_operation(client, operation, &outgoing, Some(timeout), read_json).await
}
