//! What the doctor reports: mistakes with the lines to change, what is fine, and what could not be
//! checked.

use super::explanations;

/// A line that has to change.
pub(super) struct Change {
    /// Where the line is: a file with its line number, `environment`, or a description.
    pub(super) at: String,
    /// The line as it should be, or what to do with it.
    pub(super) line: String,
}

/// A mistake.
pub(super) struct Finding {
    pub(super) code: &'static str,
    /// What was seen. Never contains a secret.
    pub(super) seen: String,
    /// Why that fails.
    pub(super) why: String,
    pub(super) changes: Vec<Change>,
}

impl Finding {
    /// Adds a line to change.
    pub(super) fn change(&mut self, at: impl Into<String>, line: impl Into<String>) -> &mut Self {
        self.changes.push(Change {
            at: at.into(),
            line: line.into(),
        });
        self
    }
}

/// Something that could not be checked.
pub(super) struct Unchecked {
    pub(super) what: String,
    pub(super) why: String,
}

/// Everything that was found out.
#[derive(Default)]
pub(super) struct Report {
    pub(super) findings: Vec<Finding>,
    pub(super) fine: Vec<String>,
    pub(super) unchecked: Vec<Unchecked>,
}

impl Report {
    /// Adds a mistake of the doctor's table, which explains why it fails.
    pub(super) fn find(&mut self, code: &'static str, seen: impl Into<String>) -> &mut Finding {
        let why = explanations::explain(code).map_or("", |it| it.cause);
        self.find_other(code, seen, why)
    }

    /// Adds a mistake with an explanation of its own.
    pub(super) fn find_other(
        &mut self,
        code: &'static str,
        seen: impl Into<String>,
        why: impl Into<String>,
    ) -> &mut Finding {
        let finding = Finding {
            code,
            seen: seen.into(),
            why: why.into(),
            changes: Vec::new(),
        };
        let index = self.findings.len();
        self.findings.push(finding);
        // The index is that of the element just pushed.
        #[allow(clippy::indexing_slicing)]
        &mut self.findings[index]
    }

    /// Returns `true` if a mistake with this code was found.
    pub(super) fn has(&self, code: &str) -> bool {
        self.findings.iter().any(|finding| finding.code == code)
    }

    /// Notes that something was checked and is fine.
    pub(super) fn fine(&mut self, what: impl Into<String>) {
        self.fine.push(what.into());
    }

    /// Notes that something could not be checked, and why.
    pub(super) fn unchecked(&mut self, what: impl Into<String>, why: impl Into<String>) {
        self.unchecked.push(Unchecked {
            what: what.into(),
            why: why.into(),
        });
    }
}
