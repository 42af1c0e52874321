//! Encoding requests, for the client.

use std::borrow::Cow;

use actix_web::http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Serialize, Serializer};
use serde_json::Value;
use url::form_urlencoded;

use super::{
    definition::Endpoint, fields::Fields, invalid_argument::InvalidArgument,
    path_conflicts::PathConflicts, template::Template,
};

/// The characters that are percent-encoded: all except RFC 3986's unreserved ones (§2.3).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// An encoded request: the parts that differ from one request to the next.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) method: Method,
    /// The path and query, percent-encoded.
    pub(crate) target: String,
    pub(crate) body: Option<Vec<u8>>,
}

/// Encodes a request. The template and the method decide where each field travels.
///
/// # Errors
///
/// Returns the first argument that cannot be sent.
pub(crate) fn encode<E: Endpoint>(request: &E) -> Result<Parts, InvalidArgument> {
    encode_fields::<E>(&request.fields()?)
}

/// Encodes a request that is given as its fields, as the pages of a list are.
pub(crate) fn encode_fields<E: Endpoint>(fields: &Fields) -> Result<Parts, InvalidArgument> {
    let template = const { Template::parse(E::TEMPLATE) };
    let declared = [E::REQUIRED, E::OPTIONAL];
    write(E::METHOD, template, declared, fields, E::path_conflicts())
}

/// Encodes a request. Not generic, so that it is compiled once and not for each operation.
fn write(
    method: Method,
    template: Template,
    declared: [&[&str]; 2],
    fields: &Fields,
    conflicts: &PathConflicts,
) -> Result<Parts, InvalidArgument> {
    let mut target = path(template, fields, conflicts)?;
    let is_get = method == Method::GET;
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut members = Vec::new();
    let is_in_path = |name: &str| template.has_segment(name);
    for (name, value) in fields.iter().filter(|(name, _)| !is_in_path(name)) {
        check_page_size(name, value)?;
        if is_get || template.has_query(name) {
            query.append_pair(name, &scalar(name, value)?);
        } else {
            members.push((name, value));
        }
    }
    let query = query.finish();
    if !query.is_empty() {
        target.push('?');
        target.push_str(&query);
    }

    // An operation with body fields always has a body, at least `{}`, whether
    // they are set or not.
    let mut declared = declared.into_iter().flatten();
    let has_body = !is_get && declared.any(|name| !is_in_path(name) && !template.has_query(name));
    let body = has_body.then(|| serde_json::to_vec(&Members(members)));
    let body = body
        .transpose()
        .map_err(|_| InvalidArgument::not_json("request"))?;
    Ok(Parts {
        method,
        target,
        body,
    })
}

/// Returns the percent-encoded path.
///
/// # Errors
///
/// Returns the first field that would change which operation the path addresses.
fn path(
    template: Template,
    fields: &Fields,
    conflicts: &PathConflicts,
) -> Result<String, InvalidArgument> {
    let mut target = String::with_capacity(128);
    let (start, following) = template.fields();
    target.push_str(start);
    for (name, rest) in following {
        let text = scalar(name, fields.get(name).unwrap_or(&Value::Null))?;
        push_segment(&mut target, name, &text, conflicts)?;
        target.push_str(rest);
    }
    Ok(target)
}

/// Appends the value of a field to a path that ends in a slash, percent-encoded.
///
/// # Errors
///
/// Returns the field if its value would change which operation the path addresses.
pub(super) fn push_segment(
    target: &mut String,
    name: &str,
    text: &str,
    conflicts: &PathConflicts,
) -> Result<(), InvalidArgument> {
    let is_plain = is_plain(text);
    if !is_plain {
        check_segment(name, text)?;
    }
    if conflicts.is_literal(target, text) {
        let reason = "it is a part of another operation's path";
        return Err(InvalidArgument::new(name, reason));
    }
    if is_plain {
        target.push_str(text);
    } else {
        target.extend(utf8_percent_encode(text, SEGMENT));
    }
    Ok(())
}

/// The members of a JSON object.
struct Members<'a>(Vec<(&'static str, &'a Value)>);

impl Serialize for Members<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

/// Returns the text of a value in the path or query.
fn scalar<'a>(name: &str, value: &'a Value) -> Result<Cow<'a, str>, InvalidArgument> {
    match value {
        Value::String(text) => Ok(text.into()),
        Value::Bool(value) => Ok(value.to_string().into()),
        Value::Number(value) => Ok(value.to_string().into()),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(InvalidArgument::new(
            name,
            "a path or query takes text, numbers and booleans only",
        )),
    }
}

/// Returns `true` if a text needs neither encoding nor checks, as almost every id.
fn is_plain(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() | (byte == b'-') | (byte == b'_');
    // `fold` instead of `all`: without an early exit, LLVM vectorizes the loop.
    !text.is_empty() & text.bytes().fold(true, |all, byte| all & is_plain(byte))
}

/// Rejects a segment that servers or proxies resolve or remove (RFC 3986 §5.2.4), as the request would
/// reach another endpoint.
fn check_segment(name: &str, text: &str) -> Result<(), InvalidArgument> {
    // A slash is encoded, but some proxies decode it and then resolve the dots.
    let mut parts = text.split(['/', '\\']);
    if text.is_empty() {
        Err(InvalidArgument::new(name, "it is empty"))
    } else if text.chars().any(char::is_control) {
        Err(InvalidArgument::new(
            name,
            "it contains a control character",
        ))
    } else if parts.any(|part| matches!(part, "." | "..")) {
        Err(InvalidArgument::new(
            name,
            "servers resolve `.` and `..` in a path",
        ))
    } else {
        Ok(())
    }
}

/// Rejects a page size outside of PropelAuth's limits, which are the same for all lists.
fn check_page_size(name: &str, value: &Value) -> Result<(), InvalidArgument> {
    let is_size = name == "page_size" || name.ends_with("_page_size");
    if is_size && !value.as_u64().is_some_and(|size| (1..=100).contains(&size)) {
        return Err(InvalidArgument::new(name, "a page has 1 to 100 items"));
    }
    Ok(())
}
