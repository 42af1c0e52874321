//! Faults: turning failures of PropelAuth on and off.

use std::collections::BTreeSet;

use crate::emulator::{
    control::{Emulator, EmulatorError},
    http::Shared,
    state::{ActiveFault, Fault, json_document::unknown_name, route_pattern::RoutePattern},
};

impl Emulator {
    /// Turns a fault on: from now on, requests of its route fail, are slow, or both.
    ///
    /// If several faults are on for a route, the oldest one applies, so faults with
    /// [`times`](Fault::times) follow one another.
    ///
    /// ```
    /// use actix_web_propelauth::{Error, emulator::{Emulator, Fault}};
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let auth = emulator.propel_auth().await?;
    ///
    /// // The client repeats a call that only reads, so one failure does not matter.
    /// emulator.inject_fault(Fault::on("fetch_orgs_by_query").status(503).times(1))?;
    /// auth.org().fetch_orgs_by_query().await?;
    /// let statuses: Vec<_> = emulator.requests().iter().map(|it| it.status).collect();
    /// assert_eq!(statuses.last_chunk(), Some(&[Some(503), Some(200)]));
    ///
    /// emulator.inject_fault(Fault::on("create_user").drop_connection())?;
    /// let error = auth.user().create_user("alice@example.com").await.unwrap_err();
    /// assert!(matches!(error, Error::Unavailable { .. }));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if no operation has the route, or if the fault has no
    /// effect or two that contradict each other.
    pub fn inject_fault(&self, fault: Fault) -> Result<(), EmulatorError> {
        inject(&self.shared, fault).map_err(EmulatorError::Rejected)?;
        Ok(())
    }

    /// Returns the faults that are on, oldest first, each with the number of times that are left.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let faults = self.shared.faults();
        faults.list().iter().map(|it| it.fault.clone()).collect()
    }

    /// Turns all faults off.
    pub fn clear_faults(&self) {
        self.shared.faults().clear();
    }
}

/// Turns a fault on, if an operation has its route.
pub(super) fn inject(shared: &Shared, fault: Fault) -> Result<ActiveFault, String> {
    fault.check()?;
    let pattern = pattern(shared, fault.route.trim())?;
    Ok(shared.faults().add(fault, pattern))
}

/// Returns the pattern of a route, or an error if no operation has it.
fn pattern(shared: &Shared, route: &str) -> Result<RoutePattern, String> {
    if !route.contains(['/', '*', ' ']) {
        let mut operations = shared.routes.list();
        let Some((_, method, path)) = operations.find(|(name, ..)| *name == route) else {
            // Some operations have two routes.
            let names: BTreeSet<&str> = shared.routes.list().map(|(name, ..)| name).collect();
            let names: Vec<&str> = names.into_iter().collect();
            return Err(unknown_name(
                "operation",
                route,
                "the operations in SUPPORTED.md",
                &names,
            ));
        };
        return Ok(RoutePattern::new(&format!("{method} {path}")));
    }
    let pattern = RoutePattern::new(route);
    // An example of each path: what stands in braces matches a text as it matches any other.
    let mut operations = shared.routes.list();
    match operations.any(|(_, method, path)| pattern.matches(method.as_str(), path)) {
        true => Ok(pattern),
        false => Err(format!(
            "no operation has the route {route:?}: write `*`, the name of an operation such as \
             create_user, or a method and a path such as `GET /api/backend/v1/user/{{user_id}}`"
        )),
    }
}
