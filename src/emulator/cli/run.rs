//! Runs the program: from the arguments of the process to its exit code.

use std::process::ExitCode;

use actix_web::rt::System;
use clap::Parser as _;

use super::{
    args::{Args, Command},
    doctor,
    explain::explain,
    node_preload::node_preload,
    output::{note, print},
    reset::reset,
    seed::seed,
    snapshot::snapshot,
    status::status,
    up,
    users::{orgs, users},
};

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    let Args { command, up } = Args::parse();
    match System::new().block_on(run(command.unwrap_or(Command::Up(up)))) {
        Ok(code) => code,
        Err(error) => {
            note(&error);
            ExitCode::FAILURE
        }
    }
}

/// Runs a subcommand. An error is a message for the developer, which is printed to standard error.
async fn run(command: Command) -> Result<ExitCode, String> {
    match command {
        Command::Up(args) => up::serve(args).await,
        Command::Status(target) => status(&target).await,
        Command::Users(target) => users(&target).await,
        Command::Orgs(target) => orgs(&target).await,
        Command::Reset(target) => reset(&target).await,
        Command::Doctor(args) => return doctor::run(&args).await,
        Command::Explain(args) => explain(&args),
        Command::Seed(command) => {
            let is_right = seed(&command).await?;
            let code = if is_right {
                ExitCode::SUCCESS
            } else {
                ExitCode::FAILURE
            };
            return Ok(code);
        }
        Command::Snapshot(command) => snapshot(&command).await,
        Command::NodePreload { url } => print(&node_preload(url.as_str())),
    }
    .map(|()| ExitCode::SUCCESS)
}
