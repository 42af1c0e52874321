//! A look at a screen: what was asked, and what became of the form that was sent.

use serde_json::Value;

use super::{action::Action, actions};
use crate::emulator::{http::Shared, pages::visit::Visit};

/// What became of a form.
#[derive(Debug)]
pub(super) enum Outcome {
    /// None was sent.
    None,
    Done(&'static Action),
    Result(&'static Action, Value),
    Failed {
        action: &'static Action,
        message: String,
        typed: Vec<(String, String)>,
    },
}

/// A look at a screen.
pub(super) struct Look<'l> {
    pub(super) shared: &'l Shared,
    pub(super) visit: &'l Visit<'l>,
    pub(super) outcome: Outcome,
}

impl<'l> Look<'l> {
    pub(super) fn new(shared: &'l Shared, visit: &'l Visit<'l>, outcome: Outcome) -> Self {
        Self {
            shared,
            visit,
            outcome,
        }
    }

    /// Returns a look without a form, after one that may have been sent before.
    pub(super) fn plain(shared: &'l Shared, visit: &'l Visit<'l>) -> Self {
        let done = actions::find(&visit.parameter("done"));
        Self::new(shared, visit, done.map_or(Outcome::None, Outcome::Done))
    }

    /// Returns a field in the path.
    pub(super) fn segment(&self, name: &str) -> &str {
        self.visit.request.segment(name)
    }

    /// Returns the path and query of the screen.
    pub(super) fn address(&self) -> String {
        let request = self.visit.request;
        match request.query.is_empty() {
            true => request.path.clone(),
            false => format!("{}?{}", request.path, request.query),
        }
    }

    /// Returns `true` if the form of an action has just failed.
    pub(super) fn failed(&self, name: &str) -> bool {
        matches!(&self.outcome, Outcome::Failed { action, .. } if action.name == name)
    }

    /// Returns what an action has to show, if it was done just now.
    pub(super) fn result(&self, name: &str) -> Option<&Value> {
        match &self.outcome {
            Outcome::Result(action, value) if action.name == name => Some(value),
            _ => None,
        }
    }
}
