//! A request read by the emulator.

use actix_web::http::Method;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::field::Field;
use crate::api::{endpoint::Endpoint, field_errors::FieldErrors, template::Template};

/// A request as it came, and the wire form of the operation that its path matched.
pub(crate) struct Incoming<'a> {
    pub(crate) method: Method,
    pub(crate) template: Template,
    /// The template's path fields, percent-decoded.
    pub(crate) segments: Vec<(&'static str, String)>,
    pub(crate) query: &'a str,
    pub(crate) body: &'a [u8],
}

/// Reads a request: each field is looked for in its own place only, and null equals absent.
pub(crate) fn decode<E: Endpoint>(incoming: Incoming<'_>) -> Result<E, FieldErrors> {
    let Incoming {
        method,
        template,
        segments,
        query,
        body,
    } = incoming;
    let is_get = method == Method::GET;
    let in_query = |name: &str| template.has_query(name) || is_get;

    let mut fields = Vec::new();
    for (name, text) in segments {
        fields.push(Field::text(name, text));
    }
    for (name, text) in form_urlencoded::parse(query.as_bytes()) {
        if in_query(&name) && !template.has_segment(&name) {
            fields.push(Field::text(name, text));
        }
    }
    if !is_get && !body.is_empty() {
        let members: Map<String, Value> = serde_json::from_slice(body)
            .map_err(|err| FieldErrors::one("body", format!("is not a JSON object: {err}")))?;
        for (name, value) in members {
            if !value.is_null() && !in_query(&name) && !template.has_segment(&name) {
                fields.push(Field::json(name, value));
            }
        }
    }
    Field::read_all(fields)
}
