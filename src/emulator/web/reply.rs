//! The reply to a request: a status, headers, cookies and a body.

use serde_json::{Value, json};

use super::Cookie;
use crate::words::secret::Secret;

/// A reply. Nothing of it may be stored by caches unless its headers say so.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, Secret)>,
    pub(crate) body: Body,
}

/// The body of a reply.
#[derive(Debug)]
pub(crate) enum Body {
    Empty,
    Json(Value),
    Text(String),
    Html(String),
    /// Bytes of a media type.
    Asset(&'static [u8], &'static str),
}

impl Reply {
    fn new(status: u16, body: Body) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
        }
    }

    pub(crate) fn empty(status: u16) -> Self {
        Self::new(status, Body::Empty)
    }

    pub(crate) fn json(status: u16, body: Value) -> Self {
        Self::new(status, Body::Json(body))
    }

    pub(crate) fn text(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, Body::Text(body.into()))
    }

    pub(crate) fn html(status: u16, body: String) -> Self {
        Self::new(status, Body::Html(body))
    }

    pub(crate) fn asset(body: &'static [u8], media_type: &'static str) -> Self {
        Self::new(200, Body::Asset(body, media_type))
    }

    /// Sends the browser elsewhere by a GET (RFC 9110, 15.4.4).
    pub(crate) fn redirect(to: impl Into<Secret>) -> Self {
        Self::empty(303).header("location", to)
    }

    /// Creates an error of the form that PropelAuth's frontend libraries read.
    pub(crate) fn error(status: u16, error_code: &str) -> Self {
        Self::json(status, json!({ "error_code": error_code }))
    }

    /// Adds a header. Its value is a secret, as it can be a cookie or a URL with a code in it.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<Secret>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn cookie(self, cookie: &Cookie) -> Self {
        self.header("set-cookie", cookie.header())
    }
}
