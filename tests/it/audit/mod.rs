//! The route audit and the denial matrix, on an application with routes of every kind.

mod app;
mod each_guard;
mod environments;
mod findings;
mod listing;
