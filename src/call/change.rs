//! Noticing what a call may have changed, before its caller has the response.
//!
//! What this process keeps, such as validations of API keys, may no longer be true once PropelAuth has got a
//! request. So the handle learns of each request at its end, unless it is certain that nothing was done.
//!
//! | end of the call | noticed |
//! |---|---|
//! | success | yes |
//! | a timeout, a broken connection, an error of the server | yes, the outcome is unknown |
//! | the future is dropped | yes, the request may be on its way |
//! | a refusal, a rejected argument, no connection | no, unless an attempt before may have done it |
//!
//! It learns as well when the last attempt was answered, by the `Date` of the response (RFC 9110 §6.6.1): a token
//! from before the call may have a time that the clock of this machine has not reached yet.

use std::{any::Any, time::SystemTime};

use actix_web::http::header::{HeaderValue, HttpDate};

use super::error::Error;
use crate::client::{Client, Delivery};

/// A call in flight that may change something.
pub(super) struct Change<'a> {
    /// Where it is noticed.
    client: &'a Client,
    /// The request, whose type only the listener knows.
    request: &'a dyn Any,
    /// Whether PropelAuth may have done, or may yet do, what it was asked for.
    is_possible: bool,
    /// When the last attempt was answered, by PropelAuth's clock.
    answered: Option<SystemTime>,
}

impl<'a> Change<'a> {
    /// Begins a call. From here on, dropping this counts as a change.
    pub(super) fn new(client: &'a Client, request: &'a dyn Any) -> Self {
        Self {
            client,
            request,
            is_possible: true,
            answered: None,
        }
    }

    /// Ends the call, whose last attempt had this result, in a response of this `Date`.
    ///
    /// `may_be_done` says whether an attempt before it may have done what was asked for. A refusal then means
    /// nothing: a user who was just deleted is not found.
    pub(super) fn end<T, R>(
        mut self,
        result: &Result<T, Error<R>>,
        may_be_done: bool,
        date: Option<&HeaderValue>,
    ) {
        let date = date.and_then(|date| date.to_str().ok()?.parse::<HttpDate>().ok());
        self.answered = date.map(SystemTime::from);
        self.is_possible = may_be_done || result.as_ref().err().is_none_or(may_have_changed);
    }
}

impl Drop for Change<'_> {
    fn drop(&mut self) {
        if self.is_possible {
            self.client
                .config()
                .may_have_changed(self.request, self.answered);
        }
    }
}

/// Returns `true` unless it is certain that PropelAuth has not done what it was asked for.
fn may_have_changed<R>(error: &Error<R>) -> bool {
    !matches!(
        error,
        Error::Refused(_)
            | Error::BadRequest(_)
            | Error::InvalidArgument { .. }
            | Error::InvalidApiKey
            | Error::RateLimited { .. }
            | Error::PayloadTooLarge
            | Error::OrgsNotEnabled
            | Error::Tls { .. }
            | Error::MissingTls
            | Error::NoRuntime
            | Error::Unavailable {
                delivery: Delivery::NotSent,
                ..
            }
    )
}
