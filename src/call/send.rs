//! Sending one request: encode, exchange, decode.

use std::time::Duration;

use super::{error::Error, read_response::read, retry_loop::RetryLoop, retry_policy::RetryPlan};
use crate::{
    client::{Client, OutgoingRequest},
    endpoint::{Endpoint, Parts, RetryClass, encode},
};

/// Sends a request and reads its response, within a timeout other than the client's if given.
pub(super) async fn send<E: Endpoint>(
    client: &Client,
    request: &E,
    timeout: Option<Duration>,
) -> Result<E::Response, Error<E::Refusal>> {
    let outgoing = outgoing(encode(request)?);
    let response = send_encoded::<E>(client, &outgoing, timeout).await?;
    Ok(request.complete(response))
}

/// Sends a request that is encoded already.
pub(super) async fn send_encoded<E: Endpoint>(
    client: &Client,
    outgoing: &OutgoingRequest,
    timeout: Option<Duration>,
) -> Result<E::Response, Error<E::Refusal>> {
    let mut attempts = RetryLoop::new::<E>(client.config(), timeout);
    let mut is_truncated_again = false;
    loop {
        let response = attempts.send(outgoing).await.map_err(Error::widen)?;
        match read::<E>(&response) {
            // Without a length nothing but the JSON shows that a body was cut off.
            Err(Error::Decode(error))
                if error.ends_early()
                    && E::RETRY_CLASS == RetryClass::Read
                    && !response.body.is_empty()
                    && !is_truncated_again
                    && attempts.wait_before_retry(RetryPlan::TRUNCATED).await =>
            {
                is_truncated_again = true;
            }
            result => return result,
        }
    }
}

/// Converts an encoded request for the client, which does not know where it comes from.
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
