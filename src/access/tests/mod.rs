//! Tests of what only this wing can see.

mod properties;
mod signatures;
