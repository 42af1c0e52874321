//! Ids that are literal segments of other operations' paths.
//!
//! No user has the id `email`, and yet `/user/{user_id}` would become `/user/email`, which fetches
//! users by email address.

use std::{collections::HashSet, sync::LazyLock};

use super::{
    operation::Group,
    template::{Segment, Template},
};

/// The paths of all operations, as an argument could be mistaken for a piece of one.
#[derive(Debug)]
pub struct PathConflicts {
    groups: &'static [Group],
    /// Every literal segment of any path: hardly an id is one, and all ids are looked up.
    literals: LazyLock<HashSet<&'static str>>,
}

impl PathConflicts {
    /// Creates the list from the groups and a function that collects their literals.
    pub(crate) const fn new(
        groups: &'static [Group],
        literals: fn() -> HashSet<&'static str>,
    ) -> Self {
        Self {
            groups,
            literals: LazyLock::new(literals),
        }
    }

    /// Returns the paths of all operations, in all their forms.
    pub(crate) fn templates(&self) -> impl Iterator<Item = Template> {
        let operations = self.groups.iter().flat_map(Group::operations);
        let routes = operations.flat_map(|operation| operation.routes());
        routes.map(|(_, template)| Template::parse(template))
    }

    /// Returns every literal segment of any path.
    pub(crate) fn literals(&self) -> HashSet<&'static str> {
        let segments = self.templates().flat_map(Template::segments);
        let literals = segments.filter_map(|segment| match segment {
            Segment::Literal(text) => Some(text),
            Segment::Field(_) => None,
        });
        literals.collect()
    }

    /// Returns `true` if an operation has this text, as a literal, after a path that ends in a
    /// slash; for any method, and whatever follows.
    pub(crate) fn is_literal(&self, before: &str, text: &str) -> bool {
        self.literals.contains(text) && self.is_literal_after(before, text)
    }

    fn is_literal_after(&self, before: &str, text: &str) -> bool {
        // An encoded segment is a literal if and only if it was one before it was encoded.
        let before = before.trim_start_matches('/').split_terminator('/');
        self.templates().any(|template| {
            let mut segments = template.segments();
            let starts_so = before.clone().all(|given| match segments.next() {
                Some(Segment::Literal(literal)) => literal == given,
                Some(Segment::Field(_)) => true,
                None => false,
            });
            starts_so && segments.next() == Some(Segment::Literal(text))
        })
    }
}
