//! The state that each thread keeps for a handle: its awc client, which is `!Send`, and its circuit
//! breaker.
//!
//! A handle is shared by all workers, each of which runs its own single-threaded runtime. A
//! connection belongs to the runtime that opened it: its readiness is reported to that runtime's
//! reactor, and stops for good when the runtime ends. So connections are kept by thread, and
//! dropped when the thread runs another runtime, as tests do that start a runtime each.

use std::{
    cell::RefCell,
    rc::Rc,
    sync::{Arc, Weak},
};

use tokio::{runtime, task::LocalSet};

use super::{circuit_breaker::CircuitBreaker, config::ClientConfig, send_error::SendError};

/// The state of one handle on this thread.
struct ThreadState {
    /// The handle, as long as it lives; weak, so that a thread does not keep the key in memory.
    handle: Weak<ClientConfig>,
    /// The runtime that drives the connections of `client` and the tasks of `tasks`.
    runtime: Option<runtime::Id>,
    /// awc's client with its pool of connections, created by the first call.
    client: Option<awc::Client>,
    /// The tasks that awc spawns for its connections.
    tasks: Rc<LocalSet>,
    /// Kept when the runtime changes, because it is about the server.
    circuit_breaker: Rc<CircuitBreaker>,
}

thread_local! {
    /// One entry for each handle in use. A scan is enough: an application has one or two handles.
    static STATES: RefCell<Vec<ThreadState>> = const { RefCell::new(Vec::new()) };
}

/// Calls a function with the state of a handle, which is created by the first call.
fn with<T>(config: &Arc<ClientConfig>, act: impl FnOnce(&mut ThreadState) -> T) -> T {
    let is_its = |state: &&mut ThreadState| state.handle.as_ptr() == Arc::as_ptr(config);
    STATES.with_borrow_mut(|states| {
        if let Some(state) = states.iter_mut().find(is_its) {
            return act(state);
        }
        let mut state = ThreadState {
            handle: Arc::downgrade(config),
            runtime: None,
            client: None,
            tasks: Rc::default(),
            circuit_breaker: CircuitBreaker::new(config.options.circuit_breaker),
        };
        let result = act(&mut state);
        states.push(state);
        result
    })
}

/// Returns this thread's circuit breaker.
pub(crate) fn circuit_breaker(config: &Arc<ClientConfig>) -> Rc<CircuitBreaker> {
    with(config, |state| Rc::clone(&state.circuit_breaker))
}

/// Returns the set of local tasks for a runtime on this thread.
///
/// A thread may run one runtime after another, or one inside of another that waits for it. The
/// tasks and connections of a runtime that has ended, or that is waiting, do not make progress, so
/// they are dropped when the runtime changes.
pub(super) fn local_set(config: &Arc<ClientConfig>, runtime: runtime::Id) -> Rc<LocalSet> {
    with(config, |state| {
        if state.runtime != Some(runtime) {
            state.runtime = Some(runtime);
            state.client = None;
            state.tasks = Rc::default();
        }
        Rc::clone(&state.tasks)
    })
}

/// Returns this thread's awc client, creating it at the first call.
///
/// The states of handles that were dropped are removed here: once for each attempt, which is rare
/// enough and still bounds them.
///
/// # Errors
///
/// Returns the error of `make`. It is not kept: the next call tries again.
pub(super) fn client(
    config: &Arc<ClientConfig>,
    make: impl FnOnce(&ClientConfig) -> Result<awc::Client, SendError>,
) -> Result<awc::Client, SendError> {
    STATES.with_borrow_mut(|states| states.retain(|it| it.handle.strong_count() > 0));
    if let Some(client) = with(config, |state| state.client.clone()) {
        return Ok(client);
    }
    let client = make(config)?;
    with(config, |state| state.client = Some(client.clone()));
    Ok(client)
}

/// Returns the number of handles that this thread has a state for.
#[cfg(test)]
pub(crate) fn count() -> usize {
    STATES.with_borrow(Vec::len)
}
