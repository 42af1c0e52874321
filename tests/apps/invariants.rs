//! What must hold whenever a handler has run, said without following the request through the app.

use crate::{
    app::{App, Inside, Layer, Lookup, Node, Policy, Route},
    handlers::{Beside, Seen},
    people::{Caller, PEOPLE, Person, WORLD},
    request::Request,
};

/// Returns what does not hold.
pub(crate) fn broken(app: &App, request: &Request, seen: &Seen, beside: &Beside) -> Option<String> {
    let caller = match request.caller {
        Caller::Person(number) => Some(&PEOPLE[number]),
        _ => None,
    };
    let is_caller = |email: &String| caller.is_some_and(|caller| caller.email == email);
    if !seen.user.iter().all(is_caller) {
        return Some("the handler was given another user than the caller".to_owned());
    }
    if let Some((id, project)) = &seen.org {
        let is_member = |caller: &Person| {
            let org = WORLD.orgs.iter().position(|org| org == id);
            caller.project == *project && org.is_some_and(|org| caller.role_in(org).is_some())
        };
        if !caller.is_some_and(is_member) {
            return Some("the handler was given an organization that is not the caller's".into());
        }
    }
    if beside.extension.is_some() && beside.extension != beside.org {
        return Some("in the extensions is another organization than was given".to_owned());
    }
    let Some(way) = way_to(app, seen.handler) else {
        return Some("the handler is none of this app".to_owned());
    };
    let mut may_be_preflight = false;
    for layer in &way.layers {
        match layer {
            Layer::Auth {
                project,
                policy,
                passes_preflight,
            } => {
                may_be_preflight |= *passes_preflight;
                let is_user = caller.is_some_and(|caller| caller.project == project.of_users());
                if *policy == Policy::Require && !passes_preflight && !is_user {
                    return Some("the handler is behind `require_user` and had no user".into());
                }
            }
            Layer::Guard(_) if !may_be_preflight => {
                let is_member = |caller: &Person| !caller.orgs.is_empty();
                if !caller.is_some_and(is_member) {
                    return Some("the handler is behind a guard and had no member".to_owned());
                }
            }
            _ => {}
        }
    }
    let guard = way.layers.iter().rev().find_map(|layer| match layer {
        Layer::Guard(guard) => Some(guard),
        _ => None,
    });
    let name = match guard.map(|guard| &guard.lookup) {
        _ if !way.is_whole => None,
        Some(Lookup::Path(name) | Lookup::ClosurePath(name)) => Some(name.as_str()),
        Some(Lookup::Default) => Some("org_id"),
        _ => None,
    };
    if let (Some(name), Some((id, _)), Some(params)) = (name, &seen.org, &seen.params)
        && params.iter().filter(|(other, _)| other == name).count() == 1
        && beside.path.get(name) != Some(id)
    {
        return Some("the guard has checked another organization than the path names".to_owned());
    }
    None
}

struct Way {
    layers: Vec<Layer>,
    /// These are all the layers: a default service of the app also serves scopes.
    is_whole: bool,
}

fn way_to(app: &App, handler: usize) -> Option<Way> {
    let mut layers = Vec::new();
    let is_default = |route: &Route| route.handler.id == handler;
    let is_whole = !app.default.as_ref().is_some_and(is_default);
    find(app, handler, &mut layers).then_some(Way { layers, is_whole })
}

fn find(inside: &Inside, handler: usize, way: &mut Vec<Layer>) -> bool {
    let before = way.len();
    way.extend_from_slice(&inside.layers);
    let within = way.len();
    let ends = |way: &mut Vec<Layer>, routes: &mut dyn Iterator<Item = &Route>| {
        let mut routes = routes;
        let found = Iterator::find(&mut routes, |route| route.handler.id == handler);
        if let Some(route) = found {
            way.extend(route.guard_route.iter().cloned().map(Layer::Guard));
            way.extend_from_slice(&route.layers);
        }
        found.is_some()
    };
    if ends(way, &mut inside.default.iter()) {
        return true;
    }
    for node in &inside.nodes {
        let found = match node {
            Node::Scope { inside, .. } => find(inside, handler, way),
            Node::Route { route, .. } => ends(way, &mut std::iter::once(route)),
            Node::Resource {
                layers,
                routes,
                default,
                ..
            } => {
                way.extend_from_slice(layers);
                ends(way, &mut routes.iter().chain(default))
            }
        };
        if found {
            return true;
        }
        way.truncate(within);
    }
    way.truncate(before);
    false
}
