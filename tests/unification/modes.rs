//! Each mode in a process of its own, as what is process-wide cannot be taken back.

use std::process::{Command, ExitCode};

/// A name, and what panics unless it holds.
pub type Mode = (&'static str, fn());

/// Runs the mode that the first argument names, or each of them in a process that `prepare` may
/// add to. Fails if one of them does.
pub fn run(modes: &[Mode], prepare: impl Fn(&str, &mut Command)) -> ExitCode {
    if let Some(name) = std::env::args().nth(1) {
        let (_, check) = modes
            .iter()
            .find(|(mode, _)| *mode == name)
            .expect("a mode");
        check();
        return ExitCode::SUCCESS;
    }
    let mut failed = 0;
    for (name, _) in modes {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.arg(name);
        prepare(name, &mut command);
        let holds = command.status().unwrap().success();
        println!("{} {name}", if holds { "holds:" } else { "FAILS:" });
        failed += usize::from(!holds);
    }
    println!("{} of {} hold", modes.len() - failed, modes.len());
    ExitCode::from(u8::from(failed > 0))
}
