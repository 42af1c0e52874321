//! The fields of an operation, and the place where each of them travels: path, query or body.

use super::{field_errors::quoted, template::Template};

/// Fields that PropelAuth's documentation has and none of its libraries sends.
const NOT_EMULATED: [&str; 3] = ["isolate_org", "isolated_org_id", "sso_trust_level"];

/// The fields of an operation, for one of its methods and paths.
pub(super) struct Members {
    pub(super) template: Template,
    pub(super) is_get: bool,
    pub(super) required: &'static [&'static str],
    pub(super) optional: &'static [&'static str],
}

impl Members {
    /// Returns the reason why a field must not be in the query, or `None` if it may be.
    pub(super) fn misplaced_in_query(&self, name: &str) -> Option<String> {
        (self.place(name) != Some("query")).then(|| self.reason("query", name))
    }

    /// Returns the reason why a field must not be in the body, or `None` if it may be.
    pub(super) fn misplaced_in_body(&self, name: &str) -> Option<String> {
        (self.place(name) != Some("body")).then(|| self.reason("body", name))
    }

    /// Returns the place of a field, or `None` if the operation does not have it.
    fn place(&self, name: &str) -> Option<&'static str> {
        if !self.all().any(|field| field == name) {
            None
        } else if self.template.has_segment(name) {
            Some("path")
        } else if self.is_get || self.template.has_query(name) {
            Some("query")
        } else {
            Some("body")
        }
    }

    /// Returns the reason why a field must not be in a place.
    fn reason(&self, given: &str, name: &str) -> String {
        if let Some(place) = self.place(name) {
            return format!("This field travels in the {place}, not in the {given}");
        }
        if NOT_EMULATED.contains(&name) {
            return "The emulator does not emulate this field".to_owned();
        }
        let fields = self.all().filter(|field| self.place(field) == Some(given));
        let fields: Vec<_> = fields.map(quoted).collect();
        match fields.as_slice() {
            [] => format!("The operation takes no fields in the {given}"),
            fields => format!(
                "The operation has no such field in the {given}, only {}",
                fields.join(", ")
            ),
        }
    }

    fn all(&self) -> impl Iterator<Item = &'static str> {
        self.required.iter().chain(self.optional).copied()
    }
}
