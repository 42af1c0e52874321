//! Calls that are not of the usual kind: while the backend API is away, and of unknown operations.

mod custom;
mod outage;
