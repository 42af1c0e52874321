//! Requests to a running emulator, under `/propelauth-dev/`.

use std::time::Duration;

use actix_web::http::Method;
use awc::error::{ConnectError, SendRequestError};
use serde_json::Value;

use super::target::Target;
use crate::words::{causes::Causes, secret::Secret};

/// The timeout of a request. The emulator is on this machine and keeps its state in memory.
const TIMEOUT: Duration = Duration::from_secs(30);
/// The maximum length of a response, in bytes. A snapshot of a large state is the longest one.
const MAX_BODY: usize = 256 * 1024 * 1024;

/// A client of one running emulator.
pub(super) struct Client {
    url: String,
    http: awc::Client,
    /// The key that an exposed emulator requires.
    key: Option<Secret>,
}

/// Why there is no result. The text says what happened, why, and what to do.
#[derive(Debug, thiserror::Error)]
pub(super) enum ClientError {
    /// Nothing listens.
    #[error(
        "no emulator listens at {url} ({cause}): start one with `propelauth-dev up`, or name another \
         with --url or PROPELAUTH_AUTH_URL"
    )]
    NotRunning { url: String, cause: String },
    /// Something listens, but the response is not that of an emulator.
    #[error(
        "{url} answered {what}, which is not what an emulator of this version answers: another \
         program has this port, or `propelauth-dev up` is of another version"
    )]
    NotAnEmulator { url: String, what: String },
    /// The emulator rejected the request.
    #[error("{message}")]
    Rejected { code: String, message: String },
    /// The request failed on its way.
    #[error("{method} {url}{path} failed: {cause}")]
    Failed {
        method: Method,
        url: String,
        path: String,
        cause: String,
    },
}

impl From<ClientError> for String {
    fn from(error: ClientError) -> Self {
        error.to_string()
    }
}

impl Client {
    /// Creates a client of the emulator that the arguments or the environment name.
    pub(super) fn new(target: &Target) -> Result<Self, String> {
        let mut client = Self::at(&target.url()?);
        client.key = target.key()?;
        Ok(client)
    }

    /// Creates a client of the emulator at this URL, which has no slash at its end.
    pub(super) fn at(url: &str) -> Self {
        Self {
            url: url.to_owned(),
            http: awc::Client::builder().timeout(TIMEOUT).finish(),
            key: None,
        }
    }

    /// Returns the URL of the emulator, without a trailing slash.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Reads something. The path is what follows `/propelauth-dev/`.
    pub(super) async fn get(&self, path: &str) -> Result<Value, ClientError> {
        self.send(Method::GET, path, None).await
    }

    /// Does something, with a JSON body.
    pub(super) async fn post(&self, path: &str, body: &Value) -> Result<Value, ClientError> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Removes something.
    pub(super) async fn delete(&self, path: &str) -> Result<Value, ClientError> {
        self.send(Method::DELETE, path, None).await
    }

    /// Sends a request and returns the response's JSON, which is null if the body is empty.
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value, ClientError> {
        let path = format!("/propelauth-dev/{path}");
        let mut request = self
            .http
            .request(method.clone(), format!("{}{path}", self.url));
        if let Some(key) = &self.key {
            request = request.bearer_auth(key.expose());
        }
        let sent = match body {
            Some(body) => request.send_json(body),
            None => request.send(),
        };
        let failed = |cause: String| ClientError::Failed {
            method: method.clone(),
            url: self.url.clone(),
            path: path.clone(),
            cause,
        };
        let mut response = sent.await.map_err(|error| match error {
            SendRequestError::Connect(ConnectError::Io(error)) => ClientError::NotRunning {
                url: self.url.clone(),
                cause: error.to_string(),
            },
            SendRequestError::Connect(error) => ClientError::NotRunning {
                url: self.url.clone(),
                cause: Causes(&error).to_string(),
            },
            error => failed(error.to_string()),
        })?;
        let body = response.body().limit(MAX_BODY).await;
        let body = body.map_err(|error| failed(error.to_string()))?;
        let status = response.status();
        let value = match body.is_empty() {
            true => Some(Value::Null),
            false => serde_json::from_slice(&body).ok(),
        };
        match value {
            Some(value) if status.is_success() => Ok(value),
            value => Err(self.rejection(&method, &path, status.as_u16(), value.as_ref())),
        }
    }

    fn rejection(
        &self,
        method: &Method,
        path: &str,
        status: u16,
        body: Option<&Value>,
    ) -> ClientError {
        let text = |name| body.and_then(|body| body.get(name)).and_then(Value::as_str);
        match (text("error_code"), text("message")) {
            (Some("api_key_required"), Some(message)) => ClientError::Rejected {
                code: "api_key_required".to_owned(),
                message: format!("{message}. Name the file that has it with --api-key-file"),
            },
            (Some(code), Some(message)) if code != "not_implemented" => ClientError::Rejected {
                code: code.to_owned(),
                message: message.to_owned(),
            },
            _ => ClientError::NotAnEmulator {
                url: self.url.clone(),
                what: format!("{status} to {method} {path}"),
            },
        }
    }
}
