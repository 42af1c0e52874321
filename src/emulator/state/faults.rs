//! The faults that are in effect.

use serde::Serialize;

use crate::emulator::state::{Fault, route_pattern::RoutePattern};

/// The faults that are in effect, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    active: Vec<ActiveFault>,
    last_id: u64,
}

/// A fault that is in effect, as it is listed.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ActiveFault {
    pub(crate) id: u64,
    #[serde(flatten)]
    pub(crate) fault: Fault,
    #[serde(skip)]
    /// Several for an operation with alternative routes.
    patterns: Vec<RoutePattern>,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault, patterns: Vec<RoutePattern>) -> ActiveFault {
        self.last_id = self.last_id.saturating_add(1);
        let added = ActiveFault {
            id: self.last_id,
            fault,
            patterns,
        };
        self.active.push(added.clone());
        added
    }

    /// Removes the fault with this id. Returns `true` if it was in effect.
    pub(crate) fn remove(&mut self, id: u64) -> bool {
        let before = self.active.len();
        self.active.retain(|it| it.id != id);
        self.active.len() < before
    }

    pub(crate) fn clear(&mut self) {
        self.active.clear();
    }

    pub(crate) fn list(&self) -> &[ActiveFault] {
        &self.active
    }

    /// Returns the oldest fault for a request, and counts it. The path is the template of the request's
    /// operation, if it is one's.
    pub(crate) fn take(&mut self, method: &str, path: &str) -> Option<Fault> {
        let mut faults = self.active.iter_mut();
        let found = faults.find(|it| it.patterns.iter().any(|one| one.matches(method, path)))?;
        let fault = found.fault.clone();
        if let Some(times) = &mut found.fault.times {
            *times = times.saturating_sub(1);
        }
        self.active.retain(|it| it.fault.times != Some(0));
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults, RoutePattern};

    #[test]
    fn a_fault_ends_after_its_number_of_requests_and_the_next_takes_over() {
        let mut faults = Faults::default();
        faults.add(
            Fault::on("/a").status(500).times(2),
            vec![RoutePattern::new("/a")],
        );
        faults.add(Fault::on("/a").status(502), vec![RoutePattern::new("/a")]);
        let mut status = || faults.take("GET", "/a").and_then(|it| it.status);
        let taken = [status(), status(), status(), status()];
        assert_eq!(taken, [Some(500), Some(500), Some(502), Some(502)]);
        assert_eq!(faults.take("GET", "/b"), None);
        faults.clear();
        assert_eq!(faults.take("GET", "/a"), None);
    }
}
