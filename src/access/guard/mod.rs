//! The middleware and the guards, and the one service that runs them.

pub(in crate::access) mod authentication;
pub(in crate::access) mod guards;
pub(in crate::access) mod preflight;
mod review;
mod service;
