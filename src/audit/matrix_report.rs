//! The result of a denial matrix: a table that can be committed.

use std::{fmt, path::Path};

use super::{committed_file::compare, report::AuditedRoute, table::table};

/// How each route responded to each caller. Created by [`DenialMatrix::run`].
///
/// `Display` writes a table with a line for each route and a column for each caller. The last column has
/// what protects the route.
///
/// [`DenialMatrix::run`]: super::DenialMatrix::run
#[derive(Clone, Debug)]
pub struct MatrixReport {
    pub(super) callers: Vec<String>,
    pub(super) rows: Vec<MatrixRow>,
    pub(super) problems: Vec<String>,
}

/// How a route responded to each caller.
#[derive(Clone, Debug)]
pub struct MatrixRow {
    pub(super) route: AuditedRoute,
    pub(super) cells: Vec<(String, String)>,
}

impl MatrixReport {
    /// Returns the rows, by pattern and method.
    #[must_use]
    pub fn rows(&self) -> &[MatrixRow] {
        &self.rows
    }

    /// Returns the row of a route, by its method and its pattern, or `None` if there is none.
    #[must_use]
    pub fn row(&self, method: &str, pattern: &str) -> Option<&MatrixRow> {
        let mut rows = self.rows.iter();
        rows.find(|row| row.route.method == method && row.route.pattern == pattern)
    }

    /// Panics unless a file has this table. The path is relative to the package's folder, in which cargo
    /// runs tests.
    ///
    /// If the variable `UPDATE_DENIALS` is set, the file is written instead, and the change is reviewed like
    /// any other: `UPDATE_DENIALS=1 cargo test`.
    ///
    /// # Panics
    ///
    /// Panics with the lines that differ, and if a route could not be reached.
    #[track_caller]
    #[allow(clippy::panic)] // in a test, a panic is the error message
    pub fn assert_matches_file(&self, path: impl AsRef<Path>) {
        if !self.problems.is_empty() {
            let problems = self.problems.join("\n- ");
            panic!("the denial matrix is not complete:\n- {problems}\n\n{self}");
        }
        if let Err(message) = compare(path.as_ref(), &self.to_string()) {
            panic!("{message}");
        }
    }
}

impl MatrixRow {
    /// Returns the route.
    #[must_use]
    pub fn route(&self) -> &AuditedRoute {
        &self.route
    }

    /// Returns each caller, and the response: the status if the request was denied, such as `401`, that of
    /// actix-web if no route took it, and otherwise `ok`, whatever the handler responded.
    pub fn cells(&self) -> impl Iterator<Item = (&str, &str)> {
        let cells = self.cells.iter();
        cells.map(|(caller, cell)| (caller.as_str(), cell.as_str()))
    }
}

impl fmt::Display for MatrixReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut head = vec!["METHOD".to_owned(), "ROUTE".to_owned()];
        head.extend(self.callers.iter().cloned());
        head.push("PROTECTION".to_owned());
        let mut rows = vec![head];
        for MatrixRow { route, cells } in &self.rows {
            let mut row = vec![route.method.clone(), route.pattern.clone()];
            row.extend(cells.iter().map(|(_, cell)| cell.clone()));
            row.push(route.protection.clone());
            rows.push(row);
        }
        f.write_str(&table(&rows))
    }
}
