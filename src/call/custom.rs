//! [`CustomCall`]: a call of an operation that the crate does not have.

use std::{fmt, time::Duration};

use actix_web::http::Method;
use serde::{Serialize, de::DeserializeOwned};
use url::form_urlencoded;

use super::{
    error::CallError,
    operation::Operation,
    read_response::{read_json, read_success},
    send::send_operation,
};
use crate::{
    client::{Client, OutgoingRequest, RawResponse},
    endpoint::{CustomPath, InvalidArgument, PathConflicts, RetryClass},
};

/// A call of an operation that this version of the crate does not have, created by
/// [`PropelAuth::request`](crate::PropelAuth::request).
///
/// It is sent like every other call: with the integration key, the circuit breaker, timeouts and retries.
/// By default, a `GET` is retried as [`RetryClass::Read`], and any other method as [`RetryClass::Create`]:
/// only if the request was not sent.
///
/// Its error converts into [`Error`](crate::Error) without a parameter with `?`, as every call's does.
/// Refusals are unknown, so that a 404 is [`UnexpectedStatus`](crate::Error::UnexpectedStatus), which
/// [`Error::status`](crate::Error::status) returns.
#[must_use = "a call does nothing until it is sent"]
pub struct CustomCall {
    client: Client,
    method: Method,
    path: CustomPath,
    conflicts: &'static PathConflicts,
    query: form_urlencoded::Serializer<'static, String>,
    body: Option<Result<Vec<u8>, InvalidArgument>>,
    retry_class: RetryClass,
    timeout: Option<Duration>,
}

impl CustomCall {
    /// Creates a call without a query and a body. Values in its path must not conflict with the paths of
    /// known operations.
    pub(crate) fn new(
        client: Client,
        method: Method,
        path: &'static str,
        conflicts: &'static PathConflicts,
    ) -> Self {
        let retry_class = match method {
            Method::GET => RetryClass::Read,
            _ => RetryClass::Create,
        };
        Self {
            client,
            method,
            path: CustomPath::new(path),
            conflicts,
            query: form_urlencoded::Serializer::new(String::new()),
            body: None,
            retry_class,
            timeout: None,
        }
    }

    /// Sets the value of a field in the path, such as `{user_id}`. It is percent-encoded.
    ///
    /// A value that would change which operation the path addresses, such as `..` or an empty text, is
    /// [`Error::InvalidArgument`](crate::Error::InvalidArgument).
    pub fn path_field(mut self, name: &'static str, value: impl fmt::Display) -> Self {
        self.path.set(name, value.to_string());
        self
    }

    /// Adds a parameter to the query. It is percent-encoded.
    pub fn query(mut self, name: &str, value: impl fmt::Display) -> Self {
        self.query.append_pair(name, &value.to_string());
        self
    }

    /// Sets the JSON body.
    pub fn json(mut self, body: &(impl Serialize + ?Sized)) -> Self {
        let body = serde_json::to_vec(body);
        self.body = Some(body.map_err(|_| InvalidArgument::not_json("body")));
        self
    }

    /// Sets how safe the operation is to retry, which [`RetryClass`] explains.
    ///
    /// By default, [`RetryClass::Read`] for a `GET` and [`RetryClass::Create`] for any other method.
    pub fn retry_class(mut self, class: RetryClass) -> Self {
        self.retry_class = class;
        self
    }

    /// Sets the timeout of this call, including retries and the pauses before them.
    ///
    /// By default, the builder's [`request_timeout`](crate::PropelAuthBuilder::request_timeout).
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = Some(time);
        self
    }

    /// Sends the call and decodes the JSON of its response. An empty body is read as `null`.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidArgument`](crate::Error::InvalidArgument) if the request cannot be sent, the
    /// failures that all operations share, and [`Error::Decode`](crate::Error::Decode) if the response of a
    /// success is not such a `T`.
    pub async fn send<T: DeserializeOwned>(self) -> Result<T, CallError> {
        self.send_and_read(read_json).await
    }

    /// Sends the call, and ignores the body of a success.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`send`](Self::send), except for `Decode`.
    pub async fn send_and_discard(self) -> Result<(), CallError> {
        self.send_and_read(read_success).await
    }

    async fn send_and_read<T>(
        self,
        read: impl Fn(&RawResponse) -> Result<T, CallError>,
    ) -> Result<T, CallError> {
        let operation = Operation {
            name: "custom",
            method: method(&self.method)?,
            endpoint: self.path.template(),
            class: self.retry_class,
        };
        let mut target = self.path.encode(self.conflicts)?;
        let query = { self.query }.finish();
        if !query.is_empty() {
            target.push('?');
            target.push_str(&query);
        }
        let body = self.body.transpose()?;
        if body.is_some() && self.method == Method::GET {
            return Err(InvalidArgument::new("body", "a GET request has none").into());
        }
        let outgoing = OutgoingRequest {
            method: self.method,
            target,
            body,
        };
        send_operation(&self.client, operation, &outgoing, self.timeout, read).await
    }
}

/// Returns a function that returns this method.
///
/// # Errors
///
/// Returns an error for a method that an API of JSON does not have. `CONNECT` would open a tunnel.
fn method(method: &Method) -> Result<fn() -> Method, InvalidArgument> {
    match *method {
        Method::GET => Ok(|| Method::GET),
        Method::POST => Ok(|| Method::POST),
        Method::PUT => Ok(|| Method::PUT),
        Method::PATCH => Ok(|| Method::PATCH),
        Method::DELETE => Ok(|| Method::DELETE),
        _ => Err(InvalidArgument::new(
            "method",
            "it must be GET, POST, PUT, PATCH or DELETE",
        )),
    }
}

/// Omits the values, which may be personal data or secrets.
impl fmt::Debug for CustomCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomCall")
            .field("method", &self.method)
            .field("path", &self.path.template())
            .field("retry_class", &self.retry_class)
            .finish_non_exhaustive()
    }
}
