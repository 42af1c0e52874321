//! The benches are all there is; see `benches/gate.rs`.
