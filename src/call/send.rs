//! Sending one request: encode, send, decode, and once more if the body was cut off.

use std::time::Duration;

use super::{
    change::Change,
    error::{Error, Reason},
    operation::Operation,
    read_response::read,
    retry_loop::RetryLoop,
    retry_policy::RetryPlan,
};
use crate::{
    client::{Client, OutgoingRequest, RawResponse},
    endpoint::{Endpoint, Parts, RetryClass, encode},
};

/// Sends a request and decodes its response. `timeout` replaces the client's, if given.
///
/// # Errors
///
/// Returns [`Error::InvalidArgument`] if the request cannot be encoded, and otherwise the failure of
/// the last attempt.
pub(super) async fn send<E: Endpoint>(
    client: &Client,
    request: &E,
    timeout: Option<Duration>,
) -> Result<E::Response, Error<E::Refusal>> {
    let outgoing = outgoing(encode(request)?);
    let change = Change::new(client, request);
    let operation = Operation::of::<E>();
    let mut attempts = RetryLoop::new(client.config(), operation, timeout);
    let response = send_attempts(&mut attempts, &outgoing, operation.class, read::<E>).await;
    change.end(&response, attempts.may_be_done(), attempts.date());
    Ok(request.complete(response?))
}

/// Sends an encoded request and decodes its response.
pub(super) async fn send_encoded<E: Endpoint>(
    client: &Client,
    outgoing: &OutgoingRequest,
    timeout: Option<Duration>,
) -> Result<E::Response, Error<E::Refusal>> {
    let operation = Operation::of::<E>();
    send_operation(client, operation, outgoing, timeout, read::<E>).await
}

/// Sends an encoded request of any operation, and decodes its response with a function.
pub(super) async fn send_operation<T, R: Reason>(
    client: &Client,
    operation: Operation,
    outgoing: &OutgoingRequest,
    timeout: Option<Duration>,
    read: impl Fn(&RawResponse) -> Result<T, Error<R>>,
) -> Result<T, Error<R>> {
    let mut attempts = RetryLoop::new(client.config(), operation, timeout);
    send_attempts(&mut attempts, outgoing, operation.class, read).await
}

/// Sends an encoded request, and records the result of the call.
async fn send_attempts<T, R: Reason>(
    attempts: &mut RetryLoop<'_>,
    outgoing: &OutgoingRequest,
    class: RetryClass,
    read: impl Fn(&RawResponse) -> Result<T, Error<R>>,
) -> Result<T, Error<R>> {
    let result = send_and_read(attempts, outgoing, class, read).await;
    attempts.observed().end(&result);
    result
}

/// Sends a request, and once more if the body of a read was cut off.
async fn send_and_read<T, R>(
    attempts: &mut RetryLoop<'_>,
    outgoing: &OutgoingRequest,
    class: RetryClass,
    read: impl Fn(&RawResponse) -> Result<T, Error<R>>,
) -> Result<T, Error<R>> {
    let mut was_repeated = false;
    loop {
        let response = attempts.send(outgoing).await.map_err(Error::widen)?;
        match read(&response) {
            // A body without a length ends with the connection (RFC 9112 §6.3, rule 8), so that only
            // its JSON shows that the connection broke. Repeated once: a server that always sends half
            // of an object would be asked for it again and again.
            Err(Error::Decode(error))
                if error.ends_early()
                    && class == RetryClass::Read
                    && !response.body.is_empty()
                    && !was_repeated
                    // Boxed, as the rare path should not make the common future larger.
                    && Box::pin(attempts.wait_before_retry(RetryPlan::TRUNCATED)).await =>
            {
                was_repeated = true;
            }
            result => return result.map_err(|error| attempts.in_context(error)),
        }
    }
}

/// Converts an encoded request into the client's own type, as the client does not know operations.
pub(super) fn outgoing(parts: Parts) -> OutgoingRequest {
    let Parts {
        method,
        target,
        body,
    } = parts;
    OutgoingRequest {
        method,
        target,
        body,
    }
}
