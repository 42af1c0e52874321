//! Signals, and the processes that a command started.

use std::{future::poll_fn, io, task::Poll};

use actix_web::rt::signal::unix::{Signal as Stream, SignalKind, signal};
use rustix::process::{
    Pid, Signal, WaitOptions, kill_process, kill_process_group, test_kill_process_group, wait,
};

/// The signals that ask a program to end.
pub(super) struct Signals([(Signal, Stream); 4]);

impl Signals {
    /// Catches the signals from now on.
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self([
            (Signal::INT, signal(SignalKind::interrupt())?),
            (Signal::TERM, signal(SignalKind::terminate())?),
            (Signal::HUP, signal(SignalKind::hangup())?),
            (Signal::QUIT, signal(SignalKind::quit())?),
        ]))
    }

    /// Waits for the next signal.
    pub(super) async fn recv(&mut self) -> Signal {
        poll_fn(|context| {
            for (signal, stream) in &mut self.0 {
                if stream.poll_recv(context).is_ready() {
                    return Poll::Ready(*signal);
                }
            }
            Poll::Pending
        })
        .await
    }
}

/// Becomes the parent of descendants whose own parent ends, so that they can be found.
pub(super) fn adopt_orphans() {
    // Elsewhere, only processes that leave the group of the command are not found.
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_child_subreaper(Some(rustix::process::getpid()));
}

/// Takes the exit codes of the children that have ended. The code of a child that was killed is 128
/// more than the signal, as in a shell.
pub(super) fn reap() -> Vec<(Pid, u8)> {
    let mut ended = Vec::new();
    while let Ok(Some((pid, status))) = wait(WaitOptions::NOHANG) {
        let signal = status.terminating_signal().map(|signal| 128 + signal);
        if let Some(code) = status.exit_status().or(signal) {
            ended.push((pid, u8::try_from(code).unwrap_or(u8::MAX)));
        }
    }
    ended
}

/// Sends a signal to the processes of a group.
pub(super) fn signal_group(group: Pid, signal: Signal) {
    // They may have ended meanwhile.
    let _ = kill_process_group(group, signal);
}

/// Sends a signal to the processes of a group and to all other descendants of this process, whether
/// they are stopped or not.
pub(super) fn signal_all(group: Pid, signal: Signal) {
    signal_group(group, signal);
    let others = descendants()
        .into_iter()
        .filter(|it| it.group != group.as_raw_pid());
    let others: Vec<Pid> = others.filter_map(|it| Pid::from_raw(it.pid)).collect();
    for pid in &others {
        let _ = kill_process(*pid, signal);
    }
    // A process that is stopped receives no signal before it continues.
    signal_group(group, Signal::CONT);
    for pid in &others {
        let _ = kill_process(*pid, Signal::CONT);
    }
}

/// Returns `true` if a process of a group or another descendant of this process is left.
pub(super) fn are_left(group: Pid) -> bool {
    test_kill_process_group(group).is_ok() || !descendants().is_empty()
}

struct Process {
    pid: i32,
    group: i32,
    #[cfg(target_os = "linux")]
    parent: i32,
}

/// Returns all processes that descend from this one and have not ended.
#[cfg(target_os = "linux")]
fn descendants() -> Vec<Process> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    let mut others: Vec<Process> = all
        .filter_map(|entry| {
            // A process may end between the two steps.
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            process(&stat)
        })
        .collect();
    let mut ancestors = vec![rustix::process::getpid().as_raw_pid()];
    let mut found = Vec::new();
    while let Some(ancestor) = ancestors.pop() {
        let children = others.extract_if(.., |it| it.parent == ancestor);
        for child in children {
            ancestors.push(child.pid);
            found.push(child);
        }
    }
    found
}

#[cfg(not(target_os = "linux"))]
fn descendants() -> Vec<Process> {
    Vec::new()
}

/// Reads a line of `/proc/PID/stat`, unless the process has ended. The second field is the name of the
/// program in parentheses, which may contain anything.
#[cfg(target_os = "linux")]
fn process(stat: &str) -> Option<Process> {
    let (pid, _) = stat.split_once(' ')?;
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_ascii_whitespace();
    let state = fields.next()?;
    let (parent, group) = (fields.next()?, fields.next()?);
    if ["Z", "X"].contains(&state) {
        return None;
    }
    Some(Process {
        pid: pid.parse().ok()?,
        parent: parent.parse().ok()?,
        group: group.parse().ok()?,
    })
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::process;

    #[test]
    fn a_process_is_read_whatever_its_name_is() {
        let read = process("7 (a) Z) 1 (b) S 3 5 5 0 -1").unwrap();
        assert_eq!((read.pid, read.parent, read.group), (7, 3, 5));
        for ended in [
            "7 (a) Z 3 5 5",
            "7 (a) X 3 5 5",
            "",
            "7",
            "7 (a)",
            "7 (a) S 3",
        ] {
            assert!(process(ended).is_none(), "{ended}");
        }
    }
}
