//! A seed that is not read yet: its text, its file or its JSON.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{
    apply::{self, Summary},
    line_numbers::LineNumbers,
    mistakes::Mistakes,
    schema,
    settings::Given,
    toml,
};
use crate::{emulator::state::Store, words::strict_json::StrictValue};

/// What an [`Emulator`](crate::emulator::Emulator) starts with, written by hand: settings, roles, users,
/// organizations and more.
///
/// ```
/// use actix_web_propelauth::emulator::{Emulator, Seed};
///
/// # #[actix_web::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let seed = Seed::toml(
///     r#"
///     roles = ["Owner", { name = "Chef", permissions = ["kitchen::cook"] }, "Guest"]
///
///     [[users]]
///     email = "alice@example.com"
///     user_id = "31c41c16-c281-44ae-9602-8a047e3bf33d"
///     password = "hunter22"
///
///     [[orgs]]
///     name = "Acme Inc"
///     members = [{ email = "alice@example.com", role = "Chef" }]
///     "#,
/// );
/// let emulator = Emulator::builder().seed(seed).start().await?;
/// # Ok(())
/// # }
/// ```
///
/// Ids that a seed does not set are the same in every run. An unknown field is an error with its
/// place. A seed is read when it is applied, and all its mistakes are reported then.
/// docs/seeds.md in the repository lists every field, and [`schema`](Self::schema) describes them to
/// editors.
#[derive(Clone)]
pub struct Seed(Source);

#[derive(Clone)]
enum Source {
    Value(Value),
    Json(String),
    Toml(String),
    File(PathBuf),
}

/// A seed that was read, and where its parts are.
struct Document {
    value: Value,
    lines: LineNumbers,
    file: Option<String>,
}

impl Seed {
    /// Creates a seed from TOML.
    #[must_use]
    pub fn toml(text: impl Into<String>) -> Self {
        Self(Source::Toml(text.into()))
    }

    /// Creates a seed from the text of a JSON document.
    #[must_use]
    pub fn json(text: impl Into<String>) -> Self {
        Self(Source::Json(text.into()))
    }

    /// Creates a seed from a file, which is read when the seed is applied.
    ///
    /// A file whose name ends in `.json`, or whose text begins with `{`, is JSON. Any other is TOML.
    #[must_use]
    pub fn file(path: impl Into<PathBuf>) -> Self {
        Self(Source::File(path.into()))
    }

    /// Returns the JSON schema of seeds, for editors.
    ///
    /// It holds for TOML, too. `propelauth-dev seed schema` prints it.
    #[must_use]
    pub fn schema() -> Value {
        schema::schema()
    }

    /// Applies the seed. If it has mistakes, the store is left half changed.
    pub(crate) fn apply(&self, store: &mut Store, given: &mut Given) -> Result<Summary, Mistakes> {
        let document = self.read()?;
        let applied = apply::apply(store, document.value, given);
        let file = document.file.as_deref();
        applied.map_err(|mistakes| mistakes.locate(file, |place| document.lines.line(place)))
    }

    /// Returns the snapshot that is in the place of a seed: JSON with a version.
    #[cfg(feature = "cli")]
    pub(crate) fn to_snapshot(&self) -> Result<Option<Value>, Mistakes> {
        let value = self.to_value()?;
        Ok(value.get("version").is_some().then_some(value))
    }

    /// Returns the JSON that the seed stands for.
    #[cfg(feature = "cli")]
    pub(crate) fn to_value(&self) -> Result<Value, Mistakes> {
        Ok(self.read()?.value)
    }

    fn read(&self) -> Result<Document, Mistakes> {
        let (value, lines) = match &self.0 {
            Source::Value(value) => (value.clone(), LineNumbers::default()),
            Source::Json(text) => read_json(text)?,
            Source::Toml(text) => toml::read(text)?,
            Source::File(path) => return read_file(path),
        };
        Ok(Document {
            value,
            lines,
            file: None,
        })
    }
}

fn read_json(text: &str) -> Result<(Value, LineNumbers), Mistakes> {
    // A duplicate member would silently replace the first.
    match serde_json::from_str::<StrictValue>(text) {
        Ok(read) => Ok((read.0, LineNumbers::of_json(text))),
        Err(error) => {
            let mut mistakes = Mistakes::default();
            let line = Some(error.line()).filter(|line| *line > 0);
            mistakes.add_at_line(line, format!("this is not JSON: {error}"));
            Err(mistakes)
        }
    }
}

fn read_file(path: &Path) -> Result<Document, Mistakes> {
    let file = path.display().to_string();
    let located = |mistakes: Mistakes| mistakes.locate(Some(&file), |_| None);
    let text = fs::read_to_string(path)
        .map_err(|error| located(Mistakes::one(format!("this file cannot be read: {error}"))))?;
    let is_json = path
        .extension()
        .is_some_and(|it| it.eq_ignore_ascii_case("json"))
        || text.trim_start().starts_with('{');
    let read = match is_json {
        true => read_json(&text),
        false => toml::read(&text),
    };
    let (value, lines) = read.map_err(located)?;
    Ok(Document {
        value,
        lines,
        file: Some(file),
    })
}

impl From<Value> for Seed {
    fn from(value: Value) -> Self {
        Self(Source::Value(value))
    }
}

// Not derived, because seeds contain passwords and API keys.
impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &self.0 {
            Source::Value(_) | Source::Json(_) => "JSON",
            Source::Toml(_) => "TOML",
            Source::File(path) => return f.debug_tuple("Seed").field(path).finish(),
        };
        f.debug_tuple("Seed").field(&kind).finish()
    }
}
