//! The log line of a webhook that was not accepted or not handled.

use actix_web::{HttpRequest, http::StatusCode};

use super::{error::WebhookError, event::WebhookEvent, verifier::Webhook, warnings::Warnings};
use crate::observe::metrics;

/// Logs and counts why a request was not accepted or not handled.
///
/// What anyone can cause is a warning at most once in ten minutes for each code, and a line at level `debug`
/// otherwise. What the application or its fleet caused is an error each time.
pub(super) fn log(error: &WebhookError, request: &HttpRequest, warnings: &Warnings) {
    let (code, status) = (error.code(), error.status_code());
    metrics::webhook(code);
    let path = request.path().escape_debug();
    let status_code = status.as_u16();
    if status.is_server_error() && !matches!(error, WebhookError::InProgress) {
        tracing::error!(%code, status = status_code, %path, "webhook: {error}");
    } else if status != StatusCode::SERVICE_UNAVAILABLE && warnings.is_due(code) {
        tracing::warn!(
            %code, status = status_code, %path,
            "webhook: {error} (at most one such warning in ten minutes)"
        );
    } else {
        tracing::debug!(%code, status = status_code, %path, "webhook: {error}");
    }
}

/// Logs an event of a known type, or without one, that could not be read.
pub(super) fn log_unreadable(webhook: &Webhook) {
    if let WebhookEvent::Unknown(event) = &webhook.event
        && let Some(problem) = event.problem()
    {
        tracing::warn!(
            svix_id = %webhook.id,
            event_type = %event.event_type.escape_debug(),
            "webhook: an event could not be read: {problem}. Please report this line"
        );
    }
}
