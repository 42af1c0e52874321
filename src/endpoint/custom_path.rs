//! [`CustomPath`]: the path of an operation that the crate does not have.
//!
//! The literal part comes from the program, and the values often come from a request, so that only the
//! values can choose another operation than the one that was meant. They pass the same checks as the
//! arguments of the operations that the crate has.

use super::{
    encode::push_segment, invalid_argument::InvalidArgument, path_conflicts::PathConflicts,
};

/// A path such as `/api/backend/v1/user/{user_id}/notes`, and the values of its fields.
pub(crate) struct CustomPath {
    template: &'static str,
    values: Vec<(&'static str, String)>,
}

impl CustomPath {
    /// Creates a path whose fields have no values yet.
    pub(crate) fn new(template: &'static str) -> Self {
        Self {
            template,
            values: Vec::new(),
        }
    }

    /// Returns the path with its fields in braces, for logs.
    pub(crate) fn template(&self) -> &'static str {
        self.template
    }

    /// Sets the value of a field, replacing the one that it has.
    pub(crate) fn set(&mut self, name: &'static str, value: String) {
        self.values.retain(|(known, _)| *known != name);
        self.values.push((name, value));
    }

    /// Returns the path with its values, percent-encoded.
    ///
    /// # Errors
    ///
    /// Returns the path if it is not one of the backend API, or the first field that has no value, that the
    /// path does not have, or whose value would address another operation.
    pub(crate) fn encode(&self, conflicts: &PathConflicts) -> Result<String, InvalidArgument> {
        let invalid = |reason| InvalidArgument::new("path", reason);
        let segments = self
            .template
            .strip_prefix("/api/")
            .ok_or_else(|| invalid("it must begin with `/api/`"))?;
        let mut target = String::with_capacity(128);
        target.push_str("/api");
        for segment in segments.split('/') {
            target.push('/');
            let field = segment
                .strip_prefix('{')
                .and_then(|it| it.strip_suffix('}'));
            if let Some(name) = field {
                let value = self.values.iter().find(|(known, _)| *known == name);
                let (_, value) =
                    value.ok_or_else(|| InvalidArgument::new(name, "it has no value"))?;
                push_segment(&mut target, name, value, conflicts)?;
            } else if is_literal(segment) {
                target.push_str(segment);
            } else {
                return Err(invalid(
                    "each segment is a word or one field in braces; the query is set by `.query(…)`",
                ));
            }
        }
        for (name, _) in &self.values {
            let is_this = |segment: &&str| *segment == format!("{{{name}}}");
            if segments.split('/').filter(is_this).count() != 1 {
                return Err(InvalidArgument::new(
                    name,
                    "the path must have this field once, as a segment in braces",
                ));
            }
        }
        Ok(target)
    }
}

/// Returns `true` if a segment needs no encoding and is not resolved or removed by servers.
fn is_literal(segment: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    !matches!(segment, "" | "." | "..") && segment.bytes().all(is_allowed)
}
