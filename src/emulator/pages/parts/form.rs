//! Forms, which all have the token.

use maud::{Markup, html};

use crate::emulator::pages::{form_check::TOKEN_FIELD, visit::Visit};

/// Returns a form that is sent to a path.
pub(crate) fn form(visit: &Visit<'_>, action: &str, content: &Markup) -> Markup {
    html! {
        form method="post" action=(action) {
            input type="hidden" name=(TOKEN_FIELD) value=(visit.form_token().expose());
            (content)
        }
    }
}

/// Returns a form that is only a button, with hidden fields.
pub(crate) fn button_form(
    visit: &Visit<'_>,
    action: &str,
    fields: &[(&str, &str)],
    button: &Markup,
) -> Markup {
    let content = html! {
        @for (name, value) in fields { input type="hidden" name=(name) value=(value); }
        (button)
    };
    form(visit, action, &content)
}
