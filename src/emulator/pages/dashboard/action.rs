//! What a form does: a request of the emulator's own, and the fields that it takes.

use serde_json::{Map, Value};

use crate::emulator::state::values::{milliseconds, seconds, time};

/// An action of a form.
#[derive(Debug)]
pub(super) struct Action {
    /// The name in the form's path.
    pub(super) name: &'static str,
    pub(super) method: &'static str,
    /// The path below `/propelauth-dev/`. A segment in braces is a field of the form.
    pub(super) path: &'static str,
    pub(super) inputs: &'static [Input],
    /// The text of the button.
    pub(super) button: &'static str,
    /// What to say when it is done.
    pub(super) done: &'static str,
    /// Whether the response has something to show once, such as a key.
    pub(super) shows_result: bool,
    /// Whether the body is the text of its only input, and no JSON object.
    pub(super) is_whole: bool,
    pub(super) is_dangerous: bool,
    /// Whether what the screen is about is gone afterwards.
    pub(super) is_end: bool,
}

/// A field of a form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Input {
    pub(super) name: &'static str,
    pub(super) label: &'static str,
    pub(super) hint: &'static str,
    pub(super) kind: Kind,
    pub(super) is_required: bool,
}

/// What is typed into a field, and which JSON it becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text. An empty one is left out.
    Text,
    Email,
    Password,
    Number,
    /// A number of seconds, or a duration such as `1h30m`.
    Seconds,
    /// A number of milliseconds, or a duration such as `250ms`.
    Milliseconds,
    /// A Unix timestamp in seconds, or a time in UTC such as `2026-11-28T09:30:00Z`.
    Time,
    /// A box to check: true or false.
    Flag,
    /// One of several values, which the screen knows.
    Choice,
    /// Several texts, one a line.
    Lines,
    /// A number, or nothing for no limit.
    Limit,
    /// Roles with their permissions: `Admin: can_view, can_edit` in each line.
    Permissions,
    Json,
    /// A text of several lines.
    Document,
}

impl Action {
    pub(super) const fn new(
        name: &'static str,
        (method, path): (&'static str, &'static str),
        button: &'static str,
        done: &'static str,
    ) -> Self {
        Self {
            name,
            method,
            path,
            inputs: &[],
            button,
            done,
            shows_result: false,
            is_whole: false,
            is_dangerous: false,
            is_end: false,
        }
    }

    pub(super) const fn inputs(mut self, inputs: &'static [Input]) -> Self {
        self.inputs = inputs;
        self
    }

    pub(super) const fn shows_result(mut self) -> Self {
        self.shows_result = true;
        self
    }

    pub(super) const fn whole(mut self) -> Self {
        self.is_whole = true;
        self
    }

    pub(super) const fn dangerous(mut self) -> Self {
        self.is_dangerous = true;
        self
    }

    pub(super) const fn ends(mut self) -> Self {
        self.is_end = true;
        self.dangerous()
    }

    /// Returns the names of the fields in the path.
    fn path_fields(&self) -> impl Iterator<Item = &'static str> {
        let segments = self.path.split('/');
        segments.filter_map(|it| it.strip_prefix('{')?.strip_suffix('}'))
    }
}

impl Input {
    pub(super) const fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self {
            name,
            label,
            hint: "",
            kind,
            is_required: false,
        }
    }

    pub(super) const fn text(name: &'static str, label: &'static str) -> Self {
        Self::new(name, label, Kind::Text)
    }

    pub(super) const fn flag(name: &'static str, label: &'static str) -> Self {
        Self::new(name, label, Kind::Flag)
    }

    pub(super) const fn hint(mut self, hint: &'static str) -> Self {
        self.hint = hint;
        self
    }

    pub(super) const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// Returns the JSON of what was typed, or `None` if the field is left out.
    pub(super) fn read(&self, typed: Option<&str>) -> Result<Option<Value>, String> {
        let text = typed.unwrap_or_default();
        let trimmed = text.trim();
        Ok(match self.kind {
            Kind::Flag => Some(typed.is_some().into()),
            Kind::Lines => Some(lines(text).into()),
            Kind::Permissions => Some(permissions(text)?),
            Kind::Limit if trimmed.is_empty() => Some(Value::Null),
            Kind::Password if text.is_empty() => None,
            Kind::Password => Some(text.into()),
            _ if trimmed.is_empty() => None,
            Kind::Text | Kind::Email | Kind::Choice => Some(trimmed.into()),
            Kind::Document => Some(text.into()),
            Kind::Number | Kind::Limit => match trimmed.parse::<i64>() {
                Ok(number) => Some(number.into()),
                Err(_) => return Err(format!("{}: {trimmed:?} is not a whole number", self.label)),
            },
            Kind::Seconds => Some(self.number(trimmed, seconds)?),
            Kind::Milliseconds => Some(self.number(trimmed, |text| {
                milliseconds(text).ok_or("write a number with its unit, such as 250ms or 2s")
            })?),
            Kind::Time => Some(self.number(trimmed, time)?),
            Kind::Json => match serde_json::from_str(trimmed) {
                Ok(value) => Some(value),
                Err(error) => return Err(format!("{}: this is not JSON: {error}", self.label)),
            },
        })
    }
}

impl Input {
    /// Returns a number, or what a text with units stands for.
    fn number(
        &self,
        text: &str,
        parse: impl Fn(&str) -> Result<i64, &'static str>,
    ) -> Result<Value, String> {
        let number = text.parse::<i64>().or_else(|_| parse(text));
        let number = number.map_err(|help| format!("{}: {text:?}: {help}", self.label))?;
        Ok(number.into())
    }
}

/// Returns the lines that are not blank, without whitespace around them.
fn lines(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|it| !it.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Returns the permissions of each role.
fn permissions(text: &str) -> Result<Value, String> {
    let mut roles = Map::new();
    for line in lines(text) {
        // A role may have a colon in its name, and a permission, too. The last colon with a space is ours.
        let parts = line
            .rsplit_once(": ")
            .or_else(|| Some((line.strip_suffix(':')?, "")));
        let Some((role, permissions)) = parts else {
            return Err(format!(
                "Permissions: {line:?} is not a role, a colon, a space, and permissions with commas between them"
            ));
        };
        let permissions = permissions.split(',').map(str::trim);
        let permissions: Vec<&str> = permissions.filter(|it| !it.is_empty()).collect();
        roles.insert(role.trim().to_owned(), permissions.into());
    }
    Ok(roles.into())
}

/// Returns the path and the body of the request that an action sends for a form.
pub(super) fn request(
    action: &Action,
    field: impl Fn(&str) -> Option<String>,
) -> Result<(String, Vec<u8>), String> {
    let mut path = String::from("/propelauth-dev");
    for segment in action.path.split('/') {
        path.push('/');
        let name = segment
            .strip_prefix('{')
            .and_then(|it| it.strip_suffix('}'));
        match name {
            None => path.push_str(segment),
            Some(name) => {
                let value = field(name).unwrap_or_default();
                let value = value.trim();
                // An empty segment, or one of dots, would be another path.
                if value.is_empty() {
                    return Err(format!("{name} is missing"));
                }
                let encoded = percent_encoding::utf8_percent_encode(
                    value,
                    percent_encoding::NON_ALPHANUMERIC,
                );
                path.extend(encoded);
            }
        }
    }
    if action.is_whole {
        let input = action.inputs.first().and_then(|it| field(it.name));
        return Ok((path, input.unwrap_or_default().into_bytes()));
    }
    let mut body = Map::new();
    let in_path: Vec<_> = action.path_fields().collect();
    for input in action
        .inputs
        .iter()
        .filter(|it| !in_path.contains(&it.name))
    {
        if let Some(value) = input.read(field(input.name).as_deref())? {
            body.insert(input.name.to_owned(), value);
        }
    }
    Ok((path, Value::Object(body).to_string().into_bytes()))
}
