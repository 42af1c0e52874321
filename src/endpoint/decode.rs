//! Decoding requests, for the emulator: the inverse of [`encode`](super::encode()).

use actix_web::http::Method;
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{
    field::{Field, ReceivedFields},
    members::Members,
};
use crate::{
    endpoint::{Endpoint, field_errors::FieldErrors, template::Template},
    words::strict_json::StrictMap,
};

/// A request as received, and the path template that it matched.
pub(crate) struct Incoming<'a> {
    pub(crate) method: Method,
    pub(crate) template: Template,
    /// The template's path fields, percent-decoded.
    pub(crate) segments: Vec<(&'static str, String)>,
    pub(crate) query: &'a str,
    pub(crate) body: &'a [u8],
}

/// Decodes a request.
///
/// Each field is read from its own place only, `null` equals absent, and ids are converted to lower
/// case.
///
/// # Errors
///
/// Returns the fields that are invalid. A field that the operation does not have, or has in another
/// place, is one, so that a test against the emulator finds a misspelled field.
pub(crate) fn decode<E: Endpoint>(incoming: Incoming<'_>) -> Result<E, FieldErrors> {
    let members = Members {
        template: incoming.template,
        is_get: incoming.method == Method::GET,
        required: E::REQUIRED,
        optional: E::OPTIONAL,
    };
    E::decode(&mut ReceivedFields::new(collect(&members, incoming)?))
}

/// Collects the fields from path, query and body. Not generic, so that it is compiled once and not
/// for each operation.
fn collect(members: &Members, incoming: Incoming<'_>) -> Result<Vec<Field>, FieldErrors> {
    let mut errors = FieldErrors::default();
    let mut fields = Vec::new();
    for (name, text) in form_urlencoded::parse(incoming.query.as_bytes()) {
        match members.misplaced_in_query(&name) {
            // Some of PropelAuth's libraries repeat the path's fields.
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

/// Decodes a body. `null` and an empty body have no members. A member that comes twice is an error, as
/// parsers disagree about which one counts.
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

/// Returns `true` if the path has a field with the same value.
fn says_same(segments: &[(&'static str, String)], name: &str, text: &str) -> bool {
    let mut same = segments.iter();
    same.any(|(segment, said)| *segment == name && said == text)
}
