//! Recording of metrics through the facade `metrics`: one function for each metric of the catalog.
//!
//! The file `no_metrics.rs` has the same functions without a body, for a build without the feature.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, Instant},
};

use metrics::{
    Label, Unit, counter, describe_counter, describe_gauge, describe_histogram, gauge, histogram,
};

use super::catalog::{
    ACCOUNTS, API_KEYS, CACHE_ENTRIES, CACHE_USAGE, CALL, CHANGES, CIRCUIT_BREAKERS, DECISIONS,
    KEY_AGE, KEY_FETCHES, LOOKUPS, MARKS, METRICS, MetricKind, RETRIES, STALE, VERIFICATION,
    WEBHOOKS,
};
#[cfg(feature = "redis")]
use super::catalog::{FLEET_LOSSES, FLEET_STALENESS, FLEET_WRITES};

/// Describes all metrics to the recorder. Each handle does so when it is built, as the application may
/// install its recorder after another handle was.
pub(crate) fn describe() {
    for metric in METRICS {
        let unit = match metric.unit {
            "s" => Unit::Seconds,
            "By" => Unit::Bytes,
            _ => Unit::Count,
        };
        match metric.kind {
            MetricKind::Counter => describe_counter!(metric.name, unit, metric.description),
            MetricKind::Gauge => describe_gauge!(metric.name, unit, metric.description),
            MetricKind::Histogram => describe_histogram!(metric.name, unit, metric.description),
        }
    }
}

/// The labels that tell the handles of an application apart.
#[derive(Clone, Debug, Default)]
pub(crate) struct HandleLabels(Vec<Label>);

impl HandleLabels {
    /// Creates the labels of a handle.
    pub(crate) fn new(issuer: &str, audience: Option<&str>) -> Self {
        let issuer = Label::new("issuer", issuer.to_owned());
        let audience = audience.map(|audience| Label::new("audience", audience.to_owned()));
        Self([issuer].into_iter().chain(audience).collect())
    }

    /// Records the size of the cache of verified tokens.
    pub(crate) fn cache_size(&self, tokens: usize, bytes: u64) {
        gauge!(CACHE_ENTRIES, self.0.iter()).set(tokens as f64);
        gauge!(CACHE_USAGE, self.0.iter()).set(bytes as f64);
    }

    /// Records the age of what is known of the marks of the fleet.
    #[cfg(feature = "redis")]
    pub(crate) fn fleet_staleness(&self, age: Duration) {
        gauge!(FLEET_STALENESS, self.0.iter()).set(age.as_secs_f64());
    }

    /// Records the number of marks.
    pub(crate) fn marks(&self, marks: usize) {
        gauge!(MARKS, self.0.iter()).set(marks as f64);
    }

    /// Records the time since the verifier key came into use.
    pub(crate) fn key_age(&self, age: Duration) {
        gauge!(KEY_AGE, self.0.iter()).set(age.as_secs_f64());
    }
}

/// Counts an attempt to write a mark to the stream of a fleet.
#[cfg(feature = "redis")]
pub(crate) fn fleet_write(result: &'static str) {
    counter!(FLEET_WRITES, "result" => result).increment(1);
}

/// Counts that marks of a fleet were lost.
#[cfg(feature = "redis")]
pub(crate) fn fleet_loss() {
    counter!(FLEET_LOSSES).increment(1);
}

/// Counts a decision on a request.
pub(crate) fn decision(layer: &'static str, reason: &'static str) {
    counter!(DECISIONS, "layer" => layer, "reason" => reason).increment(1);
}

/// Counts a lookup in the cache of verified tokens.
pub(crate) fn lookup(is_hit: bool) {
    let result = if is_hit { "hit" } else { "miss" };
    counter!(LOOKUPS, "result" => result).increment(1);
}

/// Counts a lookup or a validation of an API key.
pub(crate) fn api_key(result: &'static str) {
    counter!(API_KEYS, "result" => result).increment(1);
}

/// Counts a fetch of the verifier key.
pub(crate) fn key_fetch(result: &'static str) {
    counter!(KEY_FETCHES, "result" => result).increment(1);
}

/// Counts a webhook that arrived.
pub(crate) fn webhook(reason: &'static str) {
    counter!(WEBHOOKS, "reason" => reason).increment(1);
}

/// Counts a mark that was set.
pub(crate) fn mark(cause: &'static str) {
    counter!(CHANGES, "cause" => cause).increment(1);
}

/// Counts that a token, or one of its memberships, was found to be from before a change.
pub(crate) fn stale(cause: &'static str) {
    counter!(STALE, "cause" => cause).increment(1);
}

/// Counts that an account was needed as of now.
pub(crate) fn account(result: &'static str) {
    counter!(ACCOUNTS, "result" => result).increment(1);
}

/// Counts an attempt of a call after the first one.
pub(crate) fn retry(operation: &'static str) {
    counter!(RETRIES, "operation" => operation).increment(1);
}

/// Records the time of a finished call.
pub(crate) fn call(
    operation: &'static str,
    status: Option<u16>,
    error: Option<&'static str>,
    duration: Duration,
) {
    let status = status.map(|status| Label::new("http.response.status_code", status.to_string()));
    let error = error.map(|error| Label::from_static_parts("error.type", error));
    let labels = [Label::from_static_parts("operation", operation)];
    let labels: Vec<_> = labels.into_iter().chain(status).chain(error).collect();
    histogram!(CALL, labels).record(duration.as_secs_f64());
}

/// A measurement of the time that a verification takes.
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    /// Starts the measurement.
    pub(crate) fn start() -> Self {
        Self(Instant::now())
    }

    /// Records the time of a verification.
    pub(crate) fn verified(self, reason: &'static str) {
        histogram!(VERIFICATION, "reason" => reason).record(self.0.elapsed().as_secs_f64());
    }
}

/// The state of a circuit breaker that is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Circuit {
    Closed,
    HalfOpen,
    Open,
}

/// The circuit breakers of all threads and handles that are open. The gauge is set to it, and not
/// incremented, so that it is right for a recorder that was installed later.
static OPEN: AtomicI64 = AtomicI64::new(0);
static HALF_OPEN: AtomicI64 = AtomicI64::new(0);

/// Counts a circuit breaker whose state changed.
pub(crate) fn circuit_changed(from: Circuit, to: Circuit) {
    circuit_gone(from);
    match to {
        Circuit::Closed => {}
        Circuit::HalfOpen => _ = HALF_OPEN.fetch_add(1, Ordering::Relaxed),
        Circuit::Open => _ = OPEN.fetch_add(1, Ordering::Relaxed),
    }
    circuit_breakers();
}

/// Stops counting a circuit breaker. Records nothing, because a thread that ends may have dropped what
/// its recorder needs.
pub(crate) fn circuit_gone(state: Circuit) {
    match state {
        Circuit::Closed => {}
        Circuit::HalfOpen => _ = HALF_OPEN.fetch_sub(1, Ordering::Relaxed),
        Circuit::Open => _ = OPEN.fetch_sub(1, Ordering::Relaxed),
    }
}

/// Records the number of circuit breakers that are not closed.
pub(crate) fn circuit_breakers() {
    for (state, count) in [("open", &OPEN), ("half_open", &HALF_OPEN)] {
        let count = count.load(Ordering::Relaxed);
        gauge!(CIRCUIT_BREAKERS, "state" => state).set(count as f64);
    }
}
