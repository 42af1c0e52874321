//! Smaller apps and requests, of which one may fail as well and is easier to read.

use crate::{
    app::{App, Chooser, Inside, Layer, Node, Route},
    people::Caller,
    request::Request,
};

/// Returns the app with one thing less, in every way.
pub(crate) fn smaller_apps(app: &App) -> Vec<App> {
    inside(app)
}

/// Returns the request with one thing less, in every way.
pub(crate) fn smaller_requests(request: &Request) -> Vec<Request> {
    let mut smaller = Vec::new();
    for headers in without_one(&request.headers) {
        smaller.push(Request {
            headers,
            ..request.clone()
        });
    }
    if request.query.is_some() {
        smaller.push(Request {
            query: None,
            ..request.clone()
        });
    }
    if request.caller != Caller::Nobody {
        smaller.push(Request {
            caller: Caller::Nobody,
            ..request.clone()
        });
    }
    if request.method != "GET" {
        smaller.push(Request {
            method: "GET".to_owned(),
            ..request.clone()
        });
    }
    smaller
}

fn without_one<T: Clone>(list: &[T]) -> Vec<Vec<T>> {
    let without = (0..list.len()).map(|at| {
        let mut list = list.to_vec();
        list.remove(at);
        list
    });
    without.collect()
}

/// Returns the list with one element less, and with one element smaller.
fn list<T: Clone>(list: &[T], one: impl Fn(&T) -> Vec<T>) -> Vec<Vec<T>> {
    let mut smaller = without_one(list);
    for (at, element) in list.iter().enumerate() {
        for element in one(element) {
            let mut list = list.to_vec();
            list[at] = element;
            smaller.push(list);
        }
    }
    smaller
}

fn option<T: Clone>(option: Option<&T>, one: impl Fn(&T) -> Vec<T>) -> Vec<Option<T>> {
    let Some(value) = option else {
        return Vec::new();
    };
    let smaller = one(value).into_iter().map(Some);
    std::iter::once(None).chain(smaller).collect()
}

/// Collects the values that differ from this one in one field.
macro_rules! fields {
    ($whole:expr, $type:path { $($field:ident: $smaller:expr),* $(,)? }) => {{
        let mut all = Vec::new();
        $(
            for $field in $smaller {
                let mut whole = $whole.clone();
                let $type { $field: place, .. } = &mut whole else {
                    unreachable!()
                };
                *place = $field;
                all.push(whole);
            }
        )*
        all
    }};
}

#[allow(irrefutable_let_patterns)]
fn inside(whole: &Inside) -> Vec<Inside> {
    fields!(
        whole,
        Inside {
            nodes: list(&whole.nodes, node),
            layers: list(&whole.layers, layer),
            default: option(whole.default.as_ref(), route),
            data: option(whole.data.as_ref(), |_| Vec::new()),
        }
    )
}

#[allow(irrefutable_let_patterns)]
fn route(whole: &Route) -> Vec<Route> {
    fields!(
        whole,
        Route {
            guards: list(&whole.guards, chooser),
            layers: list(&whole.layers, layer),
            method: option(whole.method.as_ref(), |_| Vec::new()),
            guard_route: option(whole.guard_route.as_ref(), |_| Vec::new()),
        }
    )
}

fn node(whole: &Node) -> Vec<Node> {
    match whole {
        Node::Scope {
            guards,
            inside: within,
            ..
        } => fields!(
            whole,
            Node::Scope {
                guards: list(guards, chooser),
                inside: inside(within),
            }
        ),
        Node::Resource {
            guards,
            data,
            layers,
            routes,
            default,
            ..
        } => fields!(
            whole,
            Node::Resource {
                guards: list(guards, chooser),
                data: option(data.as_ref(), |_| Vec::new()),
                layers: list(layers, layer),
                routes: list(routes, route),
                default: option(default.as_ref(), route),
            }
        ),
        Node::Route { route: within, .. } => fields!(
            whole,
            Node::Route {
                route: route(within)
            }
        ),
    }
}

fn layer(layer: &Layer) -> Vec<Layer> {
    match layer {
        Layer::Auth {
            project,
            policy,
            passes_preflight: true,
        } => vec![Layer::Auth {
            project: *project,
            policy: *policy,
            passes_preflight: false,
        }],
        Layer::Guard(guard) if guard.pattern.is_some() => {
            let mut guard = guard.clone();
            guard.pattern = None;
            vec![Layer::Guard(guard)]
        }
        _ => Vec::new(),
    }
}

fn chooser(chooser: &Chooser) -> Vec<Chooser> {
    match chooser {
        Chooser::Any(several) | Chooser::All(several) => several.clone(),
        Chooser::Not(inner) => vec![(**inner).clone()],
        _ => Vec::new(),
    }
}
