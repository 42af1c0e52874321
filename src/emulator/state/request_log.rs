//! The log of requests that the emulator received.

use std::{collections::VecDeque, time::Duration};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use url::form_urlencoded;

use crate::emulator::state::redact::{redact_body, redact_query};

/// The number of requests that the log keeps.
const MAX_REQUESTS: usize = 10_000;

/// The total length of the bodies that the log keeps, in bytes.
const MAX_BODIES: usize = 16 * 1024 * 1024;

/// A request that the emulator received, with its response. Passwords, tokens and other secrets are
/// replaced with `[redacted]`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct RecordedRequest {
    /// The position among all requests since the start, from 1.
    pub number: u64,
    /// The emulator's time of the request, as a Unix timestamp in seconds.
    pub at: i64,
    /// The HTTP method.
    pub method: String,
    /// The path and query, percent-encoded as they were sent except for secrets.
    pub path: String,
    /// The operation of the backend API, such as `create_user`, if the path is one's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The status of the response, or `None` if there is none: a fault dropped the connection, the
    /// caller stopped waiting, or the request is in progress.
    pub status: Option<u16>,
    /// The time that the emulator took, delays of faults included, or zero if there is no response.
    /// Serialized as `duration_ms`, in milliseconds.
    #[serde(rename = "duration_ms", serialize_with = "as_millis")]
    pub duration: Duration,
    /// The route of the [`Fault`](crate::emulator::Fault) that applied to the request, if one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// The body of the request, if it was JSON, or a form, as an object of its fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_body: Option<Value>,
}

fn as_millis<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64() * 1000.0)
}

/// The requests of late, oldest first. The oldest are forgotten first.
#[derive(Debug, Default)]
pub(crate) struct RequestLog {
    requests: VecDeque<(RecordedRequest, Body)>,
    body_bytes: usize,
    count: u64,
}

/// A body as it was received. It is parsed and redacted when it is listed, so that logging costs
/// requests nothing. Not `Debug` beyond its length, because it has secrets in it.
struct Body {
    bytes: Vec<u8>,
    is_form: bool,
}

impl Body {
    /// Returns the body without its secrets, if it is JSON or a form.
    fn redacted(&self) -> Option<Value> {
        if !self.is_form {
            return serde_json::from_slice(&self.bytes).ok().map(redact_body);
        }
        let fields = form_urlencoded::parse(&self.bytes).into_owned();
        let fields: Map<String, Value> = fields.map(|(name, it)| (name, it.into())).collect();
        Some(redact_body(fields.into()))
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.bytes.len())
    }
}

impl RequestLog {
    /// Adds a request that has no response yet, sets its number, and returns it.
    pub(crate) fn add(&mut self, mut request: RecordedRequest, body: &[u8], is_form: bool) -> u64 {
        self.count = self.count.saturating_add(1);
        request.number = self.count;
        self.body_bytes = self.body_bytes.saturating_add(body.len());
        let bytes = body.to_vec();
        self.requests.push_back((request, Body { bytes, is_form }));
        while self.requests.len() > MAX_REQUESTS || self.body_bytes > MAX_BODIES {
            let Some((_, body)) = self.requests.pop_front() else {
                break;
            };
            self.body_bytes = self.body_bytes.saturating_sub(body.bytes.len());
        }
        self.count
    }

    /// Sets the status of the response to a request, and the time that it took.
    pub(crate) fn set_response(&mut self, number: u64, status: Option<u16>, duration: Duration) {
        let mut requests = self.requests.iter_mut().rev();
        if let Some((request, _)) = requests.find(|(request, _)| request.number == number) {
            request.status = status;
            request.duration = duration;
        }
    }

    /// Returns the requests with redacted bodies, oldest first.
    pub(crate) fn list(&self) -> Vec<RecordedRequest> {
        let requests = self.requests.iter().map(|(request, body)| {
            let mut request = request.clone();
            request.path = redact_query(&request.path);
            request.request_body = body.redacted();
            request
        });
        requests.collect()
    }

    /// Forgets the requests. Numbers continue.
    pub(crate) fn clear(&mut self) {
        self.requests.clear();
        self.body_bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::json;

    use super::{MAX_BODIES, MAX_REQUESTS, RecordedRequest, RequestLog};

    fn request() -> RecordedRequest {
        RecordedRequest {
            number: 0,
            at: 0,
            method: "POST".to_owned(),
            path: "/".to_owned(),
            operation: None,
            status: Some(200),
            duration: Duration::ZERO,
            fault: None,
            request_body: None,
        }
    }

    #[test]
    fn the_oldest_requests_are_forgotten_first() {
        let mut log = RequestLog::default();
        for _ in 0..MAX_REQUESTS + 5 {
            log.add(request(), b"", false);
        }
        let numbers: Vec<u64> = log.list().iter().map(|it| it.number).collect();
        assert_eq!((numbers.len(), numbers.first()), (MAX_REQUESTS, Some(&6)));
        log.clear();
        log.add(request(), b"{}", false);
        assert_eq!(log.list().len(), 1);
    }

    #[test]
    fn bodies_are_bounded_in_total() {
        let mut log = RequestLog::default();
        let body = vec![b' '; MAX_BODIES / 4];
        for _ in 0..9 {
            log.add(request(), &body, false);
        }
        assert_eq!(log.list().len(), 4);
    }

    #[test]
    fn a_form_is_listed_without_its_secrets() {
        let mut log = RequestLog::default();
        log.add(
            request(),
            b"email=a%40b.c&password=hunter2&form_token=x&empty",
            true,
        );
        let body = log.list()[0].request_body.clone().unwrap();
        let expected = json!({
            "email": "a@b.c",
            "password": "[redacted]",
            "form_token": "[redacted]",
            "empty": "",
        });
        assert_eq!(body, expected);
    }
}
