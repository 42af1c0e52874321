//! The table of all metrics.

/// A metric that the crate records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metric {
    /// The name. An exporter for Prometheus writes an underscore for each dot.
    pub name: &'static str,
    /// The kind.
    pub kind: MetricKind,
    /// The unit, as [UCUM](https://ucum.org) writes it.
    pub unit: &'static str,
    /// The names of the labels. Not every series has all of them.
    pub labels: &'static [&'static str],
    /// What is measured.
    pub description: &'static str,
}

/// The kind of a [`Metric`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricKind {
    /// A number that only grows.
    Counter,
    /// A number that goes up and down.
    Gauge,
    /// A distribution of numbers.
    Histogram,
}

use MetricKind::{Counter, Gauge, Histogram};

/// The labels that tell handles apart.
const OF_HANDLE: &[&str] = &["issuer", "audience"];

macro_rules! catalog {
    ($($id:ident = $name:literal, $kind:ident, $unit:literal, $labels:expr, $description:literal;)*) => {
        $(pub(super) const $id: &str = $name;)*

        /// All metrics that the crate records, for dashboards, alerts and tests.
        ///
        /// ```
        /// use actix_web_propelauth::observe::METRICS;
        ///
        /// for metric in METRICS {
        ///     println!("{} in {}: {}", metric.name, metric.unit, metric.description);
        /// }
        /// ```
        pub const METRICS: &[Metric] = &[$(Metric {
            name: $id,
            kind: $kind,
            unit: $unit,
            labels: $labels,
            description: $description,
        }),*];
    };
}

catalog! {
    DECISIONS = "propelauth.auth.decisions", Counter, "{decision}", &["layer", "reason"],
        "Decisions on requests.";
    LOOKUPS = "propelauth.token_cache.lookups", Counter, "{lookup}", &["result"],
        "Lookups in the cache of verified tokens.";
    CACHE_ENTRIES = "propelauth.token_cache.entries", Gauge, "{token}", OF_HANDLE,
        "Tokens in the cache of verified tokens.";
    CACHE_USAGE = "propelauth.token_cache.usage", Gauge, "By", OF_HANDLE,
        "Memory of the tokens in the cache of verified tokens.";
    VERIFICATION = "propelauth.token.verification.duration", Histogram, "s", &["reason"],
        "Time to verify an access token that is not cached.";
    API_KEYS = "propelauth.api_key.validations", Counter, "{validation}", &["result"],
        "Requests with an API key, by what is known or was answered about it.";
    KEY_AGE = "propelauth.verifier_key.age", Gauge, "s", OF_HANDLE,
        "Time since the verifier key came into use.";
    KEY_FETCHES = "propelauth.verifier_key.fetches", Counter, "{fetch}", &["result"],
        "Fetches of the verifier key.";
    CALL = "propelauth.client.call.duration", Histogram, "s",
        &["operation", "http.response.status_code", "error.type"],
        "Time of a call of the backend API, with its retries.";
    RETRIES = "propelauth.client.retries", Counter, "{retry}", &["operation"],
        "Attempts of calls after the first one.";
    CHANGES = "propelauth.freshness.changes", Counter, "{mark}", &["cause"],
        "Marks that were set, by what changed.";
    MARKS = "propelauth.freshness.marks", Gauge, "{mark}", OF_HANDLE,
        "Marks in memory.";
    STALE = "propelauth.freshness.stale", Counter, "{finding}", &["cause"],
        "Times that a token or a membership of it was found to be from before a change.";
    ACCOUNTS = "propelauth.freshness.fetches", Counter, "{fetch}", &["result"],
        "Times that an account was needed as of now.";
    FLEET_STALENESS = "propelauth.fleet.staleness", Gauge, "s", OF_HANDLE,
        "Age of what is known of the marks of the fleet.";
    FLEET_WRITES = "propelauth.fleet.writes", Counter, "{mark}", &["result"],
        "Attempts to write a mark to the stream of the fleet.";
    FLEET_LOSSES = "propelauth.fleet.losses", Counter, "{loss}", &[],
        "Times that marks of the fleet were lost, so that all tokens of before were denied.";
    WEBHOOKS = "propelauth.webhook.deliveries", Counter, "{delivery}", &["reason"],
        "Webhooks that arrived.";
    CIRCUIT_BREAKERS = "propelauth.client.circuit_breaker.count", Gauge, "{thread}", &["state"],
        "Threads whose circuit breaker is not closed.";
}

#[cfg(test)]
mod tests {
    use super::{METRICS, MetricKind};

    /// The page of the module has the same table for people.
    #[test]
    fn the_documentation_has_each_metric_with_its_kind_unit_and_labels() {
        let page = include_str!("mod.rs");
        for metric in METRICS {
            let kind = match metric.kind {
                MetricKind::Counter => "counter",
                MetricKind::Gauge => "gauge",
                MetricKind::Histogram => "histogram",
            };
            let labels: Vec<_> = metric.labels.iter().map(|it| format!("`{it}`")).collect();
            let (name, unit, labels) = (metric.name, metric.unit, labels.join(", "));
            let row = format!("//! | `{name}` | {kind} | `{unit}` | {labels} |");
            assert!(page.contains(&row), "{row}");
        }
        let rows = page.matches("//! | `propelauth.").count();
        let spans = 5;
        let fields = 3;
        assert_eq!(rows, METRICS.len() + spans + fields);
    }
}
