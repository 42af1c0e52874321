//! What is recorded of a call: its spans, its metrics, and the event for the application's hook.

use std::{sync::Arc, time::Instant};

use tracing::Span;

use super::{
    error::{CallError, Error, Reason},
    operation::Operation,
};
use crate::{
    client::{CANCELED, CallEvent, ClientConfig, Delivery, RawResponse},
    observe::{metrics, spans},
};

/// A call that is observed from its start to its end. Dropping it before [`end`](Self::end) records that
/// the call was canceled.
pub(super) struct Observed<'a> {
    pub(super) config: &'a Arc<ClientConfig>,
    pub(super) operation: Operation,
    /// When the call began. A monotonic clock, so that a change of the system time ends no call.
    pub(super) started: Instant,
    /// The number of attempts that were made.
    pub(super) attempts: u32,
    /// The status of the last response.
    status: Option<u16>,
    /// The span around the whole call, if a subscriber is interested. Boxed, because a future of 1,024
    /// bytes takes longer to allocate.
    span: Option<Box<Span>>,
    has_ended: bool,
}

impl<'a> Observed<'a> {
    /// Starts the call.
    pub(super) fn new(config: &'a Arc<ClientConfig>, operation: Operation) -> Self {
        Self {
            config,
            operation,
            started: Instant::now(),
            attempts: 0,
            status: None,
            span: boxed(spans::call(operation.name)),
            has_ended: false,
        }
    }

    /// Counts an attempt, and returns the span around it, if a subscriber is interested.
    pub(super) fn begin_attempt(&mut self) -> Option<Box<Span>> {
        if self.attempts > 0 {
            metrics::retry(self.operation.name);
        }
        let span = self.in_span(|| {
            spans::attempt(&spans::Attempt {
                method: (self.operation.method)().as_str(),
                template: self.operation.endpoint,
                host: &self.config.host,
                port: self.config.port,
                resend_count: self.attempts,
            })
        });
        self.attempts = self.attempts.saturating_add(1);
        self.status = None;
        boxed(span)
    }

    /// Calls a function in the span around the whole call.
    fn in_span<T>(&self, act: impl FnOnce() -> T) -> T {
        match &self.span {
            Some(span) => span.in_scope(act),
            None => act(),
        }
    }

    /// Records the outcome of an attempt.
    pub(super) fn end_attempt(
        &mut self,
        span: Option<&Span>,
        outcome: &Result<RawResponse, CallError>,
    ) {
        let status = outcome.as_ref().map(|response| response.status.as_u16());
        self.status = status.as_ref().ok().copied();
        match (span, status) {
            (Some(span), Ok(status)) => spans::record_status(span, status),
            (Some(span), Err(error)) => spans::record_error(span, error.code()),
            (None, _) => {}
        }
    }

    /// Records the result of the call.
    pub(super) fn end<T, R: Reason>(&mut self, result: &Result<T, Error<R>>) {
        match result {
            Ok(_) => self.record(None, Delivery::Delivered),
            Err(error) => {
                let delivery = delivery(error, self.attempts);
                self.record(Some(error.code()), delivery);
            }
        }
    }

    fn record(&mut self, error_code: Option<&'static str>, delivery: Delivery) {
        self.has_ended = true;
        let duration = self.started.elapsed();
        if let Some(span) = &self.span {
            spans::record_attempts(span, self.attempts);
            if let Some(code) = error_code {
                spans::record_error(span, code);
            }
        }
        metrics::call(self.operation.name, self.status, error_code, duration);
        let Some(hook) = &self.config.options.on_call else {
            return;
        };
        let event = CallEvent {
            operation: self.operation.name,
            method: (self.operation.method)(),
            template: self.operation.endpoint,
            attempts: self.attempts,
            status: self.status,
            error_code,
            delivery,
            duration,
        };
        // In the span, so that what the hook logs belongs to the call.
        self.in_span(|| hook.call(&event));
    }
}

impl Drop for Observed<'_> {
    fn drop(&mut self) {
        if self.has_ended {
            return;
        }
        let delivery = match (self.attempts, self.status) {
            (0, _) => Delivery::NotSent,
            (_, Some(_)) => Delivery::Delivered,
            (_, None) => Delivery::Unknown,
        };
        self.record(Some(CANCELED), delivery);
    }
}

/// Returns a span in a box, or `None` if no subscriber is interested in it.
fn boxed(span: Span) -> Option<Box<Span>> {
    (!span.is_disabled()).then(|| Box::new(span))
}

/// Returns whether the request of a failed call was received.
fn delivery<R>(error: &Error<R>, attempts: u32) -> Delivery {
    match error {
        Error::Unavailable { delivery, .. } => *delivery,
        Error::InvalidArgument { .. }
        | Error::Tls { .. }
        | Error::MissingTls
        | Error::NoRuntime => Delivery::NotSent,
        Error::Timeout { .. } if attempts == 0 => Delivery::NotSent,
        Error::Timeout { .. } | Error::Protocol { .. } => Delivery::Unknown,
        _ => Delivery::Delivered,
    }
}
