//! Tests of what is private to this folder.

mod grammars;
mod interleavings;
mod keys;
mod properties;
mod signatures;
mod weights;
