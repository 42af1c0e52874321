//! Seeds: what a project starts with, written by hand in TOML or JSON.
//!
//! `fields` lists every field once. The check of a seed, its JSON schema and the table in
//! docs/seeds.md are derived from this list, so that they agree.

mod apply;
mod check;
mod fields;
mod line_numbers;
mod mistakes;
mod place;
mod schema;
#[allow(clippy::module_inception)] // the type has this name
mod seed;
mod settings;
mod shape;
#[cfg(test)]
mod starting_file;
#[cfg(test)]
mod tests;
mod toml;

pub use self::seed::Seed;
pub(crate) use self::{apply::Summary, mistakes::Mistakes, settings::Given};
