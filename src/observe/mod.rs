//! What an operator sees: spans, metrics, readiness, and an event for each call.
//!
//! Nothing here has to be switched on except for metrics, and nothing of it ever holds a token, a key or
//! an email address.
//!
//! # Spans
//!
//! The crate creates spans of [`tracing`](https://docs.rs/tracing), with the names of the
//! [OpenTelemetry semantic conventions](https://opentelemetry.io/docs/specs/semconv/) where there are any.
//! Spans around what waits for a network have the level `info`, and the others `debug`. To see the second
//! kind, add `actix_web_propelauth=debug` to the filter of your subscriber. A span that no subscriber is
//! interested in costs a comparison.
//!
//! | span | level | around | fields |
//! | --- | --- | --- | --- |
//! | `propelauth.call` | `info` | a call of the backend API, with its retries | `propelauth.operation`, `propelauth.attempts`, `error.type` |
//! | `propelauth.request` | `info` | one attempt; the HTTP client span, which OpenTelemetry names `{method} {template}` | `http.request.method`, `url.template`, `server.address`, `server.port`, `http.request.resend_count`, `http.response.status_code`, `error.type` |
//! | `propelauth.fetch_verifier_key` | `info` | a fetch of the verifier key, with the call that it makes | `error.type` |
//! | `propelauth.authorize` | `debug` | the decision of a middleware or guard; not the handler | `propelauth.layer`, `propelauth.reason`, and those of the user |
//! | `propelauth.verify_token` | `debug` | the verification of a token that is not cached | `propelauth.reason` |
//!
//! `propelauth.reason` is `allowed`, or the [code](crate::Denied::code) of the denial. `error.type` is the
//! [code](crate::Error::code) of the error, or the status of a response that is none of success. The path
//! of a call has ids in it, so `url.full` is left out, and `url.template` is there in its place.
//!
//! # The user in your own spans
//!
//! The middleware and the guards also record who sent a request, in the span around them, if that span
//! declares the fields:
//!
//! | field | value |
//! | --- | --- |
//! | `enduser.pseudo.id` | a pseudonym of the user: a keyed hash of the user id |
//! | `enduser.id` | the user id, only with [`UserInSpans::Id`] |
//! | `user.roles` | the roles in the organization that a guard checked, or else in the active one |
//! | `propelauth.org.id` | the id of that organization |
//! | `propelauth.issuer` | with several [`Environments`](crate::Environments), the issuer of the one that the request chose |
//! | `propelauth.reason` | the [code](crate::Denied::code) of the denial, if the request is denied |
//!
//! So the root span of `tracing-actix-web` needs only to declare them:
//!
//! ```
//! # mod tracing_actix_web {
//! #     macro_rules! root_span { ($request:ident, $($field:tt)*) => { tracing::info_span!("HTTP request", $($field)*) } }
//! #     pub(crate) use root_span;
//! # }
//! use tracing::{Span, field::Empty};
//!
//! fn root_span(request: &actix_web::dev::ServiceRequest) -> Span {
//!     tracing_actix_web::root_span!(
//!         request,
//!         "enduser.pseudo.id" = Empty,
//!         "user.roles" = Empty,
//!         "propelauth.org.id" = Empty,
//!         "propelauth.reason" = Empty
//!     )
//! }
//! ```
//!
//! Wrap the app with the authentication first and with the tracing middleware last, so that its span is
//! around the decision. `examples/observability` does so, and exports the spans with OpenTelemetry.
//!
//! By default, the key of the pseudonyms is random, so that those of two processes do not match.
//! [`PropelAuthBuilder::pseudonym_key`](crate::PropelAuthBuilder::pseudonym_key) sets it, and
//! [`PropelAuthBuilder::user_in_spans`](crate::PropelAuthBuilder::user_in_spans) chooses between the
//! pseudonym, the id and nothing.
//!
//! # Metrics
//!
//! With the feature `metrics`, the crate records these metrics through the facade
//! [`metrics`](https://docs.rs/metrics), for any exporter that the application installs. Without the
//! feature, nothing is compiled. An exporter for Prometheus writes an underscore for each dot.
//!
//! | name | kind | unit | labels | |
//! | --- | --- | --- | --- | --- |
//! | `propelauth.auth.decisions` | counter | `{decision}` | `layer`, `reason` | decisions on requests |
//! | `propelauth.token_cache.lookups` | counter | `{lookup}` | `result` | lookups in the cache of verified tokens |
//! | `propelauth.token_cache.entries` | gauge | `{token}` | `issuer`, `audience` | tokens in the cache |
//! | `propelauth.token_cache.usage` | gauge | `By` | `issuer`, `audience` | memory of the tokens in the cache |
//! | `propelauth.token.verification.duration` | histogram | `s` | `reason` | time to verify a token that is not cached |
//! | `propelauth.api_key.validations` | counter | `{validation}` | `result` | requests with an API key, by what is known or was answered about it |
//! | `propelauth.verifier_key.age` | gauge | `s` | `issuer`, `audience` | time since the verifier key came into use |
//! | `propelauth.verifier_key.fetches` | counter | `{fetch}` | `result` | fetches of the verifier key |
//! | `propelauth.client.call.duration` | histogram | `s` | `operation`, `http.response.status_code`, `error.type` | time of a call, with its retries |
//! | `propelauth.client.retries` | counter | `{retry}` | `operation` | attempts after the first one of a call |
//! | `propelauth.freshness.changes` | counter | `{mark}` | `cause` | marks that were set, by what changed |
//! | `propelauth.freshness.marks` | gauge | `{mark}` | `issuer`, `audience` | marks in memory |
//! | `propelauth.freshness.stale` | counter | `{finding}` | `cause` | times that a token or a membership of it was found to be from before a change |
//! | `propelauth.freshness.fetches` | counter | `{fetch}` | `result` | times that an account was needed as of now |
//! | `propelauth.fleet.staleness` | gauge | `s` | `issuer`, `audience` | age of what is known of the fleet's marks |
//! | `propelauth.fleet.writes` | counter | `{mark}` | `result` | attempts to write a mark to the fleet's stream |
//! | `propelauth.fleet.losses` | counter | `{loss}` |  | times that marks of the fleet were lost |
//! | `propelauth.webhook.deliveries` | counter | `{delivery}` | `reason` | webhooks that arrived |
//! | `propelauth.client.circuit_breaker.count` | gauge | `{thread}` | `state` | threads whose circuit breaker is not closed |
//!
//! - `layer` is `require_user`, `optional_user` or `allow_anonymous` for the middleware, the name of a
//!   guard such as `InOrgWithRole`, or `validate` for the methods of that name. Three layers count only
//!   denials, because they do not decide about every request: `routing_guard`, `extractor`, and `handler`
//!   for a [`Denied`](crate::Denied) that a handler returned.
//! - `reason` is `allowed`, or the [code](crate::Denied::code) of the denial. Of a webhook, it is `accepted`,
//!   `seen` if it was handled before, or the [code](crate::webhook::WebhookError::code) of the error.
//! - `result` is `hit` or `miss` of a lookup, and `new`, `unchanged` or `failed` of a fetch. Of a
//!   request with an API key, it is `hit` or `hit_invalid` if the key was known, `valid`, `invalid`,
//!   `throttled`, `unreachable` or `misconfigured` by PropelAuth's answer, `busy` if too many keys were asked
//!   about, and `integration_key` if the caller sent this backend's own. Of a mark, it is
//!   `written`, `seen` if another instance wrote it for the same delivery, or `failed`. Of an account, it is `fetched`,
//!   `kept` if an answer of the last second served, `unreachable` if there was no answer, or `busy` if too many calls
//!   wait.
//! - `cause` is the [word](crate::freshness::Cause::word) of what changed, such as `user.disabled`, or `other`.
//! - `error.type` is the [code](crate::Error::code) of a failed call, or `canceled` if its future was
//!   dropped. It is missing from calls that succeeded, and the status if there was no response.
//! - `state` is `open` or `half_open`. Each thread has a circuit breaker of its own for each handle, so
//!   the gauge counts threads and is 0 while PropelAuth is healthy.
//! - `issuer`, and `audience` if one is set, tell the handles of an application apart.
//!
//! Gauges are recorded when their value changes. The age of the key changes with time alone:
//! [`PropelAuth::record_gauges`](crate::PropelAuth::record_gauges) records it, and all others, before a
//! scrape. Labels have few values, and none of them is a user or an organization.
//!
//! # Readiness
//!
//! [`PropelAuth::is_ready`](crate::PropelAuth::is_ready) and
//! [`PropelAuth::readiness`](crate::PropelAuth::readiness) are for the route that an orchestrator probes.
//!
//! # Calls
//!
//! [`PropelAuthBuilder::on_call`](crate::PropelAuthBuilder::on_call) sets a hook that receives a
//! [`CallEvent`](crate::CallEvent) for each call of the backend API.

#[cfg(feature = "metrics")]
mod catalog;
#[cfg(feature = "metrics")]
pub(crate) mod metrics;
#[cfg(not(feature = "metrics"))]
#[path = "no_metrics.rs"]
pub(crate) mod metrics;
pub(crate) mod spans;
mod user_in_spans;

#[cfg(feature = "metrics")]
pub use self::catalog::{METRICS, Metric, MetricKind};
pub(crate) use self::user_in_spans::SpanUsers;
pub use self::user_in_spans::UserInSpans;
