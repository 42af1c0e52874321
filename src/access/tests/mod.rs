//! Tests of what only this wing can see.

mod grammars;
mod keys;
mod properties;
mod signatures;
