//! The file of `--state`: read at the start, and replaced as a whole after changes.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::words::strict_json::StrictValue;

/// A state file that no other program writes.
#[derive(Debug)]
pub(super) struct StateFile {
    path: PathBuf,
    /// The lock is on a file beside the state, because the state's file is replaced.
    lock_path: PathBuf,
    _lock: File,
    written: Option<String>,
}

impl StateFile {
    /// Locks the file, and returns what it contains, or `None` if it does not exist yet.
    pub(super) fn open(path: &Path) -> Result<(Self, Option<Value>), String> {
        // A link is followed, so that what it leads to is replaced, and not the link.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let named = |why: String| format!("{}: {why}", path.display());
        let lock_path = with_suffix(&path, ".lock");
        let mut options = OpenOptions::new();
        let lock = private(options.create(true).truncate(false).write(true)).open(&lock_path);
        let lock = lock.map_err(|error| {
            format!(
                "{}: {error}: choose a place for --state that can be written",
                lock_path.display()
            )
        })?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(named(
                    "another emulator keeps its state in this file: stop it, or choose another file"
                        .to_owned(),
                ));
            }
            Err(TryLockError::Error(error)) => return Err(named(error.to_string())),
        }
        let kept = read(&path).map_err(named)?;
        let file = Self {
            path,
            lock_path,
            _lock: lock,
            written: None,
        };
        Ok((file, kept))
    }

    /// Replaces the contents of the file, unless they are the same.
    pub(super) fn write(&mut self, kept: &Value) -> Result<(), String> {
        let text = format!("{kept:#}\n");
        if self.written.as_ref() == Some(&text) {
            return Ok(());
        }
        let new = with_suffix(&self.path, ".new");
        replace(&new, &self.path, &text).map_err(|error| {
            let path = self.path.display();
            format!("{path}: the state cannot be written: {error}")
        })?;
        self.written = Some(text);
        Ok(())
    }
}

impl Drop for StateFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.lock_path);
    }
}

fn read(path: &Path) -> Result<Option<Value>, String> {
    const REMEDY: &str = "The file was not changed. Move it away to start with a new state";
    match fs::read_to_string(path) {
        Ok(text) => match serde_json::from_str::<StrictValue>(&text) {
            Ok(read) => Ok(Some(read.0)),
            Err(error) => Err(format!("this is not a state: {error}. {REMEDY}")),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("the state cannot be read: {error}. {REMEDY}")),
    }
}

/// Writes a new file beside the old one and puts it in its place, so that a crash leaves one of the two.
fn replace(new: &Path, path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    // A file that a crash left behind may have other permissions.
    let _ = fs::remove_file(new);
    let mut file = private(options.create_new(true).write(true)).open(new)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(new, path)
}

/// Only the owner reads and writes it, because it contains API keys.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}
