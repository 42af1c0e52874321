//! The guide says what is so: its tables of names and settings, and its numbers.

mod names;
mod numbers;
mod settings;
mod snapshot;
