//! How much of what there is to be seen was seen.

use std::{collections::BTreeMap, fmt};

use crate::{
    app::{App, Inside, Layer, Node},
    model::Expected,
    people::Caller,
    request::Request,
};

#[derive(Default)]
pub(crate) struct Tally {
    pub requests: usize,
    kinds: BTreeMap<&'static str, usize>,
}

/// Kinds of requests, each of which a run must have seen some of.
const KINDS: [&str; 15] = [
    "401",
    "403",
    "404",
    "405",
    "500",
    "handled, anonymous",
    "handled, nothing read",
    "handled, org",
    "handled, user",
    "handled, user and org",
    "handled, empty 404",
    "preflight, answered",
    "preflight, handled",
    "refused instead of 404",
    "refused instead of 405",
];

impl Tally {
    pub(crate) fn count(&mut self, app: &App, request: &Request, expected: &Expected) {
        self.requests += 1;
        let mut kinds = Vec::new();
        match expected {
            Expected::Handled { seen, statuses } => {
                kinds.push(match (&seen.user, &seen.org, &seen.params) {
                    (_, _, None) => "handled, nothing read",
                    (None, None, _) => "handled, anonymous",
                    (Some(_), None, _) => "handled, user",
                    (None, Some(_), _) => "handled, org",
                    (Some(_), Some(_), _) => "handled, user and org",
                });
                if statuses[0] == 404 {
                    kinds.push("handled, empty 404");
                }
            }
            Expected::Answered { statuses } => kinds.push(match statuses[..] {
                [401] => "401",
                [403] => "403",
                [404] => "404",
                [405] => "405",
                [500] => "500",
                [200, 400] => "preflight, answered",
                _ if statuses.last() == Some(&404) => "refused instead of 404",
                _ if statuses.last() == Some(&405) => "refused instead of 405",
                _ => "one of several",
            }),
        }
        let is_preflight = request.method == "OPTIONS"
            && request.caller == Caller::Nobody
            && !request.header("access-control-request-method").is_empty();
        if is_preflight && has_guard(app) && matches!(expected, Expected::Handled { .. }) {
            kinds.push("preflight, handled");
        }
        for kind in kinds {
            *self.kinds.entry(kind).or_default() += 1;
        }
    }

    /// Fails if a run has missed a kind, and so said nothing about it.
    pub(crate) fn assert_all_kinds_occur(&self) {
        for kind in KINDS {
            let seen = self.kinds.get(kind).copied().unwrap_or_default();
            assert!(
                seen * 2000 >= self.requests,
                "{seen} of {}: {kind}",
                self.requests
            );
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} requests", self.requests)?;
        self.kinds
            .iter()
            .try_for_each(|(kind, count)| write!(f, "\n{count:>9} {kind}"))
    }
}

fn has_guard(inside: &Inside) -> bool {
    let is_guard = |layer: &Layer| matches!(layer, Layer::Guard(_));
    inside.layers.iter().any(is_guard)
        || inside.nodes.iter().any(|node| match node {
            Node::Scope { inside, .. } => has_guard(inside),
            Node::Resource { layers, .. } => layers.iter().any(is_guard),
            Node::Route { route, .. } => route.layers.iter().any(is_guard),
        })
}
