//! The form of an action on a screen.

use maud::{Markup, html};

use super::{
    action::{Action, Input, Kind},
    actions,
    look::{Look, Outcome},
};
use crate::emulator::pages::parts::{self, Field, Problems, checkbox, select};

/// The field of a form with the path and query of the screen that it is on.
pub(super) const SCREEN_FIELD: &str = "screen";

/// The box that is checked before something is deleted for good.
pub(super) const CONFIRM_FIELD: &str = "confirm";

impl Look<'_> {
    /// Returns the form of an action, to be filled in.
    pub(super) fn form(&self, name: &'static str) -> Form<'_> {
        Form::new(self, name)
    }
}

/// The form of an action, with what it is about and what is in its fields already.
pub(super) struct Form<'f> {
    look: &'f Look<'f>,
    action: Option<&'static Action>,
    hidden: Vec<(&'static str, String)>,
    values: Vec<(&'static str, String)>,
    choices: Vec<(&'static str, Vec<(String, String)>)>,
    is_small: bool,
    is_second: bool,
    /// What the button says to those who do not see where it is.
    about: String,
}

impl<'f> Form<'f> {
    fn new(look: &'f Look<'f>, name: &'static str) -> Self {
        Self {
            look,
            action: actions::find(name),
            hidden: Vec::new(),
            values: Vec::new(),
            choices: Vec::new(),
            is_small: false,
            is_second: false,
            about: String::new(),
        }
    }

    /// Sets a field that is not shown.
    #[allow(clippy::needless_pass_by_value)] // so that texts, ids and flags are given alike
    pub(super) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.hidden.push((name, value.to_string()));
        self
    }

    /// Sets what is in a field already.
    #[allow(clippy::needless_pass_by_value)] // so that texts, ids and flags are given alike
    pub(super) fn value(mut self, name: &'static str, value: impl ToString) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// Sets the values that can be chosen, with their labels.
    pub(super) fn choices(mut self, name: &'static str, choices: Vec<(String, String)>) -> Self {
        self.choices.push((name, choices));
        self
    }

    /// Sets what a small button is about, for those who hear the page.
    pub(super) fn small(mut self, about: impl Into<String>) -> Self {
        self.is_small = true;
        self.is_second = true;
        self.about = about.into();
        self
    }

    pub(super) fn second(mut self) -> Self {
        self.is_second = true;
        self
    }

    /// Returns what was typed into this form, if it has just failed.
    fn failure(&self) -> Option<(&str, &[(String, String)])> {
        match &self.look.outcome {
            Outcome::Failed {
                action,
                message,
                typed,
            } if self.action.is_some_and(|own| own.name == action.name) => {
                let mut hidden = self.hidden.iter();
                let is_same = hidden.all(|(name, value)| {
                    typed.iter().any(|(typed, it)| typed == name && it == value)
                });
                is_same.then_some((message.as_str(), typed.as_slice()))
            }
            _ => None,
        }
    }

    pub(super) fn show(&self) -> Markup {
        let Some(action) = self.action else {
            return html! {};
        };
        let failure = self.failure();
        let typed = failure.map(|(_, typed)| typed);
        let class = match (action.is_dangerous, self.is_second, self.is_small) {
            (true, _, true) => "danger small",
            (true, _, false) => "danger",
            (false, _, true) => "second small",
            (false, true, false) => "second",
            (false, false, false) => "",
        };
        let shown = |input: &&Input| !self.hidden.iter().any(|(name, _)| *name == input.name);
        let content = html! {
            @if let Some((why, _)) = failure { p.error { (why) } }
            input type="hidden" name=(SCREEN_FIELD) value=(self.look.address());
            @for (name, value) in &self.hidden { input type="hidden" name=(name) value=(value); }
            @for input in action.inputs.iter().filter(shown) { (self.field(action, input, typed)) }
            @if action.is_end { (self.confirmation(action)) }
            button class=(class) {
                (action.button)
                @if !self.about.is_empty() { span.hidden { " " (self.about) } }
            }
        };
        let path = format!("/dashboard/do/{}", action.name);
        parts::form(self.look.visit, &path, &content)
    }

    /// Returns the box to check before something is deleted for good.
    fn confirmation(&self, action: &Action) -> Markup {
        let id = format!("{}-{CONFIRM_FIELD}", action.name);
        let label = "It cannot be undone";
        checkbox(
            (&id, CONFIRM_FIELD, label),
            "true",
            false,
            &Problems::default(),
        )
    }

    fn field(&self, action: &Action, input: &Input, typed: Option<&[(String, String)]>) -> Markup {
        let of_form = self.hidden.first().map_or("", |(_, value)| value.as_str());
        let id = format!("{}-{}-{}", action.name, input.name, of_form);
        let id: String = id
            .chars()
            .map(|it| {
                if it.is_ascii_alphanumeric() || it == '_' {
                    it
                } else {
                    '-'
                }
            })
            .collect();
        let own = |pairs: &[(String, String)]| {
            let mut pairs = pairs.iter();
            let found = pairs.find(|(name, _)| name == input.name);
            found.map(|(_, value)| value.clone())
        };
        let preset = self.values.iter().find(|(name, _)| *name == input.name);
        let preset = preset.map(|(_, value)| value.clone());
        let value = match typed {
            // Nobody wants a password in the page again.
            Some(_) if input.kind == Kind::Password => None,
            Some(typed) => own(typed),
            None => preset,
        };
        let none = Problems::default();
        let text = value.as_deref().unwrap_or_default();
        let mut field = Field::new(input.name, input.label)
            .id(&id)
            .value(text)
            .hint(input.hint);
        if !input.is_required {
            field = field.optional();
        }
        match input.kind {
            Kind::Flag => {
                let is_checked = match typed {
                    Some(_) => value.is_some(),
                    None => text == "true",
                };
                checkbox((&id, input.name, input.label), "true", is_checked, &none)
            }
            Kind::Choice => {
                let choices = self.choices.iter().find(|(name, _)| *name == input.name);
                let choices = choices.map_or(&[][..], |(_, choices)| choices);
                select((&id, input.name, input.label), choices, text, &none)
            }
            Kind::Lines | Kind::Permissions | Kind::Json | Kind::Document => {
                field.multiline().show(&none)
            }
            Kind::Email => field.kind("email").show(&none),
            Kind::Password => field
                .kind("password")
                .autocomplete("new-password")
                .show(&none),
            Kind::Text
            | Kind::Number
            | Kind::Limit
            | Kind::Seconds
            | Kind::Milliseconds
            | Kind::Time => field.show(&none),
        }
    }
}
