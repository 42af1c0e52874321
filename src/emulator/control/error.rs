//! Why the emulator fails.

use std::io;

use crate::{api::Refusal, emulator::operations::handler::Rejection};

/// Why the emulator did not start, or did not do what it was asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EmulatorError {
    /// No port or thread was to be had.
    #[error("the emulator cannot serve: {0}")]
    Serve(#[from] io::Error),
    /// A setting of the builder cannot work, two contradict each other, or a seed or snapshot cannot
    /// be read.
    #[error("the emulator cannot be set up like this: {0}")]
    Project(String),
    /// The same call over HTTP would have been refused as well.
    #[error("the emulator refused: {0}")]
    Rejected(String),
}

pub(crate) fn into_emulator_result<T, R: Refusal>(
    result: Result<T, Rejection<R>>,
) -> Result<T, EmulatorError> {
    result.map_err(|rejection| EmulatorError::Rejected(rejection.to_string()))
}
