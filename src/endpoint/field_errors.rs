//! [`FieldErrors`]: the reasons why PropelAuth rejected the arguments of a request, by field.

use std::{collections::BTreeMap, fmt};

use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

/// The reasons why PropelAuth rejected the arguments of a request, by field.
///
/// [`Error::field_errors`](crate::Error::field_errors) returns it:
///
/// ```
/// use actix_web_propelauth::Error;
///
/// fn show(error: &Error) {
///     for (field, reasons) in error.field_errors().into_iter().flat_map(|it| it.iter()) {
///         println!("{field}: {}", reasons.join(", "));
///     }
/// }
/// ```
///
/// It serializes as an object of lists, such as `{"email":["is taken"]}`, so that a handler can pass it on to
/// its frontend. The [sentence for the user](Self::user_facing_error) is not part of it.
///
/// ```
/// use actix_web::HttpResponse;
/// use actix_web_propelauth::{Error, PropelAuth};
///
/// async fn sign_up(auth: PropelAuth, email: String) -> Result<HttpResponse, Error> {
///     match auth.user().create_user(email).await {
///         Ok(_) => Ok(HttpResponse::Created().finish()),
///         Err(Error::BadRequest(errors)) => Ok(HttpResponse::UnprocessableEntity().json(errors)),
///         Err(error) => Err(error.into()),
///     }
/// }
/// ```
///
/// `Debug` and `Display` name the fields but not the reasons, as a reason may repeat what the request
/// contained. Names that do not look like those of fields are counted and not named.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct FieldErrors {
    fields: BTreeMap<String, Vec<String>>,
    message: Option<String>,
}

impl FieldErrors {
    /// Returns the reasons given for a field, which are empty if the field is valid.
    #[must_use]
    pub fn get(&self, field: &str) -> &[String] {
        self.fields.get(field).map_or(&[], Vec::as_slice)
    }

    /// Returns an iterator over the fields, in the order of their names, and the reasons for each.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.fields
            .iter()
            .map(|(field, reasons)| (field.as_str(), reasons.as_slice()))
    }

    /// Returns `true` if the response named no field.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// Returns the sentence that PropelAuth suggests showing to the user, if any.
    #[must_use]
    pub fn user_facing_error(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Decodes the body of a 400. A body that is not a JSON object names no field.
    ///
    /// PropelAuth has three forms: fields beside nothing else, fields under one of three names beside an
    /// error code, and a sentence alone.
    pub(crate) fn read(body: &[u8]) -> Self {
        let Ok(mut members) = serde_json::from_slice::<Map<String, Value>>(body) else {
            return Self::default();
        };
        let message = match members.remove("user_facing_error") {
            Some(Value::String(message)) => Some(message),
            _ => None,
        };
        let is_envelope = message.is_some() || members.contains_key("error_code");
        let nested = ["user_facing_errors", "field_errors", "field_to_errors"]
            .into_iter()
            .find_map(|name| match members.remove(name) {
                Some(Value::Object(fields)) => Some(fields),
                _ => None,
            });
        let fields = nested.unwrap_or(if is_envelope { Map::new() } else { members });
        Self {
            fields: fields
                .into_iter()
                .map(|(field, reasons)| (field, texts(reasons)))
                .collect(),
            message,
        }
    }
}

/// Returns a rejected value for a reason: escaped, as it may contain anything, and at most 64
/// characters long.
#[cfg(feature = "emulator")]
pub(crate) fn quoted(value: &str) -> String {
    const MAX_CHARS: usize = 64;
    match value.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{:?}…", value.get(..end).unwrap_or_default()),
        None => format!("{value:?}"),
    }
}

/// Returns the reason for an unknown value, with the known ones if they are few.
#[cfg(feature = "emulator")]
pub(crate) fn not_one_of<T: AsRef<str>>(
    value: &str,
    what: &str,
    known: impl IntoIterator<Item = T>,
) -> String {
    let known = known.into_iter().map(|it| quoted(it.as_ref()));
    let known: Vec<String> = known.collect();
    let value = quoted(value);
    match known.len() {
        0 => format!("Unknown {what} {value}: there is none"),
        1..=MOST_NAMED => format!(
            "Unknown {what} {value}, must be one of: {}",
            known.join(", ")
        ),
        more => format!("Unknown {what} {value}, which is none of the {more} that there are"),
    }
}

#[cfg(feature = "emulator")]
impl FieldErrors {
    /// Creates errors with one reason.
    pub(crate) fn one(field: impl Into<String>, reason: impl Into<String>) -> Self {
        let mut errors = Self::default();
        errors.add(field, reason);
        errors
    }

    /// Adds a reason.
    pub(crate) fn add(&mut self, field: impl Into<String>, reason: impl Into<String>) {
        self.fields
            .entry(field.into())
            .or_default()
            .push(reason.into());
    }

    /// Creates errors that consist of a sentence for the user, and name no field.
    pub(crate) fn sentence(sentence: &str) -> Self {
        Self {
            message: Some(sentence.to_owned()),
            ..Self::default()
        }
    }

    /// Encodes the body of a 400.
    pub(crate) fn write(&self) -> Vec<u8> {
        let fields = self.fields.iter();
        let mut members: Map<String, Value> = fields
            .map(|(field, reasons)| (field.clone(), reasons.clone().into()))
            .collect();
        if let Some(message) = &self.message {
            members.insert("user_facing_error".to_owned(), message.as_str().into());
        }
        Value::Object(members).to_string().into_bytes()
    }

    /// Encodes the body of the step-up operations' 400: an error code, and the fields under each of the
    /// names that PropelAuth's libraries look for.
    pub(crate) fn write_coded(&self) -> Vec<u8> {
        let texts = self
            .fields
            .iter()
            .map(|(field, reasons)| (field, reasons.join(", ")));
        let texts: BTreeMap<_, _> = texts.collect();
        let codes: BTreeMap<_, _> = self.fields.keys().map(|it| (it, "invalid_field")).collect();
        let members = serde_json::json!({
            "error_code": "invalid_request_fields",
            "user_facing_error": self.message.as_deref().unwrap_or("The request is not valid"),
            "field_errors": codes,
            "field_to_errors": codes,
            "user_facing_errors": texts,
        });
        members.to_string().into_bytes()
    }
}

#[cfg(feature = "utoipa")]
crate::words::schema::text_schema! {
    FieldErrors: <BTreeMap<String, Vec<String>> as crate::words::schema::FieldSchema>::field()
}

impl Serialize for FieldErrors {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(&self.fields)
    }
}

/// Returns the reasons in a value: a text, or a list of texts.
fn texts(reasons: Value) -> Vec<String> {
    match reasons {
        Value::String(reason) => vec![reason],
        Value::Array(reasons) => reasons.into_iter().flat_map(texts).collect(),
        Value::Null => Vec::new(),
        other => vec![other.to_string()],
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("no field was named");
        }
        let words = self.fields.keys().filter(|field| is_word(field));
        let mut named = 0;
        for field in words.take(MOST_NAMED) {
            write!(f, "{}{field:?}", if named == 0 { "" } else { ", " })?;
            named += 1;
        }
        match (named, self.fields.len() - named) {
            (_, 0) => Ok(()),
            (0, others) => write!(f, "{others} under unusual names"),
            (_, others) => write!(f, " and {others} more"),
        }
    }
}

/// The largest number of fields or values that a text names.
const MOST_NAMED: usize = 16;

/// Returns `true` if a text looks like the name of a field. A proxy or a wrong server may respond with
/// any JSON, whose keys could be personal data.
fn is_word(field: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[]".contains(&byte);
    field.len() <= 64 && field.bytes().all(is_allowed)
}

impl fmt::Debug for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FieldErrors({self})")
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};
    use serde_json::Value;

    use super::FieldErrors;
    use crate::proptest_strategies::{cases, object};

    #[test]
    fn every_shape_of_a_400_is_read() {
        let errors = FieldErrors::read(br#"{"email":["is taken","is odd"],"name":"too long"}"#);
        assert_eq!(errors.get("email"), ["is taken", "is odd"]);
        assert_eq!(errors.get("name"), ["too long"]);
        assert!(errors.get("other").is_empty());

        let json = serde_json::to_string(&errors).unwrap();
        assert_eq!(
            json,
            r#"{"email":["is taken","is odd"],"name":["too long"]}"#
        );

        let errors = FieldErrors::read(br#"{"user_facing_error":"Nope, try later"}"#);
        assert_eq!(errors.user_facing_error(), Some("Nope, try later"));
        assert!(errors.is_empty());

        let errors = FieldErrors::read(
            br#"{"error_code":"invalid_request_fields","field_errors":{"grant":"grant_not_found"}}"#,
        );
        assert_eq!(errors.get("grant"), ["grant_not_found"]);

        for body in ["", "bad request", "[]", "null", "{\"a\":"] {
            assert_eq!(FieldErrors::read(body.as_bytes()), FieldErrors::default());
        }
    }

    #[test]
    fn reasons_are_not_printed() {
        let errors = FieldErrors::read(br#"{"password":["hunter2 is too short"]}"#);
        assert_eq!(errors.to_string(), "\"password\"");
        assert_eq!(format!("{errors:?}"), "FieldErrors(\"password\")");
    }

    #[test]
    fn keys_that_are_no_field_names_are_counted_and_not_printed() {
        for (body, printed) in [
            (r#"{"a@b.c":"is taken"}"#, "1 under unusual names"),
            (
                r#"{"a@b.c":"x","emails[0]":"x"}"#,
                "\"emails[0]\" and 1 more",
            ),
        ] {
            let errors = FieldErrors::read(body.as_bytes());
            assert_eq!(errors.to_string(), printed);
            assert_eq!(errors.get("a@b.c").len(), 1);
        }
        let many: Vec<_> = (0..1000).map(|n| format!("\"f{n}\":\"x\"")).collect();
        let errors = FieldErrors::read(format!("{{{}}}", many.join(",")).as_bytes());
        assert!(errors.to_string().ends_with(" and 984 more"), "{errors}");
    }

    proptest! {
        #![proptest_config(cases(256))]

        #[test]
        fn a_400_of_any_shape_is_read_and_prints_its_fields_alone(
            bytes in vec(any::<u8>(), 0..64),
            members in object(&[
                "user_facing_error", "user_facing_errors", "error_code", "field_errors",
                "field_to_errors", "email",
            ]),
            reason in "[a-z]{20}",
        ) {
            prop_assert!(FieldErrors::read(&bytes).user_facing_error().is_none());
            let errors = FieldErrors::read(Value::Object(members.clone()).to_string().as_bytes());
            prop_assert_eq!(errors.iter().next().is_none(), errors.is_empty());

            let mut members = members;
            members.insert("email".to_owned(), reason.clone().into());
            let errors = FieldErrors::read(Value::Object(members).to_string().as_bytes());
            let printed = format!("{errors} {errors:?}");
            prop_assert!(!printed.contains(&reason));
        }
    }
}
