//! A request of a browser, or of a server that acts for one.

use std::fmt;

use actix_web::http::{
    Method,
    header::{AUTHORIZATION, COOKIE, HeaderMap, ORIGIN},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::de::DeserializeOwned;
use url::form_urlencoded;

use super::cookie;
use crate::words::secret::Secret;

/// A request. No part of it was checked.
pub(crate) struct WebRequest {
    pub(crate) method: Method,
    /// As sent.
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// The fields in the path, by the names of the row's template.
    pub(crate) segments: Vec<(&'static str, String)>,
}

impl WebRequest {
    /// Returns a field in the path, or an empty text.
    pub(crate) fn segment(&self, name: &str) -> &str {
        let mut segments = self.segments.iter();
        let found = segments.find(|(found, _)| *found == name);
        found.map_or("", |(_, text)| text)
    }

    /// Returns the first query parameter of a name.
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        first(self.query.as_bytes(), name)
    }

    /// Returns all query parameters, in their order.
    pub(crate) fn query_pairs(&self) -> Vec<(String, String)> {
        pairs(self.query.as_bytes())
    }

    /// Returns the first field of a name in the body, which is a form.
    pub(crate) fn form(&self, name: &str) -> Option<String> {
        first(&self.body, name)
    }

    /// Returns all fields in the body, which is a form, in their order.
    pub(crate) fn form_pairs(&self) -> Vec<(String, String)> {
        pairs(&self.body)
    }

    /// Reads the body as JSON. An empty body is an empty object.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        match self.body.trim_ascii() {
            b"" => serde_json::from_slice(b"{}"),
            body => serde_json::from_slice(body),
        }
    }

    /// Returns the text of a header that was sent once.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.get_all(name);
        let value = values.next()?;
        match values.next() {
            None => value.to_str().ok(),
            Some(_) => None,
        }
    }

    /// Returns the value of the first cookie of a name.
    pub(crate) fn cookie(&self, name: &str) -> Option<&str> {
        let headers = self.headers.get_all(COOKIE);
        let mut texts = headers.filter_map(|value| value.to_str().ok());
        texts.find_map(|text| cookie::find(text, name))
    }

    /// Returns the origin of the web page that sent the request, if a web page did.
    pub(crate) fn origin(&self) -> Option<&str> {
        self.header(ORIGIN.as_str())
    }

    /// Returns the bearer token.
    pub(crate) fn bearer(&self) -> Option<&str> {
        self.credentials("bearer")
    }

    /// Returns the name and password of Basic authentication (RFC 7617), in which OAuth encodes both
    /// as in forms (RFC 6749, 2.3.1).
    pub(crate) fn basic(&self) -> Option<(String, Secret)> {
        let decoded = STANDARD.decode(self.credentials("basic")?).ok()?;
        let text = String::from_utf8(decoded).ok()?;
        let (name, password) = text.split_once(':')?;
        let decoded = |text: &str| {
            let text = text.replace('+', " ");
            let bytes = percent_encoding::percent_decode_str(&text);
            bytes.decode_utf8().ok().map(std::borrow::Cow::into_owned)
        };
        Some((decoded(name)?, decoded(password)?.into()))
    }

    fn credentials(&self, scheme: &str) -> Option<&str> {
        let (found, rest) = self.header(AUTHORIZATION.as_str())?.split_once(' ')?;
        let rest = rest.trim_start_matches(' ');
        (found.eq_ignore_ascii_case(scheme) && !rest.is_empty()).then_some(rest)
    }
}

fn pairs(encoded: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(encoded).into_owned().collect()
}

fn first(encoded: &[u8], name: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(encoded);
    let (_, value) = pairs.find(|(found, _)| found == name)?;
    Some(value.into_owned())
}

// Not derived, because headers and bodies contain secrets.
impl fmt::Debug for WebRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebRequest")
            .field("method", &self.method)
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}
