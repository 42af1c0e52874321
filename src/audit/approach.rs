//! How to reach the routes of an application: values for path parameters, and changes to requests.

use std::rc::Rc;

use super::{
    examine::set,
    inventory::Place,
    sample::Samples,
    send::{Prepare, Shot},
};

/// How to reach the routes of an application.
#[derive(Clone, Default)]
pub(super) struct Approach {
    pub(super) samples: Samples,
    /// Changes to each request.
    pub(super) each: Vec<Prepare>,
    pub(super) variants: Vec<Variant>,
}

/// A further request to a pattern, for a guard that asks for something that an audit cannot know.
#[derive(Clone)]
pub(super) struct Variant {
    pub(super) pattern: String,
    pub(super) name: String,
    pub(super) prepare: Prepare,
}

impl Approach {
    /// Returns the ways to ask for a place, with a label for all but the plain one.
    pub(super) fn changes(&self, place: &Place) -> Vec<(String, Change)> {
        let mut changes = vec![(String::new(), Change::Headers(Vec::new()))];
        for (name, value) in &place.headers {
            let header = vec![(name.clone(), value.clone())];
            changes.push((format!("{name}: {value}"), Change::Headers(header)));
        }
        if place.headers.len() > 1 {
            let mut all = Vec::new();
            for (name, value) in &place.headers {
                set(&mut all, name, value);
            }
            if all.len() > 1 {
                changes.push(("all headers".to_owned(), Change::Headers(all)));
            }
        }
        for variant in &self.variants {
            if variant.pattern == place.pattern {
                let prepare = Change::Prepare(Rc::clone(&variant.prepare));
                changes.push((variant.name.clone(), prepare));
            }
        }
        changes
    }

    /// Returns a problem for each guard that may select a route which no request reached.
    pub(super) fn opaque_guards(&self, place: &Place) -> Vec<String> {
        let pattern = &place.pattern;
        if self
            .variants
            .iter()
            .any(|variant| variant.pattern == *pattern)
        {
            return Vec::new();
        }
        let guards = place.opaque_guards.iter();
        let problems = guards.map(|guard| {
            format!(
                "{pattern}: the guard `{guard}` may hide a route from the audit; send a request \
                 that it selects with `.variant({pattern:?}, \"NAME\", |request| …)`"
            )
        });
        problems.collect()
    }
}

/// A way to ask for a place.
pub(super) enum Change {
    Headers(Vec<(String, String)>),
    Prepare(Prepare),
}

impl Change {
    pub(super) fn apply(&self, shot: &mut Shot) {
        match self {
            Self::Headers(headers) => shot.headers.clone_from(headers),
            Self::Prepare(prepare) => shot.prepare.push(Rc::clone(prepare)),
        }
    }
}
