//! `propelauth-dev up`: the emulator on a port.

mod args;
mod builder;
mod report;
mod seed_watch;
mod serve;
mod state_file;
mod upkeep;

pub(super) use self::{args::UpArgs, serve::serve};
