//! The spans of the crate, each created by one function, and the only place that spells their fields.
//!
//! Names are those of the OpenTelemetry semantic conventions
//! ([HTTP](https://opentelemetry.io/docs/specs/semconv/http/http-spans/),
//! [end user](https://opentelemetry.io/docs/specs/semconv/registry/attributes/enduser/)). The fields that
//! begin with `otel.` are instructions for `tracing-opentelemetry`.

use std::fmt::Debug;

use tracing::{Span, field::Empty, level_filters::LevelFilter};

/// The reason of a decision that allows a request.
pub(crate) const ALLOWED: &str = "allowed";

/// The field for the reason of a decision.
pub(super) const REASON: &str = "propelauth.reason";
/// The field for the organization that a decision was about.
const ORG_ID: &str = "propelauth.org.id";
/// The field for the environment, if there are several.
const ISSUER: &str = "propelauth.issuer";
/// The field for the roles in that organization.
const ROLES: &str = "user.roles";

/// Creates a span if a subscriber is interested in it.
///
/// The macros of `tracing` alone would write a line to `log` for each span of an application without a
/// subscriber, because actix-web enables the feature `log` of `tracing`.
macro_rules! span_if_enabled {
    ($level:ident, $name:literal, $($fields:tt)*) => {
        if tracing::span_enabled!(tracing::Level::$level) {
            tracing::span!(tracing::Level::$level, $name, $($fields)*)
        } else {
            Span::none()
        }
    };
}

/// Creates the span around the decision of a middleware or guard.
pub(crate) fn decision(layer: &'static str) -> Span {
    span_if_enabled!(
        DEBUG,
        "propelauth.authorize",
        "propelauth.layer" = layer,
        "propelauth.reason" = Empty,
        "propelauth.org.id" = Empty,
        "enduser.pseudo.id" = Empty,
        "enduser.id" = Empty,
        "user.roles" = Empty
    )
}

/// Creates the span around the verification of a token.
pub(crate) fn verification() -> Span {
    span_if_enabled!(
        DEBUG,
        "propelauth.verify_token",
        "propelauth.reason" = Empty
    )
}

/// Creates the span around a fetch of the verifier key.
pub(crate) fn key_fetch() -> Span {
    span_if_enabled!(
        INFO,
        "propelauth.fetch_verifier_key",
        "error.type" = Empty,
        "otel.status_code" = Empty
    )
}

/// Creates the span around a call with all of its attempts.
pub(crate) fn call(operation: &'static str) -> Span {
    span_if_enabled!(
        INFO,
        "propelauth.call",
        "otel.name" = operation,
        "propelauth.operation" = operation,
        "propelauth.attempts" = Empty,
        "error.type" = Empty,
        "otel.status_code" = Empty
    )
}

/// An attempt of a call, as its span shows it.
pub(crate) struct Attempt<'a> {
    /// The HTTP method.
    pub(crate) method: &'a str,
    /// The template of the path, because the path has ids in it.
    pub(crate) template: &'static str,
    /// The host of the base URL.
    pub(crate) host: &'a str,
    /// The port of the base URL.
    pub(crate) port: u16,
    /// The number of attempts before this one.
    pub(crate) resend_count: u32,
}

/// Creates the span around one attempt of a call.
///
/// It is a span of its own because the conventions want one for each request that is sent.
pub(crate) fn attempt(attempt: &Attempt<'_>) -> Span {
    let Attempt {
        method,
        template,
        host,
        port,
        resend_count,
    } = *attempt;
    span_if_enabled!(
        INFO,
        "propelauth.request",
        "otel.kind" = "client",
        "otel.name" = format_args!("{method} {template}"),
        "http.request.method" = method,
        "url.template" = template,
        "server.address" = host,
        "server.port" = port,
        "http.request.resend_count" = (resend_count > 0).then_some(resend_count),
        "http.response.status_code" = Empty,
        "error.type" = Empty,
        "otel.status_code" = Empty
    )
}

/// Records the status of the response in the span of an attempt. A status that is none of success is an
/// error for the client, also if the application expects it.
pub(crate) fn record_status(span: &Span, status: u16) {
    if span.is_disabled() {
        return;
    }
    span.record("http.response.status_code", status);
    if status >= 400 {
        record_error(span, &status.to_string());
    }
}

/// Records that what a span is around failed.
pub(crate) fn record_error(span: &Span, error_type: &str) {
    span.record("error.type", error_type);
    span.record("otel.status_code", "ERROR");
}

/// Records the number of attempts in the span of a call.
pub(crate) fn record_attempts(span: &Span, attempts: u32) {
    span.record("propelauth.attempts", attempts);
}

/// Records the reason of a decision, in any span that declares the field.
pub(crate) fn record_reason(span: &Span, reason: &str) {
    span.record(REASON, reason);
}

/// Records the organization that a decision was about, and the user's roles in it, in any span that
/// declares the fields.
pub(crate) fn record_org(span: &Span, org_id: &str) {
    span.record(ORG_ID, org_id);
}

/// Records the environment that a request chose, in any span that declares the field.
pub(crate) fn record_issuer(span: &Span, issuer: &str) {
    span.record(ISSUER, issuer);
}

/// Records the user's roles, in any span that declares the field. A list is written as Rust writes it,
/// because `tracing` has no lists.
pub(crate) fn record_roles(span: &Span, roles: &dyn Debug) {
    span.record(ROLES, tracing::field::debug(roles));
}

/// Returns `true` unless no subscriber is interested in any span, so that there is none to record in.
pub(crate) fn are_enabled() -> bool {
    LevelFilter::current() != LevelFilter::OFF
}
