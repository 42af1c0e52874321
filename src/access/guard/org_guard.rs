//! [`OrgGuard`]: what all guards have in common, so that none is checked less strictly than another.

use std::{fmt, sync::Arc};

use actix_web::{HttpMessage as _, HttpRequest, dev::ResourceDef, guard::GuardContext};
use futures_util::future::LocalBoxFuture;

use super::{
    joining::joined,
    live::live,
    preflight::{is_preflight, was_passed},
    service::AccessCheck,
};
#[cfg(feature = "audit")]
use crate::access::probe::{self, Decision, GuardLayer, Layer, Verdict};
use crate::{
    access::{
        authorized::Authorized,
        callers::principal::Principal,
        denial::Denial,
        denied::Forbidden,
        misconfigured::Misconfigured,
        outcome::Outcome,
        request::{
            authenticate::{authenticate_for_guard, authenticate_while_routing},
            cached_result::{AuthResult, cache_found_result},
            org_id::{OrgRequest, PathParams},
        },
        required_org::RequiredOrg,
        requirement::Requirement,
        settings::Settings,
        step_up::{proof::Proof, proven::is_proven},
    },
    words::org_member_info::OrgMemberInfo,
};

/// The closure of a guard, whatever type it returned before the conversion.
type Lookup = dyn Fn(&OrgRequest<'_>) -> Option<RequiredOrg> + Send + Sync;

/// The implementation of every guard: a requirement, and a lookup of the organization.
///
/// It is public only because it is part of the `Transform` type of the guards.
#[derive(Clone)]
pub struct OrgGuard {
    name: &'static str,
    requirement: Requirement,
    lookup: Arc<Lookup>,
    /// The path pattern of the route, for lookups while a route is selected.
    pub(super) pattern: Option<ResourceDef>,
    /// Whether the memberships of now decide.
    pub(super) is_live: bool,
    /// Whether it only selects a route, and another one around the route does what needs a call.
    is_selecting: bool,
}

/// A marker in the extensions: a routing guard has denied the request. The middleware outside responds
/// with this denial if no other route takes the request.
pub(in crate::access) struct GuardDenied(pub(in crate::access) Denial);

impl OrgGuard {
    #[track_caller]
    pub(super) fn new<T: Into<RequiredOrg>>(
        name: &'static str,
        requirement: Requirement,
        org_id: impl Fn(&OrgRequest<'_>) -> Option<T> + Send + Sync + 'static,
    ) -> Self {
        assert_can_be_met(name, &requirement);
        let lookup = move |request: &OrgRequest<'_>| org_id(request).map(Into::into);
        Self {
            name,
            requirement,
            lookup: Arc::new(lookup),
            pattern: None,
            is_live: false,
            is_selecting: false,
        }
    }

    /// Returns the guard that selects the route which this one is around: routing cannot wait for a call.
    pub(super) fn selecting(self) -> Self {
        Self {
            is_live: false,
            is_selecting: true,
            ..self
        }
    }

    /// Requires something else as well.
    #[track_caller]
    pub(super) fn and(mut self, requirement: Requirement) -> Self {
        self.requirement = self.requirement.and(requirement);
        assert_can_be_met(self.name, &self.requirement);
        self
    }

    /// Looks up the organization and checks the requirement, given the actions that were proven by a grant.
    fn authorize<'p>(
        &self,
        request: &OrgRequest<'_>,
        principal: &'p Principal,
        is_proven: &dyn Fn(&str) -> bool,
    ) -> Result<Authorized<'p>, Denial> {
        let decided = match (self.lookup)(request) {
            Some(org) => principal.decide(&org, &self.requirement, is_proven),
            None => Err(Forbidden::OrgUnspecified(request.miss_reason()).into()),
        };
        decided.map_err(|denied| Denial {
            denied,
            settings: Arc::clone(principal.settings()),
        })
    }

    /// Returns the mistake of a guard in `.guard(…)` that would have to wait for a call.
    fn mistake_while_routing(&self) -> Option<Misconfigured> {
        let name = || self.name.to_owned();
        if self.is_live {
            return Some(Misconfigured::LiveWhileRouting(name()));
        }
        let is_mistake = !self.is_selecting && self.requirement.has_step_up();
        is_mistake.then(|| Misconfigured::StepUpWhileRouting(name()))
    }

    /// Decides whether a route may be selected.
    pub(super) fn authorize_route(&self, context: &GuardContext<'_>) -> Result<(), Denial> {
        if is_preflight(context.head()) && was_passed(&context.req_data()) {
            return Ok(());
        }
        let principal = authenticate_while_routing(context, || self.name.to_owned());
        if let Some(mistake) = self.mistake_while_routing() {
            return Err(Denial::misconfigured(mistake));
        }
        #[cfg(feature = "audit")]
        if let (Err(denial), Some(probe)) = (&principal, probe::find(&context.req_data())) {
            probe.push(self.routing_decision(None, &Err(denial.clone())));
        }
        let principal = principal?;
        let params = self
            .pattern
            .as_ref()
            .map_or(PathParams::None, PathParams::Pattern);
        let request = OrgRequest::new(context.head(), params, &principal);
        // A grant is verified once the route is taken.
        let outcome = self.authorize(&request, &principal, &|_| false).map(drop);
        #[cfg(feature = "audit")]
        if let Some(probe) = probe::find(&context.req_data()) {
            probe.push(self.routing_decision(Some(&request), &outcome));
        }
        outcome
    }

    /// Describes the guard for an audit, with the organization that it found in a request.
    #[cfg(feature = "audit")]
    fn layer(&self, request: Option<&OrgRequest<'_>>) -> GuardLayer {
        GuardLayer {
            name: self.name,
            requirement: self.requirement.clone(),
            org: request.and_then(|request| (self.lookup)(request)),
            sources: request.map(OrgRequest::sources).unwrap_or_default(),
        }
    }

    /// Describes a decision in `.guard(…)` for an audit.
    #[cfg(feature = "audit")]
    fn routing_decision(
        &self,
        request: Option<&OrgRequest<'_>>,
        outcome: &Result<(), Denial>,
    ) -> Decision {
        Decision {
            layer: Layer::RoutingGuard(self.layer(request)),
            verdict: match outcome.clone() {
                Ok(()) => Verdict::Allowed,
                Err(Denial { denied, settings }) => Verdict::NotSelected(denied, settings),
            },
        }
    }
}

/// What a guard hands over once a grant is verified.
struct Verified {
    org: OrgMemberInfo,
    settings: Arc<Settings>,
    #[cfg(feature = "audit")]
    layer: GuardLayer,
}

impl Verified {
    async fn once(self, proof: Box<Proof>, request: HttpRequest) -> Result<(), Denial> {
        let Self { org, settings, .. } = self;
        let outcome = proof.require(&request).await;
        let outcome = outcome.map_err(|denied| Denial { denied, settings });
        #[cfg(feature = "audit")]
        probe::record(&request, || {
            Decision::of(Layer::Guard(self.layer), &outcome)
        });
        outcome.map(|()| drop(request.extensions_mut().insert(org)))
    }
}

/// Panics at startup if no member can meet a requirement, because this is a mistake in the program: such a guard would
/// deny every member, and the application would only find out by its users.
#[track_caller]
fn assert_can_be_met(name: &str, requirement: &Requirement) {
    assert!(
        !requirement.is_vacuous(),
        "{name} was given an empty role, permission or list, or an empty type of action; such a guard would deny everyone"
    );
    assert!(
        !requirement.needs_two_grants(),
        "{name} requires step-up grants for two actions, and a request has one grant; such a guard would deny everyone"
    );
}

impl AccessCheck for OrgGuard {
    fn name(&self) -> &'static str {
        self.name
    }

    fn authenticate(&self, request: &HttpRequest) -> Outcome<AuthResult> {
        let outcome = authenticate_for_guard(request, || self.name.to_owned());
        if self.is_live {
            return live(outcome);
        }
        outcome
    }

    fn authorize_request(
        &self,
        request: &HttpRequest,
        result: AuthResult,
    ) -> Outcome<Result<(), Denial>> {
        cache_found_result(request, &result);
        #[cfg(feature = "audit")]
        if result.is_err() {
            probe::record(request, || {
                Decision::of(Layer::Guard(self.layer(None)), &result)
            });
        }
        let principal = match result {
            Ok(principal) => principal,
            Err(denial) => return Outcome::Ready(Err(denial)),
        };
        let params = PathParams::Route(request.match_info());
        let org_request = OrgRequest::new(request.head(), params, &principal);
        let is_proven = |action: &str| {
            let user = principal.user();
            user.is_some_and(|user| is_proven(request, user, action))
        };
        let outcome = self.authorize(&org_request, &principal, &is_proven);
        if let Ok(Authorized::After(proof, org)) = outcome {
            let verified = Verified {
                org: org.clone(),
                settings: Arc::clone(principal.settings()),
                #[cfg(feature = "audit")]
                layer: self.layer(Some(&org_request)),
            };
            return Outcome::Pending(Box::pin(verified.once(proof, request.clone())));
        }
        #[cfg(feature = "audit")]
        probe::record(request, || {
            Decision::of(Layer::Guard(self.layer(Some(&org_request))), &outcome)
        });
        Outcome::Ready(outcome.map(|authorized| match authorized {
            Authorized::Now(org) | Authorized::After(_, org) => {
                request.extensions_mut().insert(org.clone());
            }
        }))
    }

    fn reconsider(
        &self,
        request: &HttpRequest,
        denial: &Denial,
    ) -> Option<LocalBoxFuture<'static, AuthResult>> {
        joined(request, denial, self.is_live, |principal| {
            let params = PathParams::Route(request.match_info());
            (self.lookup)(&OrgRequest::new(request.head(), params, principal))
        })
    }

    fn allows_preflight(&self, request: &HttpRequest) -> bool {
        was_passed(&request.extensions())
    }
}

impl fmt::Debug for OrgGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct(self.name)
            .field("requirement", &self.requirement)
            .finish_non_exhaustive()
    }
}
