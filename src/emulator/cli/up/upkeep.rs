//! What the program does while it serves: it applies a changed seed, and writes the state file.

use std::{
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use super::{args::UpArgs, seed_watch::SeedWatch, state_file::StateFile};
use crate::emulator::{
    cli::output::note,
    control::{Emulator, EmulatorBuilder},
    seed::{Seed, Summary},
};

/// The time between two looks.
const INTERVAL: Duration = Duration::from_millis(500);

/// What is to be done while the emulator runs.
#[derive(Debug, Default)]
pub(super) struct Plan {
    seed: Option<SeedWatch>,
    state: Option<StateFile>,
}

/// The thread that does it. Dropping it writes the state for the last time.
#[derive(Debug)]
pub(super) struct Upkeep {
    stop: mpsc::Sender<()>,
    thread: Option<JoinHandle<()>>,
}

impl Plan {
    /// Reads the state file and the seed that the arguments name.
    pub(super) fn new(
        builder: EmulatorBuilder,
        args: &UpArgs,
    ) -> Result<(EmulatorBuilder, Self), String> {
        let mut plan = Self::default();
        if let Some(path) = &args.state {
            let (file, kept) = StateFile::open(path)?;
            plan.state = Some(file);
            if let Some(kept) = kept {
                if let Some(seed) = &args.seed {
                    note(&format!(
                        "{} continues; {} is not applied again",
                        path.display(),
                        seed.display()
                    ));
                }
                return Ok((builder.kept(kept, path.display().to_string()), plan));
            }
        }
        let Some(path) = &args.seed else {
            return Ok((builder, plan));
        };
        let seed = Seed::file(path);
        // Watched from before it is read, so that no change is missed.
        let watch = SeedWatch::new(path);
        let snapshot = seed
            .to_snapshot()
            .map_err(|mistakes| mistakes.to_string())?;
        let builder = match snapshot {
            Some(_) if args.id_seed.is_some() => {
                return Err("a snapshot contains its ids: leave out --id-seed".to_owned());
            }
            Some(snapshot) => builder.snapshot(snapshot),
            None => {
                // A state that is kept is not replaced when a seed changes.
                plan.seed = (!args.no_reload && plan.state.is_none()).then_some(watch);
                builder.seed(seed)
            }
        };
        Ok((builder, plan))
    }

    /// Writes the state for the first time, and starts the thread.
    pub(super) fn start(mut self, emulator: &Arc<Emulator>) -> Result<Option<Upkeep>, String> {
        if self.seed.is_none() && self.state.is_none() {
            return Ok(None);
        }
        self.write_state(emulator)?;
        let emulator = Arc::clone(emulator);
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new()
            .name("upkeep".to_owned())
            .spawn(move || {
                let mut changes = emulator.changes();
                let mut failure = None;
                loop {
                    let is_over = stopped.recv_timeout(INTERVAL) != Err(RecvTimeoutError::Timeout);
                    self.apply_seed(&emulator);
                    let now = emulator.changes();
                    if is_over || now != changes || failure.is_some() {
                        changes = now;
                        let why = self.write_state(&emulator).err();
                        // A full disk is not reported twice a second.
                        if let Some(why) = why.as_ref().filter(|why| Some(*why) != failure.as_ref())
                        {
                            note(why);
                        }
                        failure = why;
                    }
                    if is_over {
                        return;
                    }
                }
            });
        let thread = thread.map_err(|error| format!("no thread can be started: {error}"))?;
        Ok(Some(Upkeep {
            stop,
            thread: Some(thread),
        }))
    }

    fn write_state(&mut self, emulator: &Emulator) -> Result<(), String> {
        match &mut self.state {
            Some(file) => file.write(&emulator.keep()),
            None => Ok(()),
        }
    }

    fn apply_seed(&mut self, emulator: &Emulator) {
        let Some(watch) = self.seed.as_mut() else {
            return;
        };
        if !watch.has_changed() {
            return;
        }
        let path = watch.path().display();
        match emulator.start_anew(&Seed::file(watch.path())) {
            Ok(created) => note(&format!("{path} has changed: {}", counts(&created))),
            Err(mistakes) => note(&format!(
                "{path} has changed and is not applied, the state remains as it is:\n{mistakes}"
            )),
        }
    }
}

/// Returns what was created as one line.
fn counts(created: &Summary) -> String {
    let counted =
        |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    format!(
        "the state is replaced, with {} and {}",
        counted(created.users.len(), "user"),
        counted(created.orgs.len(), "organization")
    )
}

impl Drop for Upkeep {
    fn drop(&mut self) {
        let _ = self.stop.send(());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
