//! The supervisor of a command: a process between `propelauth-dev up` and the command, which ends
//! with all that the command started.
//!
//! It is a process of its own, so that no process is left even if `propelauth-dev up` is killed: it
//! notices that its parent is gone. It has a process group of its own, and so has the command: Ctrl-C
//! in a terminal reaches `propelauth-dev up` only, which passes it on.

use std::{
    env,
    ffi::OsString,
    io, iter,
    os::unix::process::{CommandExt as _, parent_id},
    process::{Command, ExitCode},
    time::Duration,
};

use actix_web::rt::signal::unix::{SignalKind, signal};
use clap::Parser;
use rustix::process::{Pid, Signal};
use tokio::time::{Instant, interval};

use super::processes::{self, Signals};
use crate::emulator::cli::output::note;

/// The time between two looks at what is still running.
const INTERVAL: Duration = Duration::from_millis(100);

/// The time after killing in which what is left must be gone. A process that this user may not kill, or
/// that hangs in the kernel, does not end; waiting for it would be without limit.
const LAST_WAIT: Duration = Duration::from_secs(5);

/// The exit codes of shells for a command that does not exist, and for one that cannot be run.
const NOT_FOUND: u8 = 127;
const NOT_RUNNABLE: u8 = 126;

/// The exit code of shells for a command that was killed.
const KILLED: u8 = 137;

/// The first argument of a process that is a supervisor. It is no subcommand, because only the program
/// itself has a use for it: it would be in completions.
pub(super) const SUPERVISE: &str = "supervise";

/// The arguments of the supervisor.
#[derive(Debug, Parser)]
pub(in crate::emulator::cli) struct SuperviseArgs {
    /// The process whose end ends the command.
    #[arg(long)]
    parent: u32,
    /// The seconds between asking the command to end and killing it.
    #[arg(long)]
    grace: u32,
    /// The command.
    #[arg(last = true, required = true)]
    command: Vec<OsString>,
}

impl SuperviseArgs {
    /// Returns the arguments of this process if it is a supervisor.
    pub(in crate::emulator::cli) fn given() -> Option<Self> {
        let mut arguments = env::args_os();
        let name = arguments.next()?;
        let is_supervisor = arguments.next()? == SUPERVISE;
        is_supervisor.then(|| Self::parse_from(iter::once(name).chain(arguments)))
    }
}

/// Runs the command, and returns its exit code when all that it started has ended.
pub(in crate::emulator::cli) async fn supervise(args: SuperviseArgs) -> Result<ExitCode, String> {
    let failed = |error: io::Error| format!("the supervisor failed: {error}");
    // Before the command starts, so that no signal is missed.
    let mut signals = Signals::new().map_err(failed)?;
    let mut child_ended = signal(SignalKind::child()).map_err(failed)?;
    processes::adopt_orphans();
    let Some((program, arguments)) = args.command.split_first() else {
        return Err("there is no command".to_owned());
    };
    let started = Command::new(program)
        .args(arguments)
        .process_group(0)
        .spawn();
    let child = match started {
        Ok(child) => child,
        Err(error) => {
            note(&format!(
                "{program:?} cannot be started ({error}): write a program that is in PATH, or its \
                 path, after `--`"
            ));
            return Ok(ExitCode::from(match error.kind() {
                io::ErrorKind::NotFound => NOT_FOUND,
                _ => NOT_RUNNABLE,
            }));
        }
    };
    let grace = Duration::from_secs(args.grace.into());
    let mut run = Run::new(Pid::from_child(&child));
    let mut ticks = interval(INTERVAL);
    loop {
        tokio::select! {
            _ = child_ended.recv() => {}
            signal = signals.recv() => run.ask(signal, grace),
            _ = ticks.tick() => {
                if parent_id() != args.parent {
                    run.ask_once(Signal::TERM, grace);
                }
            }
        }
        if let Some(code) = run.progress(grace) {
            return Ok(ExitCode::from(code));
        }
    }
}

/// A command that runs, or is ending.
struct Run {
    group: Pid,
    /// The exit code of the command, once it has ended.
    code: Option<u8>,
    /// When everything that is left is killed, once anything was asked to end.
    deadline: Option<Instant>,
    /// When the supervisor ends although something is left, once anything was killed.
    end_of_wait: Option<Instant>,
    /// Whether what the command left behind was asked to end.
    is_swept: bool,
}

impl Run {
    fn new(group: Pid) -> Self {
        Self {
            group,
            code: None,
            deadline: None,
            end_of_wait: None,
            is_swept: false,
        }
    }

    /// Passes a signal on. The second one kills, because its sender does not want to wait.
    fn ask(&mut self, signal: Signal, grace: Duration) {
        match self.deadline {
            None => self.ask_once(signal, grace),
            Some(_) => self.deadline = Some(Instant::now()),
        }
    }

    fn ask_once(&mut self, signal: Signal, grace: Duration) {
        if self.deadline.is_none() {
            self.deadline = Some(Instant::now() + grace);
            processes::signal_group(self.group, signal);
        }
    }

    /// Ends what is due, and returns the exit code if nothing is left.
    fn progress(&mut self, grace: Duration) -> Option<u8> {
        for (pid, code) in processes::reap() {
            if pid == self.group {
                self.code = Some(code);
            }
        }
        let now = Instant::now();
        if self.code.is_some() && !self.is_swept {
            self.is_swept = true;
            self.deadline.get_or_insert(now + grace);
            processes::signal_all(self.group, Signal::TERM);
        }
        if self.code.is_some() && !processes::are_left(self.group) {
            return self.code;
        }
        if self.deadline.is_some_and(|deadline| deadline <= now) {
            processes::signal_all(self.group, Signal::KILL);
            if self.gives_up(now) {
                note("a process that the command started cannot be killed, and is left behind");
                return Some(self.code.unwrap_or(KILLED));
            }
        }
        None
    }

    /// Returns `true` if what was killed had its time to be gone. The first call begins that time.
    fn gives_up(&mut self, now: Instant) -> bool {
        now >= *self.end_of_wait.get_or_insert(now + LAST_WAIT)
    }
}

#[cfg(test)]
mod tests {
    use rustix::process::getpid;
    use tokio::time::Instant;

    use super::{LAST_WAIT, Run};

    #[test]
    fn what_cannot_be_killed_is_not_waited_for_without_limit() {
        let mut run = Run::new(getpid());
        let now = Instant::now();
        assert!(!run.gives_up(now));
        assert!(!run.gives_up(now + LAST_WAIT / 2));
        assert!(run.gives_up(now + LAST_WAIT));
    }
}
