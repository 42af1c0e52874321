//! What protects a route, read from the decisions about its requests.

use super::{examine::Finding, report::RouteStatus, send::End};
use crate::access::{
    Denied, Requirement,
    probe::{Decision, GuardLayer, Layer, OrgSource, Verdict},
};

/// What protects a route.
pub(super) struct Protection {
    pub(super) status: RouteStatus,
    /// For the table.
    pub(super) text: String,
}

/// Returns what protects the route that a finding is about.
pub(super) fn protection(finding: &Finding) -> Protection {
    let last = finding.last();
    let mut layers: Vec<String> = Vec::new();
    for Decision { layer, .. } in &last.decisions {
        let text = describe(layer);
        if let Some(text) = text
            && layers.last() != Some(&text)
        {
            layers.push(text);
        }
    }
    let is_wrapped = last.decisions.iter().any(is_wrap);
    let is_innermost = |layer: &Layer| matches!(layer, Layer::Argument | Layer::Handler);
    let status = match &finding.anonymous.end {
        End::Reached => RouteStatus::Open,
        End::Denied(layer, Denied::Unauthorized(_)) => {
            let by_argument = is_innermost(layer);
            if by_argument {
                let by = if matches!(layer, Layer::Argument) {
                    "user (argument)"
                } else {
                    "user (handler)"
                };
                layers.push(by.to_owned());
            }
            if is_wrapped || by_argument {
                RouteStatus::NeedsUser
            } else {
                RouteStatus::Open
            }
        }
        End::Denied(_, denied) => {
            let text = format!("BROKEN: {}: {denied}", denied.status_code().as_u16());
            let status = RouteStatus::Misconfigured;
            return Protection { status, text };
        }
        End::Unrouted(_) if is_wrapped => RouteStatus::NeedsUser,
        End::Unrouted(_) => RouteStatus::Open,
    };
    if let End::Denied(layer, _) = &last.end
        && !is_innermost(layer)
    {
        layers.push("…".to_owned());
    }
    if status == RouteStatus::Open {
        let has_guards = last
            .decisions
            .iter()
            .any(|decision| matches!(decision.layer, Layer::RoutingGuard(_)));
        let why = if has_guards { "OPEN, only" } else { "OPEN" };
        layers.insert(0, why.to_owned());
    }
    let text = match layers.split_first() {
        Some((first, rest)) if status == RouteStatus::Open && !rest.is_empty() => {
            format!("{first}: {}", rest.join(", "))
        }
        _ => layers.join(", "),
    };
    Protection { status, text }
}

/// Returns `true` for the decision of a layer that no request passes without a user.
fn is_wrap(decision: &Decision) -> bool {
    let requires_user = matches!(
        decision.layer,
        Layer::Guard(_) | Layer::Middleware(_, true) | Layer::StepUp(_)
    );
    requires_user && matches!(decision.verdict, Verdict::Allowed | Verdict::Denied(..))
}

fn describe(layer: &Layer) -> Option<String> {
    match layer {
        Layer::Middleware(name, _) => Some((*name).to_owned()),
        Layer::StepUp(action) => Some(format!("step-up grant for {action:?}")),
        Layer::Guard(guard) => Some(describe_guard(guard)),
        Layer::RoutingGuard(guard) => Some(format!(".guard({})", describe_guard(guard))),
        Layer::NoRoute | Layer::Argument | Layer::Handler => None,
    }
}

/// Writes a guard like the code that creates it, such as `InOrgWithRole("Admin", path "org_id")`.
fn describe_guard(guard: &GuardLayer) -> String {
    let required = match &guard.requirement {
        Requirement::Member => None,
        Requirement::Role(text)
        | Requirement::MinimumRole(text)
        | Requirement::Permission(text) => Some(format!("{text:?}")),
        Requirement::AllPermissions(list)
        | Requirement::AnyRole(list)
        | Requirement::AnyPermission(list) => Some(format!("{list:?}")),
        combined => Some(combined.to_string()),
    };
    let sources = guard.sources.iter().map(|source| match source {
        OrgSource::Path(name) => format!("path {name:?}"),
        OrgSource::Query(name) => format!("query {name:?}"),
        OrgSource::Header(name) => format!("header {name:?}"),
        OrgSource::ActiveOrg => "active".to_owned(),
    });
    let arguments: Vec<String> = required.into_iter().chain(sources).collect();
    format!("{}({})", guard.name, arguments.join(", "))
}
