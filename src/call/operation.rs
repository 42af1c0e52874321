//! [`Operation`]: what a call needs to know of an operation, without its types.

use actix_web::http::Method;

use crate::endpoint::{Endpoint, RetryClass};

/// What the attempts need to know of an operation.
#[derive(Clone, Copy)]
pub(super) struct Operation {
    /// The name, such as `create_user`.
    pub(super) name: &'static str,
    /// A function, as a `Method` has a destructor and is only needed for errors.
    pub(super) method: fn() -> Method,
    /// The path's template: an id in an error or a log line would say about whom a call was.
    pub(super) endpoint: &'static str,
    /// How safe the operation is to retry.
    pub(super) class: RetryClass,
}

impl Operation {
    /// Returns the constants of an operation that the crate has.
    pub(super) fn of<E: Endpoint>() -> Self {
        Self {
            name: E::NAME,
            method: || E::METHOD,
            endpoint: E::TEMPLATE,
            class: E::RETRY_CLASS,
        }
    }
}
