//! [`Place`]: where a request was denied, and what is known of the request there.

use std::cell::Ref;

use actix_web::{
    HttpMessage as _, HttpRequest,
    dev::{Extensions, RequestHead},
    guard::GuardContext,
};

use super::user::User;

/// The place of a denial.
#[derive(Clone, Copy)]
pub(in crate::access) enum Place<'a> {
    /// A request that has been routed.
    Request(&'a HttpRequest),
    /// A request for which actix-web is selecting a route.
    Routing(&'a GuardContext<'a>),
    /// A place that no longer has the request.
    Unknown,
}

impl Place<'_> {
    pub(super) fn head(&self) -> Option<&RequestHead> {
        match self {
            Self::Request(request) => Some(request.head()),
            Self::Routing(context) => Some(context.head()),
            Self::Unknown => None,
        }
    }

    fn extensions(&self) -> Option<Ref<'_, Extensions>> {
        match self {
            Self::Request(request) => Some(request.extensions()),
            Self::Routing(context) => Some(context.req_data()),
            Self::Unknown => None,
        }
    }

    /// Returns the user, if the request is authenticated.
    pub(super) fn user(&self) -> Option<User> {
        self.extensions()?.get::<User>().cloned()
    }

    /// Returns the pattern of the route, which has parameters in place of their values.
    pub(super) fn route(&self) -> Option<String> {
        match self {
            Self::Request(request) => request.match_pattern(),
            Self::Routing(_) | Self::Unknown => None,
        }
    }
}
