//! The command line of the program.

use clap::{Parser, Subcommand};
use url::Url;

use super::{
    doctor::DoctorArgs,
    explain::ExplainArgs,
    seed::SeedCommand,
    snapshot::SnapshotCommand,
    target::{Target, emulator_url},
    up::UpArgs,
};

/// Emulates PropelAuth on this machine: the backend API with state in memory, and signed tokens.
///
/// It protects nothing: the key that signs its tokens is published.
#[derive(Debug, Parser)]
#[command(
    name = "propelauth-dev",
    version,
    args_conflicts_with_subcommands = true
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    /// What the program does without a subcommand.
    #[command(flatten)]
    pub(super) up: UpArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Starts the emulator [default].
    Up(UpArgs),
    /// Prints what the running emulator is: its URL, key, clock, roles and permissions.
    Status(Target),
    /// Lists the users of the running emulator and their organizations.
    Users(Target),
    /// Lists the organizations of the running emulator and their members.
    Orgs(Target),
    /// Resets the running emulator to the state that it had when it started, seeds included.
    Reset(Target),
    /// Prints a file for `node --require` that redirects the Node SDK's requests to the emulator.
    NodePreload {
        /// The URL of the emulator.
        #[arg(long, default_value = "http://127.0.0.1:9100", value_parser = emulator_url)]
        url: Url,
    },
    Doctor(DoctorArgs),
    Explain(ExplainArgs),
    /// Writes and checks seeds: files with what the emulator starts with.
    #[command(subcommand)]
    Seed(SeedCommand),
    /// Saves and loads the state of the running emulator under a name.
    #[command(subcommand)]
    Snapshot(SnapshotCommand),
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory as _, Parser as _};

    use super::Args;

    #[test]
    fn the_definition_is_consistent() {
        Args::command().debug_assert();
    }

    #[test]
    fn up_may_be_left_out() {
        let parsed = |arguments: &[&str]| Args::try_parse_from(arguments).unwrap();
        let with = parsed(&["propelauth-dev", "up", "--port", "7"]);
        assert!(matches!(with.command, Some(super::Command::Up(up)) if up.port == 7));
        let without = parsed(&["propelauth-dev", "--port", "7"]);
        assert!(without.command.is_none() && without.up.port == 7);
    }

    #[test]
    fn a_proxy_needs_a_file_for_its_certificate() {
        assert!(Args::try_parse_from(["propelauth-dev"]).is_ok());
        assert!(Args::try_parse_from(["propelauth-dev", "--proxy-port", "1"]).is_err());
    }
}
