//! Seeds: what a project starts with, written by hand in TOML or JSON.
//!
//! `fields` and `project_fields` list every field once. The check of a seed, its JSON schema and the table in
//! docs/seeds.md are derived from these lists, so that they agree.

mod apply;
mod check;
mod fields;
mod given_settings;
mod line_numbers;
mod members;
mod mistakes;
mod oauth_clients;
mod place;
mod project_fields;
mod property_fields;
pub(crate) mod saved_state;
mod schema;
#[allow(clippy::module_inception)] // the type has this name
mod seed;
mod settings;
mod shape;
#[cfg(any(feature = "cli", test))]
mod starting_file;
#[cfg(test)]
mod tests;
mod toml;
mod webhooks;

pub use self::seed::Seed;
#[cfg(feature = "cli")]
pub(crate) use self::starting_file::starting_file;
pub(crate) use self::{
    apply::Summary,
    given_settings::set_settings,
    mistakes::Mistakes,
    settings::{Given, as_seed as settings_as_seed},
};
