//! A call in flight: sending a request, trying again, and reading the response.

mod error;
#[cfg(any(test, all(fuzzing, feature = "test-util")))]
pub(crate) mod invariants;
mod items;
mod pending;
mod read_response;
mod response_error;
mod retry_after;
mod retry_loop;
mod retry_policy;
mod send;
#[cfg(test)]
mod tests;

pub use self::{
    error::{AnyRefusal, DecodeError, Error, OptionalExt},
    items::Items,
    pending::Call,
};
