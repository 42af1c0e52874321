//! Requests on the wire: `encode` for the client and `decode` for the emulator, each the inverse
//! of the other.

use std::borrow::Cow;

use actix_web::http::Method;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::{
    endpoint::Endpoint,
    sibling,
    template::{Segment, Template},
};

/// Everything outside of RFC 3986's unreserved characters.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A request as it is sent, less what is the same for all of them.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) method: Method,
    /// The path and query, percent-encoded.
    pub(crate) target: String,
    pub(crate) body: Option<Vec<u8>>,
}

/// An argument that cannot be sent, found before anything was.
#[derive(Debug)]
pub(crate) struct Unsendable {
    pub(crate) argument: String,
    pub(crate) reason: &'static str,
}

/// Writes a request: each field goes where the template and the method say.
pub(crate) fn encode<E: Endpoint>(request: &E) -> Result<Parts, Unsendable> {
    encode_fields::<E>(fields(request)?)
}

/// Returns a request's fields by name, less those that were not given.
pub(crate) fn fields<E: Endpoint>(request: &E) -> Result<Map<String, Value>, Unsendable> {
    match serde_json::to_value(request) {
        Ok(Value::Object(fields)) => Ok(fields),
        _ => Err(unsendable("request", "it cannot be written as JSON")),
    }
}

/// Writes a request that is given as its fields.
pub(crate) fn encode_fields<E: Endpoint>(
    mut fields: Map<String, Value>,
) -> Result<Parts, Unsendable> {
    let template = Template::parse(E::TEMPLATE);

    let mut segments: Vec<Cow<'_, str>> = Vec::with_capacity(8);
    let mut target = String::with_capacity(128);
    for segment in template.segments() {
        target.push('/');
        let text = match segment {
            Segment::Literal(text) => {
                target.push_str(text);
                text.into()
            }
            Segment::Field(name) => {
                let text = scalar(name, fields.remove(name).unwrap_or_default())?;
                check_segment(name, &text, &segments)?;
                if is_plain(&text) {
                    target.push_str(&text);
                } else {
                    target.extend(utf8_percent_encode(&text, SEGMENT));
                }
                text.into()
            }
        };
        segments.push(text);
    }

    let is_get = E::METHOD == Method::GET;
    let mut query = form_urlencoded::Serializer::new(String::new());
    let mut body = Map::new();
    for (name, value) in fields {
        check_page_size(&name, &value)?;
        if is_get || template.has_query(&name) {
            query.append_pair(&name, &scalar(&name, value)?);
        } else {
            body.insert(name, value);
        }
    }
    let query = query.finish();
    if !query.is_empty() {
        target.push('?');
        target.push_str(&query);
    }

    Ok(Parts {
        method: E::METHOD,
        target,
        body: has_body::<E>(&E::METHOD, template)
            .then(|| Value::Object(body).to_string().into_bytes()),
    })
}

/// Tells whether an operation has a field that travels in the body.
fn has_body<E: Endpoint>(method: &Method, template: Template) -> bool {
    *method != Method::GET
        && E::REQUIRED
            .iter()
            .chain(E::OPTIONAL)
            .any(|name| !template.has_segment(name) && !template.has_query(name))
}

fn scalar(name: &str, value: Value) -> Result<String, Unsendable> {
    match value {
        Value::String(text) => Ok(text),
        Value::Bool(value) => Ok(value.to_string()),
        Value::Number(value) => Ok(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(unsendable(
            name,
            "a path or query takes text, numbers and booleans only",
        )),
    }
}

/// Refuses what would reach another endpoint: what servers and proxies resolve or cut away, and
/// what another operation has in this place.
fn check_segment(name: &str, text: &str, before: &[Cow<'_, str>]) -> Result<(), Unsendable> {
    match text {
        "" => Err(unsendable(name, "it is empty")),
        _ if !is_plain(text) && text.chars().any(char::is_control) => {
            Err(unsendable(name, "it contains a control character"))
        }
        // A slash is encoded; but there are proxies that decode it, and then resolve the dots.
        _ if !is_plain(text)
            && text
                .split(['/', '\\'])
                .any(|part| matches!(part, "." | "..")) =>
        {
            Err(unsendable(name, "a path resolves `.` and `..` away"))
        }
        _ if sibling::is_literal(before, text) => {
            Err(unsendable(name, "it is a part of another operation's path"))
        }
        _ => Ok(()),
    }
}

/// Tells whether a text has nothing to encode or to refuse, as next to every id has not.
fn is_plain(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

/// Refuses a size that PropelAuth does not serve, whichever list it is of.
fn check_page_size(name: &str, value: &Value) -> Result<(), Unsendable> {
    let is_size = name == "page_size" || name.ends_with("_page_size");
    if is_size && !value.as_u64().is_some_and(|size| (1..=100).contains(&size)) {
        return Err(unsendable(name, "a page has 1 to 100 items"));
    }
    Ok(())
}

fn unsendable(argument: &str, reason: &'static str) -> Unsendable {
    Unsendable {
        argument: argument.to_owned(),
        reason,
    }
}

#[cfg(feature = "emulator")]
pub(crate) use decode::{Incoming, decode};

#[cfg(feature = "emulator")]
mod decode {
    use super::{Endpoint, Map, Method, Template, Value, form_urlencoded};
    use crate::api::{field::Field, field_errors::FieldErrors};

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
}
