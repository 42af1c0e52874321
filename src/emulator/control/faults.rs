//! Faults: turning failures of PropelAuth on and off.

use std::collections::BTreeSet;

use crate::emulator::{
    control::{Emulator, EmulatorError},
    http::Shared,
    state::{ActiveFault, Fault, json_document::nearest, route_pattern::RoutePattern},
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
    let patterns = patterns(shared, fault.route.trim())?;
    Ok(shared.faults().add(fault, patterns))
}

/// Returns the patterns of a route, or an error if no operation has it.
fn patterns(shared: &Shared, route: &str) -> Result<Vec<RoutePattern>, String> {
    if !route.contains(['/', '*', ' ']) {
        let routes = shared.operations().filter(|(name, ..)| *name == route);
        let patterns: Vec<_> = routes
            .map(|(_, method, path)| RoutePattern::new(&format!("{method} {path}")))
            .collect();
        return match patterns.is_empty() {
            true => Err(unknown_operation(shared, route)),
            false => Ok(patterns),
        };
    }
    let pattern = RoutePattern::new(route);
    let mut operations = shared.operations();
    match operations.any(|(_, method, path)| pattern.matches(method, path)) {
        true => Ok(vec![pattern]),
        false => Err(format!(
            "no operation has the route {route:?}: write `*`, the name of an operation such as \
             create_user, or a method and a path such as `GET /api/backend/v1/user/{{user_id}}`"
        )),
    }
}

/// The maximum number of names in an error message.
const MAX_NAMES: usize = 5;

fn unknown_operation(shared: &Shared, name: &str) -> String {
    let names: BTreeSet<&str> = shared.operations().map(|(name, ..)| name).collect();
    let known: Vec<&str> = names.into_iter().collect();
    let near = nearest(name, &known, MAX_NAMES);
    let meant = match near.is_empty() {
        true => ":".to_owned(),
        false => format!(", did you mean {}?", near.join(" or ")),
    };
    format!("unknown operation `{name}`{meant} SUPPORTED.md lists all operations")
}
