//! What an instance is told, and what it reports, each as a line of JSON.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::history::{Change, Event, Instance};

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Spec {
    pub(crate) instance: Instance,
    pub(crate) redis: String,
    pub(crate) prefix: String,
    /// In seconds, or 0 to go on.
    pub(crate) deny_after: u64,
    /// How far the clock is wrong, in seconds.
    pub(crate) skew: i64,
    /// Whether requests go through an HTTP server.
    pub(crate) is_http: bool,
    pub(crate) changes: Change,
    /// The file with the tokens: a time, and a line for each change.
    pub(crate) tokens: PathBuf,
    pub(crate) write_timeout_millis: u64,
}

/// What an instance is told to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Order {
    /// Publish a change, about a user or a membership.
    Publish(Change),
    /// The changes before this one were given to someone. With the first of these, there are tokens.
    Progress(Change),
    /// Ask for all changes once, and end.
    End,
}

/// What an instance reports.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Report {
    Event(Event),
    /// The fleet does not have a change, as far as this instance knows.
    Failed(Change),
    /// It could not start.
    Broken(String),
}
