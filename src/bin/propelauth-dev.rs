//! The emulator as a program: `propelauth-dev --help` tells what it can do.

use std::process::ExitCode;

fn main() -> ExitCode {
    actix_web_propelauth::emulator::cli::main()
}
