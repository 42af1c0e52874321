//! What a command is: a method, a path, and a function.

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    emulator::{control::EmulatorError, http::Shared},
    endpoint::canonical,
};

/// A request under `/propelauth-dev/`.
pub(in crate::emulator::control) struct Command {
    pub(in crate::emulator::control) method: &'static str,
    /// The path after `/propelauth-dev/`. A segment in braces stands for any text.
    pub(in crate::emulator::control) path: &'static str,
    /// What it does or returns, as a phrase.
    pub(in crate::emulator::control) about: &'static str,
    pub(super) run: fn(&Context<'_>) -> Result<Value, CommandError>,
}

/// Every command, theme by theme.
pub(super) type Commands = &'static [&'static [Command]];

/// A request to a command.
pub(super) struct Context<'a> {
    pub(super) commands: Commands,
    pub(super) shared: &'a Shared,
    /// The texts of the segments in braces.
    pub(super) segments: Vec<String>,
    pub(super) body: &'a [u8],
}

/// A command that failed, for the developer who sent it.
#[derive(Debug, Serialize)]
pub(super) struct CommandError {
    #[serde(skip)]
    pub(super) status: u16,
    pub(super) error_code: &'static str,
    pub(super) message: String,
}

impl Command {
    pub(super) const fn new(
        method: &'static str,
        path: &'static str,
        about: &'static str,
        run: fn(&Context<'_>) -> Result<Value, CommandError>,
    ) -> Self {
        Self {
            method,
            path,
            about,
            run,
        }
    }

    /// Returns the texts of the segments in braces, or `None` if this is not the command's path.
    pub(super) fn matches(&self, path: &str) -> Option<Vec<String>> {
        let mut segments = Vec::new();
        let mut given = path.split('/');
        for segment in self.path.split('/') {
            let text = given.next()?;
            if segment.starts_with('{') && !text.is_empty() {
                let text = percent_encoding::percent_decode_str(text)
                    .decode_utf8()
                    .ok()?;
                segments.push(text.into_owned());
            } else if segment != text {
                return None;
            }
        }
        given.next().is_none().then_some(segments)
    }
}

impl Context<'_> {
    /// Returns the text of the first segment in braces.
    pub(super) fn segment(&self) -> &str {
        self.segments.first().map_or("", String::as_str)
    }

    /// Returns the text of the first segment in braces as an id.
    pub(super) fn id<T: From<String>>(&self) -> T {
        T::from(canonical(self.segment().to_owned()))
    }

    /// Reads the arguments in the body. An empty body is an empty object.
    pub(super) fn arguments<T: DeserializeOwned>(&self) -> Result<T, CommandError> {
        let body = match self.body {
            b"" => b"{}",
            body => body,
        };
        serde_json::from_slice(body).map_err(|error| CommandError {
            status: 400,
            error_code: "invalid_arguments",
            message: format!("the body is not the JSON that this request takes: {error}"),
        })
    }
}

impl From<EmulatorError> for CommandError {
    fn from(error: EmulatorError) -> Self {
        Self::rejected(match error {
            EmulatorError::Rejected(reason) | EmulatorError::Project(reason) => reason,
            error @ EmulatorError::Serve(_) => error.to_string(),
        })
    }
}

impl CommandError {
    /// Returns the error of arguments that the emulator rejects.
    pub(super) fn rejected(message: String) -> Self {
        Self {
            status: 400,
            error_code: "rejected",
            message,
        }
    }
}

/// Returns a value as JSON.
pub(super) fn json(value: &impl Serialize) -> Result<Value, CommandError> {
    serde_json::to_value(value).map_err(|error| CommandError {
        status: 500,
        error_code: "not_serializable",
        message: error.to_string(),
    })
}
