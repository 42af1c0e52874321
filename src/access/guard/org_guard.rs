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
        // Panic at startup, because this is a mistake in the program. Such a guard would deny every
        // member, and the application would only find out by its users.
        assert!(
            !requirement.is_vacuous(),
            "{name} was given an empty role, permission or list; such a guard would deny everyone"
        );
        let lookup = move |request: &OrgRequest<'_>| org_id(request).map(Into::into);
        Self {
            name,
            requirement,
            lookup: Arc::new(lookup),
            pattern: None,
            is_live: false,
        }
    }

    /// Requires something else as well.
    #[track_caller]
    pub(super) fn and(mut self, requirement: Requirement) -> Self {
        let name = self.name;
        assert!(
            !requirement.is_vacuous(),
            "{name} was given an empty role, permission or list; such a guard would deny everyone"
        );
        self.requirement = self.requirement.and(requirement);
        self
    }

    /// Looks up the organization and checks the requirement.
    fn authorize(
        &self,
        request: &OrgRequest<'_>,
        principal: &Principal,
    ) -> Result<OrgMemberInfo, Denial> {
        let denial = |denied| Denial {
            denied,
            settings: Arc::clone(principal.settings()),
        };
        match (self.lookup)(request) {
            Some(org) => principal
                .authorize(org, &self.requirement)
                .cloned()
                .map_err(denial),
            None => Err(denial(
                Forbidden::OrgUnspecified(request.miss_reason()).into(),
            )),
        }
    }

    /// Decides whether a route may be selected.
    pub(super) fn authorize_route(&self, context: &GuardContext<'_>) -> Result<(), Denial> {
        if is_preflight(context.head()) && was_passed(&context.req_data()) {
            return Ok(());
        }
        let principal = authenticate_while_routing(context, || self.name.to_owned());
        if self.is_live {
            let live = Misconfigured::LiveWhileRouting(self.name.to_owned());
            return Err(Denial::misconfigured(live));
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
        let outcome = self.authorize(&request, &principal).map(drop);
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

    fn authorize_request(&self, request: &HttpRequest, result: AuthResult) -> Result<(), Denial> {
        cache_found_result(request, &result);
        #[cfg(feature = "audit")]
        if result.is_err() {
            probe::record(request, || {
                Decision::of(Layer::Guard(self.layer(None)), &result)
            });
        }
        let principal = result?;
        let params = PathParams::Route(request.match_info());
        let org_request = OrgRequest::new(request.head(), params, &principal);
        let outcome = self.authorize(&org_request, &principal);
        #[cfg(feature = "audit")]
        probe::record(request, || {
            Decision::of(Layer::Guard(self.layer(Some(&org_request))), &outcome)
        });
        request.extensions_mut().insert(outcome?);
        Ok(())
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
