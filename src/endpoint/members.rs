//! Which fields an operation has, and where each of them travels.

use super::{field_errors::quoted, template::Template};

/// What PropelAuth's documents name and no library sends.
const NOT_EMULATED: [&str; 3] = ["isolate_org", "isolated_org_id", "sso_trust_level"];

/// The fields of an operation in one of its wire forms.
pub(super) struct Members {
    pub(super) template: Template,
    pub(super) is_get: bool,
    pub(super) required: &'static [&'static str],
    pub(super) optional: &'static [&'static str],
}

impl Members {
    /// Returns why a field may not be in the query, unless it may.
    pub(super) fn misplaced_in_query(&self, name: &str) -> Option<String> {
        (self.place(name) != Some("query")).then(|| self.reason("query", name))
    }

    /// Returns why a field may not be in the body, unless it may.
    pub(super) fn misplaced_in_body(&self, name: &str) -> Option<String> {
        (self.place(name) != Some("body")).then(|| self.reason("body", name))
    }

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
