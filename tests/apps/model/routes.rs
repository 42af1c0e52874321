//! Which route actix takes, and what is answered when there is none.

use super::{Expected, State, choosers_of};
use crate::{
    app::{Chooser, Inside, Layer, Node, Route},
    routing::match_pattern,
};

impl State<'_> {
    /// Tries a pattern and the guards beside it; goes in if both take the request.
    pub(super) fn takes(
        &mut self,
        pattern: &str,
        is_prefix: bool,
        choosers: &[&[Chooser]],
    ) -> bool {
        let Some(found) = match_pattern(pattern, self.left(), is_prefix) else {
            return false;
        };
        let mut choosers = choosers.iter();
        if !choosers.all(|choosers| self.all_say_yes(choosers)) {
            return false;
        }
        self.matched += found.len;
        self.params.extend(found.params);
        true
    }

    pub(super) fn inside(&mut self, inside: &Inside, app_default: Option<&Route>) -> Expected {
        self.place += 1;
        for node in &inside.nodes {
            match node {
                Node::Scope {
                    prefix,
                    guards,
                    inside,
                } => {
                    if self.takes(prefix, true, &[guards]) {
                        self.data = inside.data.or(self.data);
                        if let Err(answer) = self.pass(&inside.layers) {
                            return answer;
                        }
                        return self.inside(inside, app_default);
                    }
                }
                Node::Resource {
                    path,
                    guards,
                    data,
                    layers,
                    routes,
                    default,
                } => {
                    if self.takes(path, false, &[guards]) {
                        self.data = data.or(self.data);
                        if let Err(answer) = self.pass(layers) {
                            return answer;
                        }
                        return self.resource(routes, default.as_ref());
                    }
                }
                Node::Route { path, route } => {
                    let choosers = choosers_of(route);
                    if self.takes(path, false, &[&choosers]) {
                        self.place += 1;
                        return self.route(route, false);
                    }
                }
            }
        }
        // A scope without a default service has the app's, not that of the scope around it.
        match inside.default.as_ref().or(app_default) {
            Some(route) => self.route(route, true),
            None => self.nothing(404),
        }
    }

    pub(super) fn resource(&mut self, routes: &[Route], default: Option<&Route>) -> Expected {
        self.place += 1;
        for route in routes {
            if self.all_say_yes(&choosers_of(route)) {
                return self.route(route, false);
            }
        }
        match default {
            Some(route) => self.route(route, true),
            None => self.nothing(405),
        }
    }

    /// Goes into a route, whose guards have been asked by now; those of a default service never
    /// are.
    pub(super) fn route(&mut self, route: &Route, is_default: bool) -> Expected {
        let outermost = route.guard_route.iter().cloned().map(Layer::Guard);
        let layers: Vec<_> = outermost.chain(route.layers.iter().cloned()).collect();
        if let Err(answer) = self.pass(&layers) {
            return answer;
        }
        let handled = self.handler(route);
        match handled {
            // Documented: this cannot be told from actix's own.
            Expected::Handled { seen, statuses } if is_default && statuses == [404] => {
                let mut statuses = statuses;
                statuses.extend(self.refusals.iter().map(|refusal| refusal.status));
                Expected::Handled { seen, statuses }
            }
            handled => handled,
        }
    }

    /// Answers where nothing took the request: actix's status, or that of the refusal because of
    /// which nothing did.
    pub(super) fn nothing(&self, status: u16) -> Expected {
        // At the root of a scope `.route("", …)` is a known limit.
        let is_root = status == 404 && self.left().is_empty();
        let here = self
            .refusals
            .iter()
            .filter(|refusal| refusal.place == self.place);
        let is_certain =
            self.middleware.is_some() && !is_root && here.clone().any(|refusal| refusal.is_cause);
        let mut statuses = match is_certain {
            true => here.map(|refusal| refusal.status).collect(),
            // A refusal that was heard elsewhere may be told or not: neither lets anybody in.
            false => self
                .refusals
                .iter()
                .map(|refusal| refusal.status)
                .collect::<Vec<_>>(),
        };
        if !is_certain {
            statuses.push(status);
        }
        Expected::Answered { statuses }
    }

    // Handlers
}
