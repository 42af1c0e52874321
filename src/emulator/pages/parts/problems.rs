//! What is wrong with a form: messages for fields, and for the whole form.

use maud::{Markup, html};

use crate::emulator::self_service::Refusal;

/// What is wrong with a form, in the order of its fields.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<(String, String)>);

impl From<Refusal> for Problems {
    /// The id of a field is its name.
    fn from(refusal: Refusal) -> Self {
        let whole = (String::new(), refusal.message);
        let whole = Some(whole).filter(|(_, message)| !message.is_empty());
        let fields = refusal.fields.into_iter();
        let fields = fields.map(|field| (field.field, field.message));
        Self(whole.into_iter().chain(fields).collect())
    }
}

impl Problems {
    /// Returns a problem of the whole form.
    pub(crate) fn whole(message: impl Into<String>) -> Self {
        Self(vec![(String::new(), message.into())])
    }

    /// Returns a problem of the field with an id.
    pub(crate) fn of_field(id: &str, message: impl Into<String>) -> Self {
        Self(vec![(id.to_owned(), message.into())])
    }

    /// Makes the problem of the whole form one of a field.
    pub(crate) fn whole_is_of(&mut self, id: &str) {
        for (field, _) in self.0.iter_mut().filter(|(field, _)| field.is_empty()) {
            id.clone_into(field);
        }
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
