//! `propelauth-dev up`: the emulator on a port.

mod args;
mod builder;
mod report;
mod serve;

pub(super) use self::{args::UpArgs, serve::serve};
