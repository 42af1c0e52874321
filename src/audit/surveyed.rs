//! One route of an application, with the request that reaches it.

use actix_web::http::Method;

use super::{
    examine::Finding, inventory::Place, protection::protection, report::AuditedRoute, send::Shot,
};
use crate::access::probe::OrgSource;

/// The methods that are tried at every place.
pub(super) const METHODS: [Method; 8] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
    Method::TRACE,
];

/// A method that only a route without a method takes.
pub(super) const UNKNOWN: &str = "ROUTEAUDIT";

/// The method in the table of a route without one.
pub(super) const ANY: &str = "ANY";

/// A route, with the request that reaches it.
pub(super) struct Surveyed {
    pub(super) route: AuditedRoute,
    pub(super) shot: Shot,
    pub(super) sources: Vec<OrgSource>,
}

/// Returns the methods to try at a place, the unknown one last.
pub(super) fn methods(place: &Place) -> Vec<Method> {
    let mut methods = METHODS.to_vec();
    methods.extend(place.methods.iter().cloned());
    methods.extend(Method::from_bytes(UNKNOWN.as_bytes()));
    let mut unique = Vec::new();
    for method in methods {
        if !unique.contains(&method) {
            unique.push(method);
        }
    }
    unique
}

/// Describes the route that a finding is about.
pub(super) fn surveyed(finding: &Finding, shot: Shot, pattern: &str) -> Surveyed {
    let protection = protection(finding);
    Surveyed {
        route: AuditedRoute {
            method: shot.method.to_string(),
            pattern: pattern.to_owned(),
            status: protection.status,
            protection: protection.text,
        },
        shot,
        sources: finding.sources.clone(),
    }
}

/// Joins the methods that a route without a method takes, unless something else protects one of them.
pub(super) fn join_methods(mut found: Vec<Surveyed>) -> Vec<Surveyed> {
    let Some(at) = found.iter().position(|route| route.route.method == UNKNOWN) else {
        return found;
    };
    let mut any = found.remove(at);
    found.retain(|route| route.route.protection != any.route.protection);
    any.route.method = ANY.to_owned();
    found.push(any);
    found
}
