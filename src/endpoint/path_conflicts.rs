//! Path conflicts: ids that equal literal segments of other operations' paths.
//!
//! A user id of `email` would turn `/user/{user_id}` into `/user/email`, which is the operation that
//! fetches users by email address. Ids often come from a URL, so that its author would
//! choose the operation; such an id is rejected before anything is sent.

use std::{collections::HashSet, sync::LazyLock};

use super::{
    operation::Group,
    template::{Segment, Template},
};

/// The paths of all operations, for finding conflicts with an argument.
#[derive(Debug)]
pub struct PathConflicts {
    groups: &'static [Group],
    /// The literal segments of all paths. Every id is looked up here, which is fast; almost none is
    /// found, so that the templates are rarely compared.
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

    /// Returns the path templates of all operations, with those in [`Endpoint::ALTERNATIVE_ROUTES`](super::Endpoint::ALTERNATIVE_ROUTES).
    pub(crate) fn templates(&self) -> impl Iterator<Item = Template> {
        let operations = self.groups.iter().flat_map(Group::operations);
        let routes = operations.flat_map(|operation| operation.routes());
        routes.map(|(_, template)| Template::parse(template))
    }

    /// Returns the literal segments of all paths.
    pub(crate) fn literals(&self) -> HashSet<&'static str> {
        let segments = self.templates().flat_map(Template::segments);
        let literals = segments.filter_map(|segment| match segment {
            Segment::Literal(text) => Some(text),
            Segment::Field(_) => None,
        });
        literals.collect()
    }

    /// Returns `true` if an operation's path has this text as a literal segment after `before`, a path
    /// that ends in a slash. The method and the rest of the path do not matter: a rejected id is no loss,
    /// as ids do not look like this.
    pub(crate) fn is_literal(&self, before: &str, text: &str) -> bool {
        self.literals.contains(text) && self.is_literal_after(before, text)
    }

    /// Compares with each template.
    fn is_literal_after(&self, before: &str, text: &str) -> bool {
        // Literals have no characters that are encoded, so that comparing encoded segments is exact.
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
