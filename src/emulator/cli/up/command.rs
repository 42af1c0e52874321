//! The command that `propelauth-dev up -- COMMAND` starts beside the emulator.

use std::{
    borrow::Cow,
    ffi::OsString,
    io::{self, IsTerminal as _},
    process::{Command, ExitCode, ExitStatus, Stdio},
};

use crate::emulator::cli::output::note;

/// Variables that would make the command use something else than the emulator.
const REMOVED: [&str; 2] = ["PROPELAUTH_VERIFIER_KEY", "PROPELAUTH_ISSUER"];

/// A command, and the variables that let it find the emulator.
pub(super) struct Started<'a> {
    pub(super) command: &'a [OsString],
    pub(super) variables: &'a [(&'static str, Cow<'a, str>)],
    /// The seconds between asking the command to end and killing it.
    pub(super) grace: u32,
}

impl Started<'_> {
    /// Runs the command until it ends, and returns its exit code. Signals are passed on to it.
    pub(super) async fn run(self) -> Result<ExitCode, String> {
        let shown = self.shown();
        for (name, value) in self.variables {
            note(&format!("{name}={value}"));
        }
        note(&format!("starts {shown}"));
        let code = self
            .code()
            .await
            .map_err(|error| format!("{shown}: {error}"))?;
        note(&format!("{shown} ended with exit code {code}"));
        Ok(ExitCode::from(code))
    }

    fn shown(&self) -> String {
        let parts: Vec<_> = self
            .command
            .iter()
            .map(|part| part.to_string_lossy())
            .collect();
        format!("`{}`", parts.join(" "))
    }

    fn prepare(&self, command: &mut Command) {
        for name in REMOVED {
            command.env_remove(name);
        }
        for (name, value) in self.variables {
            command.env(name, value.as_ref());
        }
        // In a process group of its own, the command would be stopped when it reads a terminal.
        if io::stdin().is_terminal() {
            command.stdin(Stdio::null());
        }
    }

    #[cfg(unix)]
    async fn code(&self) -> io::Result<u8> {
        use std::os::unix::process::CommandExt as _;

        use actix_web::rt::signal::unix::{SignalKind, signal};
        use rustix::process::{Pid, Signal, kill_process};

        use super::{
            processes::{Signals, adopt_orphans, signal_all},
            supervise::SUPERVISE,
        };

        // Before the command starts, so that no signal is missed.
        let mut signals = Signals::new()?;
        let mut child_ended = signal(SignalKind::child())?;
        adopt_orphans();
        let mut supervisor = Command::new(std::env::current_exe()?);
        supervisor
            .arg(SUPERVISE)
            .args(["--parent", &std::process::id().to_string()])
            .args(["--grace", &self.grace.to_string()])
            .arg("--")
            .args(self.command)
            .process_group(0);
        self.prepare(&mut supervisor);
        let mut supervisor = supervisor.spawn()?;
        let pid = Pid::from_child(&supervisor);
        loop {
            tokio::select! {
                _ = child_ended.recv() => {
                    if let Some(status) = supervisor.try_wait()? {
                        // Only if the supervisor was killed is something left.
                        signal_all(pid, Signal::KILL);
                        return Ok(code_of(status));
                    }
                }
                signal = signals.recv() => {
                    let _ = kill_process(pid, signal);
                }
            }
        }
    }

    #[cfg(not(unix))]
    async fn code(&self) -> io::Result<u8> {
        let Some((program, arguments)) = self.command.split_first() else {
            return Err(io::Error::other("there is no command"));
        };
        let mut command = Command::new(program);
        self.prepare(command.args(arguments));
        let mut child = command.spawn()?;
        let mut interrupt = std::pin::pin!(actix_web::rt::signal::ctrl_c());
        loop {
            tokio::select! {
                _ = &mut interrupt => child.kill()?,
                () = tokio::time::sleep(std::time::Duration::from_millis(100)) => {}
            }
            if let Some(status) = child.try_wait()? {
                return Ok(code_of(status));
            }
        }
    }
}

fn code_of(status: ExitStatus) -> u8 {
    let code = status.code().unwrap_or(1);
    u8::try_from(code).unwrap_or(u8::MAX)
}
