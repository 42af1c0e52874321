//! Operations and groups as data, for whatever concerns all of them.

use actix_web::http::Method;

/// What a row declares, without the types of request and response.
#[derive(Debug)]
pub(crate) struct Operation {
    /// The name of the group's type, such as `UserApi`.
    #[cfg_attr(not(test), allow(dead_code))] // only documents and tests name groups
    pub(crate) group: &'static str,
    /// The name of the client method.
    #[cfg_attr(not(test), allow(dead_code))]
    pub(crate) name: &'static str,
    method: Method,
    template: &'static str,
    alternatives: &'static [(Method, &'static str)],
}

impl Operation {
    /// Creates an operation from the constants of an [`Endpoint`](super::Endpoint).
    pub(crate) const fn new(
        (group, name): (&'static str, &'static str),
        method: Method,
        template: &'static str,
        alternatives: &'static [(Method, &'static str)],
    ) -> Self {
        Self {
            group,
            name,
            method,
            template,
            alternatives,
        }
    }

    /// Returns the methods and templates of the operation, starting with the client's.
    pub(crate) fn routes(&self) -> impl Iterator<Item = (&Method, &'static str)> {
        let alternatives = self.alternatives.iter();
        let alternatives = alternatives.map(|(method, template)| (method, *template));
        std::iter::once((&self.method, self.template)).chain(alternatives)
    }
}

/// The operations of a group, which may be spread over several modules.
#[derive(Debug)]
pub(crate) struct Group {
    parts: &'static [&'static [Operation]],
}

impl Group {
    /// Creates a group from the operations of each of its modules.
    pub(crate) const fn new(parts: &'static [&'static [Operation]]) -> Self {
        Self { parts }
    }

    /// Returns the operations, in the order of their declarations.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &'static Operation> {
        self.parts.iter().copied().flatten()
    }
}
