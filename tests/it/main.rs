//! What the crate promises, one module for each promise.

mod api;
mod emulator;
