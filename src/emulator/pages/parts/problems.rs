//! What is wrong with a form: messages for fields, and for the whole form.

use maud::{Markup, html};

/// What is wrong with a form, in the order of its fields.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<(&'static str, String)>);

impl Problems {
    /// Returns a problem of the whole form.
    pub(crate) fn whole(message: impl Into<String>) -> Self {
        Self(vec![("", message.into())])
    }

    /// Returns a problem of the field with an id.
    pub(crate) fn of_field(id: &'static str, message: impl Into<String>) -> Self {
        Self(vec![(id, message.into())])
    }

    /// Adds a problem of the field with an id.
    pub(crate) fn add(&mut self, id: &'static str, message: impl Into<String>) {
        self.0.push((id, message.into()));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the message for a field.
    pub(super) fn message(&self, id: &str) -> Option<&str> {
        let mut found = self.0.iter().filter(|(field, _)| *field == id);
        found.next().map(|(_, message)| message.as_str())
    }

    /// Returns the list of problems, which stands above the form and gets the focus.
    pub(crate) fn summary(&self) -> Markup {
        html! {
            @if !self.0.is_empty() {
                div.note.bad #problems role="alert" tabindex="-1" autofocus {
                    h2 { "Something is not right" }
                    ul {
                        @for (id, message) in &self.0 {
                            li {
                                @if id.is_empty() { (message) }
                                @else { a href={ "#" (id) } { (message) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
