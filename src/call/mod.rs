//! A call in flight: sending a request, retrying it, and decoding the response.
//!
//! An operation's client method returns a [`Call`]. Awaiting it passes through these files:
//!
//! 1. `send` encodes the request by its operation ([`crate::endpoint`]),
//! 2. `retry_loop` has [`crate::client`] send it, up to as often as `retry_policy` permits,
//! 3. `read_response` turns the response into the operation's entity, its refusal, or an [`Error`]
//!    that all operations share.
//!
//! [`Items`] does so for each page of a list, and [`CustomCall`] for an operation that the crate does not
//! have.

mod change;
mod custom;
mod error;
mod explanations;
#[cfg(feature = "mcp")]
mod form;
#[cfg(any(test, all(fuzzing, feature = "test-util")))]
pub(crate) mod invariants;
mod items;
mod observed;
mod operation;
mod pending;
mod read_response;
mod response_error;
mod retry_after;
mod retry_loop;
mod retry_policy;
mod send;
#[cfg(test)]
mod tests;

pub(crate) use self::explanations::EXPLANATIONS;
#[cfg(feature = "mcp")]
pub(crate) use self::form::send_form;
pub use self::{
    custom::CustomCall,
    error::{AnyRefusal, DecodeError, Error, OptionalExt, Reason},
    items::Items,
    pending::Call,
};
