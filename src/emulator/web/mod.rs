//! What a browser sends and gets: requests, replies, cookies, CORS, and rows of routes.
//!
//! Nothing here knows what is asked: [`frontend`](crate::emulator::frontend) and other faces of the
//! emulator declare rows, and the server finds the row of a request.

mod cookie;
mod cors;
mod form_origin;
mod reply;
mod request;
mod route;

#[cfg(all(feature = "pages", any(test, all(fuzzing, feature = "test-util"))))]
pub(crate) use self::route::RouteInfo;
pub(crate) use self::{
    cookie::Cookie,
    cors::{add_cors_headers, preflight},
    reply::{Body, Reply},
    request::WebRequest,
    route::{Access, Route, StateRoute, Table},
};
