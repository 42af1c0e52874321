//! What the crate logged in this process, on any thread.

use std::{
    io,
    sync::{Mutex, Once},
};

static LINES: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct Lines;

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Begins to keep what is logged, of all tests of the process.
pub(crate) fn keep() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::DEBUG)
            .with_ansi(false)
            .with_writer(|| Lines)
            .init();
    });
}

/// Returns all lines so far.
pub(crate) fn text() -> String {
    String::from_utf8_lossy(&LINES.lock().unwrap()).into_owned()
}
