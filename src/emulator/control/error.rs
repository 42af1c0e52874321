//! The error of the emulator's own methods.

use std::{fmt, io};

use crate::{emulator::operations::handler::Rejection, endpoint::Refusal};

/// An emulator that did not start, or a method that was rejected.
///
/// `Debug` writes the message as `Display` does, because `unwrap` in a test prints it so.
#[derive(thiserror::Error)]
#[non_exhaustive]
pub enum EmulatorError {
    /// The server could not bind its port or spawn its thread.
    #[error("the emulator cannot serve: {0}{advice}", advice = port_advice(.0))]
    Serve(#[from] io::Error),
    /// A setting is invalid, two settings contradict each other, or a seed or snapshot cannot be
    /// read.
    #[error("invalid emulator configuration: {0}")]
    Project(String),
    /// The emulator rejected the arguments, as it would over HTTP.
    #[error("rejected by the emulator: {0}")]
    Rejected(String),
}

/// Returns what to do about an error of the operating system, if that depends on the port.
fn port_advice(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => {
            ". Another program has the port: end it, or choose another port with `.port(…)` or `--port`, of \
             which 0 is any free one"
        }
        io::ErrorKind::PermissionDenied => {
            ". Ports below 1024 need privileges: choose a higher one"
        }
        _ => "",
    }
}

impl fmt::Debug for EmulatorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl EmulatorError {
    pub(super) fn rejected(reason: impl Into<String>) -> Self {
        Self::Rejected(reason.into())
    }

    /// Returns the error for an id that nothing has, such as "there is no user …".
    pub(super) fn missing(what: &str, id: &str) -> Self {
        Self::Rejected(format!("there is no {what} {id:?}"))
    }
}

pub(super) fn into_emulator_result<T, R: Refusal>(
    result: Result<T, Rejection<R>>,
) -> Result<T, EmulatorError> {
    result.map_err(|rejection| EmulatorError::Rejected(rejection.to_string()))
}
