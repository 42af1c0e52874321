//! A denial and who denied.

use std::sync::Arc;

use super::{denied::Denied, settings::Settings};

/// A denial, with the settings of the project that denied: they say how to word the response.
#[derive(Clone)]
pub(in crate::access) struct Denial {
    pub(in crate::access) denied: Denied,
    pub(in crate::access) settings: Arc<Settings>,
}

impl Denial {
    /// Creates the denial of an application that is put together wrongly, so that no project's
    /// settings are known.
    pub(in crate::access) fn misconfigured(message: String) -> Self {
        Self {
            denied: Denied::Misconfigured(message),
            settings: Settings::fallback(),
        }
    }
}
