//! What each thread keeps of a handle: its awc client, which cannot leave the thread, and what it
//! knows of the other side's health.

use std::{
    cell::RefCell,
    rc::Rc,
    sync::{Arc, Weak},
};

use tokio::{runtime, task::LocalSet};

use super::{error::CallError, health::Health, settings::Prepared};

struct Worker {
    handle: Weak<Prepared>,
    /// The runtime that drives the connections.
    runtime: Option<runtime::Id>,
    client: Option<awc::Client>,
    tasks: Rc<LocalSet>,
    health: Rc<Health>,
}

thread_local! {
    /// One for each handle in use; those whose handle is gone are dropped.
    static WORKERS: RefCell<Vec<Worker>> = const { RefCell::new(Vec::new()) };
}

fn with<T>(prepared: &Arc<Prepared>, act: impl FnOnce(&mut Worker) -> T) -> T {
    let is_its = |worker: &&mut Worker| worker.handle.as_ptr() == Arc::as_ptr(prepared);
    WORKERS.with_borrow_mut(|workers| {
        if let Some(worker) = workers.iter_mut().find(is_its) {
            return act(worker);
        }
        let mut worker = Worker {
            handle: Arc::downgrade(prepared),
            runtime: None,
            client: None,
            tasks: Rc::default(),
            health: Health::new(prepared.circuit_breaker),
        };
        let result = act(&mut worker);
        workers.push(worker);
        result
    })
}

/// Returns what this thread knows of the other side's health.
pub(super) fn health(prepared: &Arc<Prepared>) -> Rc<Health> {
    with(prepared, |worker| Rc::clone(&worker.health))
}

/// Returns where this thread's local tasks are for a runtime. A thread may run one runtime after
/// another, and neither tasks nor connections of one that ended, or that waits for this one, go on:
/// they are dropped here.
pub(super) fn local_set(prepared: &Arc<Prepared>, runtime: runtime::Id) -> Rc<LocalSet> {
    with(prepared, |worker| {
        if worker.runtime != Some(runtime) {
            worker.runtime = Some(runtime);
            worker.client = None;
            worker.tasks = Rc::default();
        }
        Rc::clone(&worker.tasks)
    })
}

/// Returns this thread's awc client, made by the first to ask.
pub(super) fn client(
    prepared: &Arc<Prepared>,
    make: impl FnOnce(&Prepared) -> Result<awc::Client, CallError>,
) -> Result<awc::Client, CallError> {
    WORKERS.with_borrow_mut(|workers| workers.retain(|it| it.handle.strong_count() > 0));
    if let Some(client) = with(prepared, |worker| worker.client.clone()) {
        return Ok(client);
    }
    let client = make(prepared)?;
    with(prepared, |worker| worker.client = Some(client.clone()));
    Ok(client)
}

#[cfg(test)]
pub(super) fn count() -> usize {
    WORKERS.with_borrow(Vec::len)
}
