//! The end of a caller's access, for connections that outlive their request.
//!
//! A guard checks the request that opens a WebSocket or a stream, and not what comes after it.
//! [`access_ending`] is a future that goes on checking, [`watched`] what it looks at, and [`access_ended`] the reason
//! that it resolves to. [`callers`] has the methods that return it.
//!
//! It is woken by marks ([`freshness`](super::freshness)) and by a timer, and makes no calls.

pub(in crate::access) mod access_ended;
pub(in crate::access) mod access_ending;
mod callers;
mod watched;
