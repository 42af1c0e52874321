//! One environment, as middleware holds it.

use std::sync::Arc;

use crate::access::{
    settings::{Handle, Settings},
    token::authenticator::Authenticator,
};

/// An environment: what verifies its tokens, and the handle.
///
/// The type of the handle is above this folder, so that it is kept without being known.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    pub(in crate::access) auth: Arc<Authenticator>,
    /// The handle, which handlers can take as an argument as long as the middleware lives.
    _handle: Handle,
}

impl Project {
    pub(crate) fn new(auth: Arc<Authenticator>, handle: Handle) -> Self {
        Self {
            auth,
            _handle: handle,
        }
    }
}

/// What belongs to one environment: a handle, what middleware holds of it, or the check of a middleware.
pub(crate) trait OfProject {
    /// Returns the settings of the environment, whose address identifies it.
    fn settings(&self) -> &Arc<Settings>;
}

impl OfProject for Project {
    fn settings(&self) -> &Arc<Settings> {
        self.auth.settings()
    }
}
