//! A field of a form: its label, its hint and its error, connected for assistive technology.

use maud::{Markup, html};

use super::problems::Problems;

/// A field of a form in which something is typed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'f> {
    id: &'f str,
    name: &'f str,
    label: &'f str,
    kind: &'f str,
    value: &'f str,
    hint: &'f str,
    autocomplete: &'f str,
    input_mode: Option<&'f str>,
    is_required: bool,
    is_multiline: bool,
}

impl<'f> Field<'f> {
    /// Creates a required field of text, whose id is its name.
    pub(crate) const fn new(name: &'f str, label: &'f str) -> Self {
        Self {
            id: name,
            name,
            label,
            kind: "text",
            value: "",
            hint: "",
            autocomplete: "off",
            input_mode: None,
            is_required: true,
            is_multiline: false,
        }
    }

    /// Creates a field for an email address.
    pub(crate) const fn email(name: &'f str, label: &'f str) -> Self {
        Self {
            kind: "email",
            autocomplete: "username",
            ..Self::new(name, label)
        }
    }

    /// Creates a field for the password that the user has.
    pub(crate) const fn password(name: &'f str, label: &'f str) -> Self {
        Self {
            kind: "password",
            autocomplete: "current-password",
            ..Self::new(name, label)
        }
    }

    /// Creates a field for a password that the user chooses.
    pub(crate) const fn new_password(name: &'f str, label: &'f str) -> Self {
        Self {
            kind: "password",
            autocomplete: "new-password",
            ..Self::new(name, label)
        }
    }

    /// Creates a field for a code of digits.
    pub(crate) const fn code(name: &'f str, label: &'f str) -> Self {
        Self {
            autocomplete: "one-time-code",
            input_mode: Some("numeric"),
            ..Self::new(name, label)
        }
    }

    /// Sets the id, if several fields of a page have one name.
    pub(crate) const fn id(mut self, id: &'f str) -> Self {
        self.id = id;
        self
    }

    pub(crate) const fn kind(mut self, kind: &'f str) -> Self {
        self.kind = kind;
        self
    }

    pub(crate) const fn value(mut self, value: &'f str) -> Self {
        self.value = value;
        self
    }

    pub(crate) const fn hint(mut self, hint: &'f str) -> Self {
        self.hint = hint;
        self
    }

    pub(crate) const fn autocomplete(mut self, autocomplete: &'f str) -> Self {
        self.autocomplete = autocomplete;
        self
    }

    pub(crate) const fn optional(mut self) -> Self {
        self.is_required = false;
        self
    }

    pub(crate) const fn multiline(mut self) -> Self {
        self.is_multiline = true;
        self
    }

    /// Returns the field, with its problem if it has one.
    pub(crate) fn show(&self, problems: &Problems) -> Markup {
        let error = problems.message(self.id);
        let invalid = error.map(|_| "true");
        let described = described_by(self.id, !self.hint.is_empty(), error.is_some());
        html! {
            div.field {
                label for=(self.id) {
                    (self.label)
                    @if !self.is_required { span.lead { " (optional)" } }
                }
                @if self.is_multiline {
                    textarea id=(self.id) name=(self.name) required[self.is_required]
                        aria-invalid=[invalid] aria-describedby=[&described] { (self.value) }
                } @else {
                    input id=(self.id) name=(self.name) type=(self.kind) value=(self.value)
                        autocomplete=(self.autocomplete) inputmode=[self.input_mode]
                        required[self.is_required] aria-invalid=[invalid]
                        aria-describedby=[&described];
                }
                (notes(self.id, self.hint, error))
            }
        }
    }
}

/// Returns a choice of one of several values, given with their labels.
pub(crate) fn select(
    (id, name, label): (&str, &str, &str),
    options: &[(String, String)],
    chosen: &str,
    problems: &Problems,
) -> Markup {
    let error = problems.message(id);
    let described = described_by(id, false, error.is_some());
    html! {
        div.field {
            label for=(id) { (label) }
            select id=(id) name=(name) aria-invalid=[error.map(|_| "true")]
                aria-describedby=[&described] {
                @for (value, label) in options {
                    option value=(value) selected[value == chosen] { (label) }
                }
            }
            (notes(id, "", error))
        }
    }
}

/// Returns a box to check.
pub(crate) fn checkbox(
    (id, name, label): (&str, &str, &str),
    value: &str,
    is_checked: bool,
    problems: &Problems,
) -> Markup {
    let error = problems.message(id);
    let described = described_by(id, false, error.is_some());
    html! {
        div.choice {
            input type="checkbox" id=(id) name=(name) value=(value) checked[is_checked]
                aria-invalid=[error.map(|_| "true")] aria-describedby=[&described];
            div {
                label for=(id) { (label) }
                (notes(id, "", error))
            }
        }
    }
}

fn described_by(id: &str, has_hint: bool, has_error: bool) -> Option<String> {
    let hint = has_hint.then(|| format!("{id}-hint"));
    let error = has_error.then(|| format!("{id}-error"));
    let ids: Vec<String> = error.into_iter().chain(hint).collect();
    (!ids.is_empty()).then(|| ids.join(" "))
}

fn notes(id: &str, hint: &str, error: Option<&str>) -> Markup {
    html! {
        @if let Some(error) = error { p.error id={ (id) "-error" } { (error) } }
        @if !hint.is_empty() { p.hint id={ (id) "-hint" } { (hint) } }
    }
}

#[cfg(test)]
mod tests {
    use super::{Field, Problems};

    #[test]
    fn an_error_is_connected_with_its_field() {
        let field = Field::new("name", "Name")
            .hint("As on <paper>")
            .value("\"><b>");
        let shown = field
            .show(&Problems::of_field("name", "Too <short>"))
            .into_string();
        for part in [
            r#"aria-invalid="true""#,
            r#"aria-describedby="name-error name-hint""#,
            r#"<p class="error" id="name-error">Too &lt;short&gt;</p>"#,
            r#"value="&quot;&gt;&lt;b&gt;""#,
        ] {
            assert!(shown.contains(part), "{part} in {shown}");
        }
        let shown = field.show(&Problems::of_field("other", "No")).into_string();
        assert!(!shown.contains("invalid") && shown.contains(r#"aria-describedby="name-hint""#));
    }
}
