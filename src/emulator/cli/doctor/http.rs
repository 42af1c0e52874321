//! One HTTP request on a connection of its own, as a client would send it: the response is returned
//! as it came, and redirects are not followed.

use std::time::{Duration, SystemTime};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use url::Url;

use crate::client::{ConnectFailure, connect, proxy::Proxy};

/// The timeout of each step: connecting, the TLS handshake, and the response.
pub(super) const TIMEOUT: Duration = Duration::from_secs(5);

/// The longest response that is read.
const LONGEST: u64 = 256 * 1024;

/// A request without a body.
pub(super) struct Request<'a> {
    pub(super) method: &'a str,
    pub(super) url: &'a Url,
    pub(super) headers: &'a [(&'a str, &'a str)],
    pub(super) proxy: Option<Proxy>,
}

/// A response as far as it was read.
pub(super) struct Response {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// When the request was sent and the response was complete, by this machine's clock.
    pub(super) sent_at: SystemTime,
    pub(super) received_at: SystemTime,
}

impl Response {
    /// Returns the first value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let found = self
            .headers
            .iter()
            .find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.as_str())
    }

    /// Returns `true` if the response has this crate's challenge.
    pub(super) fn has_bearer_challenge(&self) -> bool {
        let challenge = self.header("www-authenticate").unwrap_or_default();
        challenge
            .get(..6)
            .is_some_and(|it| it.eq_ignore_ascii_case("bearer"))
    }

    /// Returns `true` if this crate made the response to a denied request.
    pub(super) fn is_denial(&self) -> bool {
        let content_type = self.header("content-type").unwrap_or_default();
        self.header("cache-control") == Some("no-store")
            && content_type.starts_with("application/problem+json")
    }
}

/// The reason why there was no response.
pub(super) enum Failure {
    /// No connection could be opened.
    Connect(ConnectFailure),
    /// The server did not respond in time.
    Silent,
    /// The connection ended, or what came was not HTTP.
    Closed(String),
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Connect(ConnectFailure::Tls(error)) => write!(f, "TLS failed: {error}"),
            Self::Connect(failure) => write!(f, "{failure}"),
            Self::Silent => write!(f, "no response within {TIMEOUT:?}"),
            Self::Closed(why) => f.write_str(why),
        }
    }
}

/// Sends a request and reads the response.
///
/// # Errors
///
/// Returns a [`Failure`] if there is no response.
pub(super) async fn send(request: Request<'_>) -> Result<Response, Failure> {
    let connection = connect::open(request.url, request.proxy.clone(), TIMEOUT).await;
    let connection = connection.map_err(Failure::Connect)?;
    let exchange = exchange(connection, &request);
    let exchanged = tokio::time::timeout(TIMEOUT, exchange).await;
    exchanged.unwrap_or(Err(Failure::Silent))
}

/// Sends a GET request, without a proxy.
///
/// # Errors
///
/// Returns a [`Failure`] if there is no response.
pub(super) async fn get(url: &Url, headers: &[(&str, &str)]) -> Result<Response, Failure> {
    let request = Request {
        method: "GET",
        url,
        headers,
        proxy: None,
    };
    send(request).await
}

async fn exchange(
    mut connection: impl AsyncRead + AsyncWrite + Unpin,
    request: &Request<'_>,
) -> Result<Response, Failure> {
    let url = request.url;
    let mut target = url.path().to_owned();
    if let Some(query) = url.query() {
        target = format!("{target}?{query}");
    }
    let host = url.host_str().unwrap_or_default();
    let host = url
        .port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
    let mut text = format!(
        "{} {target} HTTP/1.1\r\nhost: {host}\r\nuser-agent: propelauth-dev doctor\r\n\
         accept: */*\r\nconnection: close\r\n",
        request.method
    );
    for (name, value) in request.headers {
        text += &format!("{name}: {value}\r\n");
    }
    text += "\r\n";
    let sent_at = SystemTime::now();
    // A server that rejects a long head may close before it has read all of it, and still respond.
    let sent = connection.write_all(text.as_bytes()).await;
    let _ = connection.flush().await;
    let mut bytes = Vec::new();
    let read = (&mut connection)
        .take(LONGEST)
        .read_to_end(&mut bytes)
        .await;
    match parse(&bytes, sent_at) {
        Some(response) => Ok(response),
        None => Err(Failure::Closed(match (sent, read) {
            (Err(error), _) | (_, Err(error)) => format!("the connection broke: {error}"),
            _ => "the connection was closed without a response".to_owned(),
        })),
    }
}

fn parse(bytes: &[u8], sent_at: SystemTime) -> Option<Response> {
    let mut fields = [httparse::EMPTY_HEADER; 128];
    let mut head = httparse::Response::new(&mut fields);
    let Ok(httparse::Status::Complete(length)) = head.parse(bytes) else {
        return None;
    };
    let headers = head.headers.iter().map(|field| {
        let value = String::from_utf8_lossy(field.value).into_owned();
        (field.name.to_owned(), value)
    });
    Some(Response {
        status: head.code?,
        headers: headers.collect(),
        body: bytes.get(length..).unwrap_or_default().to_vec(),
        sent_at,
        received_at: SystemTime::now(),
    })
}
