//! What middleware, guards and extractors decided about one request, for the route audit.
//!
//! An audit puts a [`Probe`] into the extensions of the requests that it sends, and reads afterwards
//! who decided what. A probe only listens: no decision depends on it. No request that came over a
//! network has one, and without the feature `audit` this file does not exist.

use std::{cell::RefCell, rc::Rc, sync::Arc};

use actix_web::{HttpMessage as _, HttpRequest, dev::Extensions, http::StatusCode};

use super::{
    denial::Denial, denied::Denied, required_org::RequiredOrg, requirement::Requirement,
    settings::Settings,
};

/// The list of decisions about one request, shared with the audit that sent it.
#[derive(Clone, Default)]
pub(crate) struct Probe(Rc<RefCell<Vec<Decision>>>);

/// One decision, and what made it.
#[derive(Clone)]
pub(crate) struct Decision {
    pub(crate) layer: Layer,
    pub(crate) verdict: Verdict,
}

/// What decides.
#[derive(Clone)]
pub(crate) enum Layer {
    /// The authentication middleware, and whether it requires a user.
    Middleware(&'static str, bool),
    /// The middleware that requires a step-up grant for this type of action.
    StepUp(String),
    /// A guard in `.wrap(…)`.
    Guard(GuardLayer),
    /// A guard in `.guard(…)`.
    RoutingGuard(GuardLayer),
    /// The middleware, in place of actix-web's response if no route took the request.
    NoRoute,
    /// An argument of the handler.
    Argument,
    /// The handler, by returning a denial.
    Handler,
}

/// A guard, and what it looked for in the request.
#[derive(Clone)]
pub(crate) struct GuardLayer {
    pub(crate) name: &'static str,
    pub(crate) requirement: Requirement,
    /// Where the lookup looked for the organization, as far as it used the methods of `OrgRequest`.
    pub(crate) sources: Vec<OrgSource>,
    /// The organization that the lookup found.
    pub(crate) org: Option<RequiredOrg>,
}

/// A place in a request that may name an organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum OrgSource {
    Path(String),
    Query(String),
    Header(String),
    ActiveOrg,
}

/// What was decided.
#[derive(Clone)]
pub(crate) enum Verdict {
    /// The request continued.
    Allowed,
    /// The request was denied, and nothing further inside has seen it.
    Denied(Denied, Arc<Settings>),
    /// An argument or the handler made a response of this status from a denial. The handler may have
    /// used another response.
    Raised(Denied, StatusCode, Arc<Settings>),
    /// The route was not selected. Another one may take the request.
    NotSelected(Denied, Arc<Settings>),
    /// A CORS preflight continued without a user.
    PassedPreflight,
}

impl Probe {
    /// Returns the decisions so far, in the order in which they were made.
    pub(crate) fn decisions(&self) -> Vec<Decision> {
        self.0.borrow().clone()
    }

    /// Adds a decision.
    pub(in crate::access) fn push(&self, decision: Decision) {
        self.0.borrow_mut().push(decision);
    }
}

impl Decision {
    /// Creates the decision of a layer that denies by a response of its own.
    pub(in crate::access) fn of<T>(layer: Layer, outcome: &Result<T, Denial>) -> Self {
        match outcome {
            Ok(_) => Self {
                layer,
                verdict: Verdict::Allowed,
            },
            Err(denial) => Self::denied(layer, denial),
        }
    }

    /// Creates the decision that denied a request.
    pub(in crate::access) fn denied(layer: Layer, denial: &Denial) -> Self {
        let Denial { denied, settings } = denial.clone();
        Self {
            layer,
            verdict: Verdict::Denied(denied, settings),
        }
    }
}

/// Records a decision if the request is one of an audit.
pub(in crate::access) fn record(request: &HttpRequest, decision: impl FnOnce() -> Decision) {
    let probe = find(&request.extensions());
    if let Some(probe) = probe {
        probe.push(decision());
    }
}

/// Returns the probe of a request that an audit sent.
pub(in crate::access) fn find(extensions: &Extensions) -> Option<Probe> {
    extensions.get::<Probe>().cloned()
}
