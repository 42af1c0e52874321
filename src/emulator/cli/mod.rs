//! The program `propelauth-dev`: one file or folder for each subcommand.
//!
//! `args` is the command line, `run` chooses the subcommand. Those that ask or change a running
//! emulator find it with `target` and talk to it with `client`; all print with `output`.

mod args;
mod client;
mod doctor;
mod explain;
mod node_preload;
mod output;
mod reset;
mod run;
mod seed;
mod snapshot;
mod status;
mod target;
mod up;
mod users;

pub use self::run::main;
