//! The thread on which calls run whose callers move between threads.

use std::{io, thread};

use actix_web::rt::System;
use tokio::sync::mpsc;

pub(super) type Job = Box<dyn FnOnce() + Send>;

/// A thread with a `System` of its own, which ends when this is dropped.
#[derive(Debug)]
pub(super) struct DedicatedThread(mpsc::UnboundedSender<Job>);

impl DedicatedThread {
    /// Starts the thread. Each job runs inside its `System`.
    pub(super) fn start() -> io::Result<Self> {
        let (sender, mut jobs) = mpsc::unbounded_channel::<Job>();
        thread::Builder::new()
            .name("propelauth".to_owned())
            .spawn(move || {
                System::new().block_on(async move {
                    while let Some(job) = jobs.recv().await {
                        job();
                    }
                });
            })?;
        Ok(Self(sender))
    }

    /// Sends a job to the thread. Returns an error if the thread is gone.
    pub(super) fn run(&self, job: Job) -> io::Result<()> {
        self.0.send(job).map_err(|_| gone())
    }
}

/// Returns the error for a thread that ended before its work.
pub(super) fn gone() -> io::Error {
    io::Error::other("the thread for PropelAuth is gone")
}
