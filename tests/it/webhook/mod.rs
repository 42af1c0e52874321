//! Webhooks: which are accepted, what the sender sees, and what they change.

mod service;
mod vectors;
