//! `propelauth-dev up`: the emulator on a port, and a command beside it.

mod args;
mod builder;
mod command;
#[cfg(unix)]
mod processes;
mod report;
mod seed_watch;
mod serve;
mod state_file;
#[cfg(unix)]
mod supervise;
mod upkeep;
mod webhook_notes;

#[cfg(unix)]
pub(super) use self::supervise::{SuperviseArgs, supervise};
pub(super) use self::{args::UpArgs, serve::serve};
