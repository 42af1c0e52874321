//! [`FleetStatus`]: what an operator wants to know of a member.

use std::{fmt, time::Duration};

/// What a handle in a fleet knows of the stream. [`PropelAuth::fleet_status`] returns it, and `Display`
/// writes it as one line for a log.
///
/// [`PropelAuth::fleet_status`]: crate::PropelAuth::fleet_status
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FleetStatus {
    /// Whether the marks were read back once since the start.
    pub is_caught_up: bool,
    /// The age of what is known: the time since the last contact, or since the start if there was none.
    /// Below half a second while all is well.
    pub staleness: Duration,
    /// Why the stream is not visible, if it is not.
    pub problem: Option<String>,
    /// The number of marks of this instance that wait to be written.
    pub marks_to_write: usize,
    /// The number of entries that were read since the start.
    pub entries_read: u64,
    /// How often marks were lost that mattered, so that all tokens of before were denied.
    pub histories_lost: u64,
}

impl fmt::Display for FleetStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let caught_up = if self.is_caught_up {
            ""
        } else {
            "not caught up, "
        };
        write!(
            f,
            "{caught_up}staleness {} ms, {} to write, {} read, history lost {} times",
            self.staleness.as_millis(),
            self.marks_to_write,
            self.entries_read,
            self.histories_lost
        )?;
        match &self.problem {
            Some(problem) => write!(f, "; {problem}"),
            None => Ok(()),
        }
    }
}
