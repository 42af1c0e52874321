//! Webhooks: which are accepted, what the sender sees, and what they change.

mod connection;
mod emulator;
mod extract;
mod log_lines;
mod service;
mod vectors;
