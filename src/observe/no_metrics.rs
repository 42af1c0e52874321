//! The functions of `metrics.rs` for a build without the feature `metrics`: none of them does anything.

use std::time::Duration;

pub(crate) fn describe() {}

pub(crate) fn decision(_: &'static str, _: &'static str) {}

pub(crate) fn lookup(_: bool) {}

pub(crate) fn api_key(_: &'static str) {}

pub(crate) fn key_fetch(_: &'static str) {}

pub(crate) fn webhook(_: &'static str) {}

pub(crate) fn mark(_: &'static str) {}

pub(crate) fn stale(_: &'static str) {}

pub(crate) fn account(_: &'static str) {}

pub(crate) fn retry(_: &'static str) {}

#[cfg(feature = "redis")]
pub(crate) fn fleet_write(_: &'static str) {}

#[cfg(feature = "redis")]
pub(crate) fn fleet_loss() {}

pub(crate) fn call(_: &'static str, _: Option<u16>, _: Option<&'static str>, _: Duration) {}

pub(crate) struct Stopwatch;

impl Stopwatch {
    pub(crate) fn start() -> Self {
        Self
    }

    pub(crate) fn verified(self, _: &'static str) {}
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Circuit {
    Closed,
    HalfOpen,
    Open,
}

pub(crate) fn circuit_changed(_: Circuit, _: Circuit) {}

pub(crate) fn circuit_gone(_: Circuit) {}
