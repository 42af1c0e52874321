//! The middleware and the guards, and the one service that runs them.
//!
//! [`service`] is the only place that passes a request on to a handler. What middleware and guards
//! decide differently is behind its trait `AccessCheck`.

pub(in crate::access) mod authentication;
mod authentication_check;
pub(in crate::access) mod guards;
mod joining;
mod live;
pub(in crate::access) mod observed;
pub(in crate::access) mod org_guard;
pub(in crate::access) mod policy;
pub(in crate::access) mod preflight;
pub(in crate::access) mod review;
mod service;
pub(in crate::access) mod step_up;
mod token_from;
pub(in crate::access) mod unrouted;
