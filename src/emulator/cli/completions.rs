//! `propelauth-dev completions`: completion of the program's arguments by a shell.

use clap::Command;
use clap_complete::{Shell, generate};

use super::output::print;

/// Prints the script that a shell reads to complete the arguments of the program.
pub(super) fn completions(shell: Shell, mut command: Command) -> Result<(), String> {
    let mut script = Vec::new();
    generate(shell, &mut command, "propelauth-dev", &mut script);
    print(&String::from_utf8_lossy(&script))
}
