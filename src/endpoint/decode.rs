//! A request read by the emulator.

use actix_web::http::Method;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{
    field::{Field, ReceivedFields},
    members::Members,
};
use crate::{
    endpoint::{Endpoint, field_errors::FieldErrors, template::Template},
    strict::StrictMap,
};

/// A request as it came, and the wire form of the operation that its path matched.
pub(crate) struct Incoming<'a> {
    pub(crate) method: Method,
    pub(crate) template: Template,
    /// The template's path fields, percent-decoded.
    pub(crate) segments: Vec<(&'static str, String)>,
    pub(crate) query: &'a str,
    pub(crate) body: &'a [u8],
}

/// Reads a request.
///
/// Each field is read from its own place only, null equals absent, and ids are in lower case from
/// here on. A field that the operation does not have, or has in another place, is an error: what
/// is not understood is never dropped.
pub(crate) fn decode<E: Endpoint>(incoming: Incoming<'_>) -> Result<E, FieldErrors> {
    let members = Members {
        template: incoming.template,
        is_get: incoming.method == Method::GET,
        required: E::REQUIRED,
        optional: E::OPTIONAL,
    };
    E::decode(&mut ReceivedFields::new(collect(&members, incoming)?))
}

/// Apart from its only caller, so that it is compiled once and not for every operation.
fn collect(members: &Members, incoming: Incoming<'_>) -> Result<Vec<Field>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut fields = Vec::new();
    for (name, text) in form_urlencoded::parse(incoming.query.as_bytes()) {
        match members.misplaced_in_query(&name) {
            // Some libraries repeat what the path says.
            Some(_) if says_same(&incoming.segments, &name, &text) => {}
            Some(reason) => errors.add(name, reason),
            None => fields.push(Field::text(name, text)),
        }
    }
    for (name, value) in body(incoming.body)? {
        if value.is_null() {
            continue;
        }
        match members.misplaced_in_body(&name) {
            Some(_)
                if value
                    .as_str()
                    .is_some_and(|it| says_same(&incoming.segments, &name, it)) => {}
            Some(reason) => errors.add(name, reason),
            None => fields.push(Field::json(name, value)),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    for (name, text) in incoming.segments {
        fields.push(Field::text(name, text));
    }
    Ok(fields)
}

/// Reads a body: null and no bytes at all are no members, and no object may have a member twice.
fn body(body: &[u8]) -> Result<Map<String, Value>, FieldErrors> {
    if body.is_empty() || body.trim_ascii() == b"null" {
        return Ok(Map::new());
    }
    let StrictMap(members) = serde_json::from_slice(body).map_err(|error| {
        FieldErrors::one(
            "body",
            format!("Not a JSON object without duplicates: {error}"),
        )
    })?;
    Ok(members)
}

fn says_same(segments: &[(&'static str, String)], name: &str, text: &str) -> bool {
    let mut same = segments.iter();
    same.any(|(segment, said)| *segment == name && said == text)
}
