//! What an operator sees: spans, metrics, readiness, and an event for each call.

mod calls;
#[cfg(feature = "metrics")]
mod metrics;
mod readiness;
mod spans;
