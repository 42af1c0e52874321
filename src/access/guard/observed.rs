//! What is recorded of a decision: a metric, a span, and the user in the span around it.
//!
//! Nothing here decides. A decision is recorded where its response is made, so that there is one record for
//! each:
//!
//! | decision | layer | recorded by |
//! |---|---|---|
//! | of a middleware or a guard in `.wrap(…)` | its name | the service around the handler |
//! | of a guard in `.guard(…)` | [`ROUTING_GUARD`] | the middleware, if it responds with the guard's denial |
//! | of an argument of a handler | [`EXTRACTOR`] | the extractor, if it denies |
//! | of a handler that returns a denial | `handler` | the response to it; a metric only |
//! | of a `validate_…` method | `validate` | the handle; a metric only |
//!
//! A guard in `.guard(…)` that does not match is no denial as long as another route may take the request,
//! and an argument that finds its user repeats what the middleware has decided.

use std::iter;

use actix_web::{HttpMessage as _, HttpRequest};
use tracing::{Span, span::Id};

use crate::{
    access::{
        callers::principal::Principal,
        denied::{Denied, Forbidden},
        request::cached_result::principal,
    },
    observe::{metrics, spans},
    words::org_member_info::OrgMemberInfo,
};

/// The layer of a denial by an argument of a handler.
pub(in crate::access) const EXTRACTOR: &str = "extractor";
/// The layer of a denial by a guard in `.guard(…)`, if no other route took the request.
pub(in crate::access) const ROUTING_GUARD: &str = "routing_guard";

/// A decision that is being made, with the span around it.
///
/// If it is dropped before it was made, because the caller hung up while the verifier key was fetched, the
/// span ends without a reason, and nothing is counted: there is no response either.
pub(in crate::access) struct Observed {
    layer: &'static str,
    span: Span,
}

impl Observed {
    /// Begins the decision of a middleware or guard, in the span that the application is in.
    pub(in crate::access) fn new(layer: &'static str) -> Self {
        Self {
            layer,
            span: spans::decision(layer),
        }
    }

    /// Returns the span that the work of the decision belongs into, and that of the handler does not: a
    /// handler runs in the application's span, whether or not there is a middleware around it.
    pub(in crate::access) fn span(&self) -> &Span {
        &self.span
    }

    /// Records that the request is allowed, also if a middleware tolerates that there is no user, or that
    /// the token is invalid.
    pub(in crate::access) fn allowed(self, request: &HttpRequest) {
        metrics::decision(self.layer, spans::ALLOWED);
        if spans::are_enabled() {
            self.record(spans::ALLOWED, None, request);
            record_in_span_of_app(None, request);
        }
    }

    /// Records that the request is denied.
    ///
    /// It is called before the response is made, so that the log line of the denial comes after it and in
    /// the application's span.
    pub(in crate::access) fn denied(self, denied: &Denied, request: &HttpRequest) {
        if spans::are_enabled() {
            self.record(denied.code(), Some(denied), request);
        }
        record_denial(self.layer, denied, request);
    }

    /// Records the decision in its own span, which is new and has nothing yet.
    fn record(&self, reason: &str, denied: Option<&Denied>, request: &HttpRequest) {
        if self.span.is_disabled() {
            return;
        }
        spans::record_reason(&self.span, reason);
        if let Some(member) = Member::of(request, denied) {
            member.record(&self.span, None);
        }
    }
}

/// Records a denial for which there is no span of a decision, because it is not the work of a service:
/// the denial of an extractor, or of a guard in `.guard(…)`.
pub(in crate::access) fn record_denial(
    layer: &'static str,
    denied: &Denied,
    request: &HttpRequest,
) {
    metrics::decision(layer, denied.code());
    if spans::are_enabled() {
        record_in_span_of_app(Some(denied), request);
    }
}

/// Records a decision in the span around it, which is the application's.
///
/// What is there already is not recorded again, because subscribers keep both values of a field. For the
/// same reason the reason is recorded for a denial only: an inner layer may deny what an outer one allowed.
fn record_in_span_of_app(denied: Option<&Denied>, request: &HttpRequest) {
    let span = Span::current();
    if span.is_disabled() {
        return;
    }
    if let Some(denied) = denied {
        spans::record_reason(&span, denied.code());
    }
    let Some(member) = Member::of(request, denied) else {
        return;
    };
    let last = request.extensions_mut().remove::<Recorded>();
    let last = last.filter(|last| last.span == span.id());
    member.record(&span, last.as_ref().map(|last| &last.member));
    let span = span.id();
    request.extensions_mut().insert(Recorded { span, member });
}

/// A marker in the extensions: who was recorded in the application's span.
///
/// Middleware of the application may create a span of its own between two layers. So the marker holds
/// which span it is about.
struct Recorded {
    span: Option<Id>,
    member: Member,
}

/// Whom a decision was about.
///
/// Both fields are counted references, so that it costs little to keep one in the extensions.
struct Member {
    principal: Principal,
    org: Option<OrgMemberInfo>,
}

impl Member {
    /// Returns the caller and the organization, as far as the decision has found them.
    ///
    /// The organization is the one that a guard has checked, whether or not the user met its requirement.
    /// Without one, it is the active organization of the token. An organization that the user is not in is
    /// not recorded: its id is whatever the caller wrote.
    fn of(request: &HttpRequest, denied: Option<&Denied>) -> Option<Self> {
        let extensions = request.extensions();
        let principal = principal(&extensions)?;
        let org = match denied {
            Some(Denied::Forbidden(Forbidden::RequirementNotMet { held, .. })) => {
                Some(held.org_member_info())
            }
            // The token may name an active organization, and the request another one.
            Some(Denied::Forbidden(_)) => None,
            _ => extensions
                .get::<OrgMemberInfo>()
                .or_else(|| principal.active_org()),
        };
        let org = org.cloned();
        Some(Self { principal, org })
    }

    /// Records the fields that the span declares, except for what it has already.
    ///
    /// `last` is what was recorded in the same span before.
    fn record(&self, span: &Span, last: Option<&Self>) {
        let Self { principal, org } = self;
        let users = &principal.settings().span_users;
        let is_new = last.is_none_or(|last| !last.principal.is_same(principal));
        if let Some(user) = principal.user().filter(|_| is_new) {
            users.record(span, &user.user_id);
        }
        let last = last.and_then(|last| last.org.as_ref());
        let Some(org) = org.as_ref().filter(|org| last != Some(*org)) else {
            return;
        };
        spans::record_org(span, &org.org_id);
        if users.are_recorded() && principal.user().is_some() {
            let roles: Vec<_> = iter::once(&org.user_role)
                .chain(&org.additional_roles)
                .collect();
            spans::record_roles(span, &roles);
        }
    }
}
