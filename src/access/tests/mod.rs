//! Tests of what only this wing can see.

mod keys;
mod properties;
mod signatures;
