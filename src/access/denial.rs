//! A denial, with the settings of the project that denied.

use std::sync::Arc;

use super::{denied::Denied, misconfigured::Misconfigured, settings::Settings};

/// A denial, with the settings of the project that denied.
///
/// They belong together because the settings decide how the response is worded: its realm, whether
/// it has the exact reason, and the application's hook. With middleware of two projects in one
/// application, only the denial knows which of them applies.
#[derive(Clone)]
pub(in crate::access) struct Denial {
    pub(in crate::access) denied: Denied,
    pub(in crate::access) settings: Arc<Settings>,
}

impl Denial {
    /// Creates the denial for a misconfigured application, in which no project's settings are known.
    pub(in crate::access) fn misconfigured(problem: Misconfigured) -> Self {
        Self {
            denied: problem.into(),
            settings: Settings::fallback(),
        }
    }
}
