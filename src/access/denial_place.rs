//! [`Place`]: where a request was denied, and what is known of the request there.

use std::cell::Ref;

use actix_web::{
    HttpMessage as _, HttpRequest,
    dev::{Extensions, RequestHead},
    guard::GuardContext,
    http::header::AUTHORIZATION,
};

use super::{request::elsewhere::Elsewhere, settings::Settings, user::User};

/// What a request has in place of credentials that are accepted.
#[derive(Default)]
pub(in crate::access) struct Presented {
    /// The value of the `Authorization` header, or what it would have been if the token is elsewhere.
    pub(in crate::access) authorization: Option<Vec<u8>>,
    /// The name of the place of the token, if it is another one than the header.
    pub(in crate::access) place: Option<String>,
}

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

    /// Returns what the request has, and where a project found it.
    pub(super) fn presented(&self, settings: &Settings) -> Presented {
        let extensions = self.extensions();
        let elsewhere = extensions
            .as_deref()
            .and_then(|it| Elsewhere::of(it, settings));
        if let Some(elsewhere) = elsewhere {
            return Presented {
                authorization: Some(elsewhere.authorization().as_bytes().to_vec()),
                place: elsewhere.source().map(ToString::to_string),
            };
        }
        let value = self
            .head()
            .and_then(|head| head.headers().get(AUTHORIZATION));
        Presented {
            authorization: value.map(|value| value.as_bytes().to_vec()),
            place: None,
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
