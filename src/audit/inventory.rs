//! The places of an application that may have handlers, as actix-web's introspection lists them.
//!
//! The list is only where to look. Introspection knows neither middleware nor default services, and
//! joins the methods and guards of all routes of a path, so what a place does is found out by requests.

use actix_web::{
    http::Method,
    introspection::{
        GuardDetailReport, GuardReport, IntrospectionNode, IntrospectionTree, ResourceType,
    },
};

use super::sample::is_whole;

/// A path pattern that may have handlers.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) pattern: String,
    pub(super) kind: PlaceKind,
    /// The methods of its routes, as far as they have a guard for one.
    pub(super) methods: Vec<Method>,
    /// Headers that guards of its routes, or of the scopes around it, ask for.
    pub(super) headers: Vec<(String, String)>,
    /// Guards that ask for something unknown.
    pub(super) opaque_guards: Vec<String>,
    /// The full patterns of the same resource. Actix-web reports the first of them for all.
    pub(super) aliases: Vec<String>,
}

/// What a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PlaceKind {
    /// A resource, or a service for everything below a prefix, such as static files.
    Resource,
    /// A scope, or the part of a path before one, which may have a default service.
    Scope,
}

/// Returns all places of an application, without the application itself.
pub(super) fn places(tree: &IntrospectionTree) -> Vec<Place> {
    let mut places = Vec::new();
    let mut outside = Outside::default();
    // A scope with an empty prefix is listed beside the places in it.
    for root in tree
        .root
        .children
        .iter()
        .filter(|node| node.full_path == "/")
    {
        let is_scope = !matches!(root.kind, ResourceType::Resource);
        let mut of_root = Outside::default();
        root.guard_details
            .iter()
            .for_each(|guard| of_root.add(guard));
        outside.headers = of_root.headers;
        if is_scope {
            outside.opaque_guards = of_root.opaque_guards;
        }
    }
    for child in &tree.root.children {
        add(child, &outside, &mut places);
    }
    places
}

/// What the scopes around a place ask for.
#[derive(Clone, Default)]
struct Outside {
    headers: Vec<(String, String)>,
    opaque_guards: Vec<String>,
}

fn add(node: &IntrospectionNode, outside: &Outside, places: &mut Vec<Place>) {
    let mut asked = outside.clone();
    for guard in &node.guard_details {
        asked.add(guard);
    }
    let kind = match node.kind {
        ResourceType::Resource => PlaceKind::Resource,
        _ => PlaceKind::Scope,
    };
    if is_whole(&node.full_path) {
        places.push(Place {
            pattern: node.full_path.clone(),
            kind,
            methods: node.methods.clone(),
            headers: asked.headers.clone(),
            opaque_guards: asked.opaque_guards.clone(),
            aliases: aliases(node),
        });
    }
    for child in &node.children {
        add(child, &asked, places);
    }
}

impl Outside {
    fn add(&mut self, guard: &GuardReport) {
        let mut is_known = guard.name.contains(concat!(env!("CARGO_CRATE_NAME"), "::"));
        for detail in &guard.details {
            match detail {
                GuardDetailReport::HttpMethods { .. } => is_known = true,
                GuardDetailReport::Headers { headers } => {
                    is_known = true;
                    for header in headers {
                        let header = (header.name.clone(), header.value.clone());
                        if !self.headers.contains(&header) {
                            self.headers.push(header);
                        }
                    }
                }
                _ => {}
            }
        }
        if !is_known && !self.opaque_guards.contains(&guard.name) {
            self.opaque_guards.push(guard.name.clone());
        }
    }
}

/// Returns the patterns of the resource of a node, as full paths.
fn aliases(node: &IntrospectionNode) -> Vec<String> {
    let path = &node.full_path;
    let own = node
        .patterns
        .iter()
        .filter_map(|own| path.strip_suffix(own.as_str()))
        .min_by_key(|prefix| prefix.len());
    let prefix = own.unwrap_or_default();
    let mut aliases = vec![path.clone()];
    aliases.extend(node.patterns.iter().map(|own| format!("{prefix}{own}")));
    aliases
}
