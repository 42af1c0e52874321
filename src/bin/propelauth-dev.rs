//! The emulator as a program. `propelauth-dev --help` lists its arguments.

use std::process::ExitCode;

fn main() -> ExitCode {
    actix_web_propelauth::emulator::propelauth_dev()
}
