//! The state that each thread keeps for a handle: its awc client, which is `!Send`, and its circuit
//! breaker.

use std::{
    cell::RefCell,
    rc::Rc,
    sync::{Arc, Weak},
};

use tokio::{runtime, task::LocalSet};

use super::{circuit_breaker::CircuitBreaker, config::ClientConfig, send_error::SendError};

struct ThreadState {
    handle: Weak<ClientConfig>,
    /// The runtime that drives the connections.
    runtime: Option<runtime::Id>,
    client: Option<awc::Client>,
    tasks: Rc<LocalSet>,
    circuit_breaker: Rc<CircuitBreaker>,
}

thread_local! {
    /// One for each handle in use; those whose handle is gone are dropped.
    static STATES: RefCell<Vec<ThreadState>> = const { RefCell::new(Vec::new()) };
}

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

/// Returns what this thread knows of the other side's circuit_breaker.
pub(crate) fn circuit_breaker(config: &Arc<ClientConfig>) -> Rc<CircuitBreaker> {
    with(config, |state| Rc::clone(&state.circuit_breaker))
}

/// Returns where this thread's local tasks are for a runtime. A thread may run one runtime after
/// another, and neither tasks nor connections of one that ended, or that waits for this one, go on:
/// they are dropped here.
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

/// Returns this thread's awc client, made by the first to ask.
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

#[cfg(test)]
pub(crate) fn count() -> usize {
    STATES.with_borrow(Vec::len)
}
