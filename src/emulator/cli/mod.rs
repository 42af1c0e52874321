//! The program `propelauth-dev`: one file or folder for each subcommand.
//!
//! `args` is the command line, `run` chooses the subcommand. Those that ask or change a running
//! emulator find it with `target` and talk to it with `client`; all print with `output`.

mod args;
mod client;
mod clock;
mod completions;
mod doctor;
mod explain;
mod fail;
mod health;
mod key_file;
mod node_preload;
mod outbox;
mod output;
mod requests;
mod reset;
mod rotate_key;
mod run;
mod seed;
mod snapshot;
mod status;
mod target;
mod token;
mod up;
mod users;
mod values;
mod webhooks;

pub use self::run::main;
