//! Runs the program: from the arguments of the process to its exit code.

use std::process::ExitCode;

use actix_web::rt::System;
use clap::{CommandFactory as _, Parser as _};

use super::{
    args::{Args, Command},
    clock::clock,
    completions::completions,
    doctor,
    explain::explain,
    fail::fail,
    health::health,
    node_preload::node_preload,
    outbox::{emails, magic_links, sms},
    output::{note, print},
    requests::requests,
    reset::reset,
    rotate_key::rotate_key,
    seed::seed,
    snapshot::snapshot,
    status::status,
    token::token,
    up,
    users::{orgs, users},
    webhooks::webhooks,
};

/// Runs the program with the arguments of the process.
#[must_use]
pub fn main() -> ExitCode {
    #[cfg(unix)]
    if let Some(args) = up::SuperviseArgs::given() {
        return exit_code(System::new().block_on(up::supervise(args)));
    }
    let Args { command, up } = Args::parse();
    let command = command.unwrap_or_else(|| Command::Up(Box::new(up)));
    exit_code(System::new().block_on(run(command)))
}

fn exit_code(result: Result<ExitCode, String>) -> ExitCode {
    match result {
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
        Command::Up(args) => return up::serve(*args).await,
        Command::Token(args) => token(&args).await,
        Command::Status(target) => status(&target).await,
        Command::Health(target) => health(&target).await,
        Command::Users(target) => users(&target).await,
        Command::Orgs(target) => orgs(&target).await,
        Command::Clock(command) => clock(&command).await,
        Command::RotateKey(target) => rotate_key(&target).await,
        Command::Fail(args) => fail(&args).await,
        Command::Requests(args) => requests(&args).await,
        Command::Emails(target) => emails(&target).await,
        Command::Sms(target) => sms(&target).await,
        Command::MagicLinks(target) => magic_links(&target).await,
        Command::Webhooks(command) => webhooks(&command).await,
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
        Command::Completions { shell } => completions(shell, Args::command()),
        Command::NodePreload { url } => print(&node_preload(url.as_str())),
    }
    .map(|()| ExitCode::SUCCESS)
}
