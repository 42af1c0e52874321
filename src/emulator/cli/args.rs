//! The command line of the program.

use clap::{Parser, Subcommand};
use clap_complete::Shell;
use url::Url;

use super::{
    clock::ClockCommand,
    doctor::DoctorArgs,
    explain::ExplainArgs,
    fail::FailArgs,
    requests::RequestsArgs,
    seed::SeedCommand,
    snapshot::SnapshotCommand,
    target::{Target, emulator_url},
    token::TokenArgs,
    up::UpArgs,
    webhooks::WebhooksCommand,
};

/// Emulates PropelAuth on this machine: the backend API with state in memory, and signed tokens.
///
/// It protects nothing: the key that signs its tokens is published.
#[derive(Debug, Parser)]
#[command(
    name = "propelauth-dev",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_value_name = "SUBCOMMAND",
    subcommand_help_heading = "Subcommands"
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    /// What the program does without a subcommand.
    #[command(flatten, next_help_heading = "Options of up")]
    pub(super) up: UpArgs,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Starts the emulator, and a command beside it [default].
    #[command(after_help = "Example: propelauth-dev up -- cargo run")]
    Up(Box<UpArgs>),
    /// Creates an access token, and prints nothing else to standard output.
    ///
    /// The token is for a user of the running emulator. If there is none, or if it does not know the
    /// user and --org says what the user is, it is for a user that only the token knows.
    #[command(
        after_help = "Example: curl -H \"Authorization: Bearer $(propelauth-dev token \
                            alice@example.com)\" localhost:8080/whoami"
    )]
    Token(Box<TokenArgs>),
    /// Prints what the running emulator is: its URL, key, clock, roles and permissions.
    #[command(after_help = "Example: propelauth-dev status --json")]
    Status(Target),
    /// Fails if no emulator runs. Containers check their health with it.
    #[command(after_help = "Example: propelauth-dev health")]
    Health(Target),
    /// Lists the users of the running emulator and their organizations.
    #[command(after_help = "Example: propelauth-dev users")]
    Users(Target),
    /// Lists the organizations of the running emulator and their members.
    #[command(after_help = "Example: propelauth-dev orgs")]
    Orgs(Target),
    /// Shows, stops, advances or resumes the clock of the running emulator.
    #[command(
        subcommand,
        subcommand_value_name = "SUBCOMMAND",
        subcommand_help_heading = "Subcommands",
        after_help = "Example: propelauth-dev clock advance 1h30m"
    )]
    Clock(ClockCommand),
    /// Replaces the key that signs tokens, as PropelAuth does when a key is rotated.
    #[command(after_help = "Example: propelauth-dev rotate-key")]
    RotateKey(Target),
    /// Makes requests of the backend API fail, to see what a service does about it.
    #[command(after_help = "Example: propelauth-dev fail create_user --status 503 --times 2")]
    Fail(Box<FailArgs>),
    /// Lists what the running emulator was asked, with secrets replaced.
    #[command(after_help = "Example: propelauth-dev requests --follow")]
    Requests(RequestsArgs),
    /// Lists the emails that PropelAuth would have sent.
    #[command(after_help = "Example: propelauth-dev emails")]
    Emails(Target),
    /// Lists the SMS that PropelAuth would have sent, with their codes.
    #[command(after_help = "Example: propelauth-dev sms")]
    Sms(Target),
    /// Lists the magic links that were created.
    #[command(after_help = "Example: propelauth-dev magic-links")]
    MagicLinks(Target),
    /// Lists, adds and removes webhook endpoints, and shows what was sent to them.
    #[command(
        subcommand,
        subcommand_value_name = "SUBCOMMAND",
        subcommand_help_heading = "Subcommands",
        after_help = "Example: propelauth-dev webhooks add http://127.0.0.1:8080/webhooks/propelauth"
    )]
    Webhooks(WebhooksCommand),
    /// Resets the running emulator to the state that it had when it started, seeds included.
    #[command(after_help = "Example: propelauth-dev reset")]
    Reset(Target),
    /// Prints the script that completes these arguments in a shell.
    #[command(after_help = "Example: source <(propelauth-dev completions bash)")]
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Prints a file for `node --require` that redirects the Node SDK's requests to the emulator.
    #[command(after_help = "Example: propelauth-dev node-preload > preload.cjs")]
    NodePreload {
        /// The URL of the emulator.
        #[arg(long, default_value = "http://127.0.0.1:9100", value_parser = emulator_url)]
        url: Url,
    },
    #[command(after_help = "Example: propelauth-dev explain token_expired")]
    Explain(ExplainArgs),
    /// Writes and checks seeds: files with what the emulator starts with.
    #[command(
        subcommand,
        subcommand_value_name = "SUBCOMMAND",
        subcommand_help_heading = "Subcommands",
        after_help = "Example: propelauth-dev seed init"
    )]
    Seed(SeedCommand),
    /// Saves and loads the state of the running emulator under a name.
    #[command(
        subcommand,
        subcommand_value_name = "SUBCOMMAND",
        subcommand_help_heading = "Subcommands",
        after_help = "Example: propelauth-dev snapshot save before-the-demo"
    )]
    Snapshot(SnapshotCommand),
    Doctor(Box<DoctorArgs>),
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
