//! Organizations: each operation over the wire, and what it changes in the tokens to come.

mod captures;
mod invites;
mod members;
mod names;
mod orgs;
mod role_mappings;
mod snapshots;
mod wire;

use actix_web_propelauth::{
    Error,
    api::Refusal,
    emulator::{Emulator, EmulatorBuilder},
};

pub(crate) use crate::fixtures::world::{NOBODY, start_with};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

pub(crate) const ODD: &str = "Zoë \"O'Neil\" %2F%00 + a&b=c;#?/\\ <b> {x} \n 🦀\u{202e}";

/// A clock that tests move.
#[derive(Clone)]
pub(crate) struct Clock(Arc<AtomicI64>);

impl Clock {
    pub(crate) fn at(seconds: i64) -> (Self, EmulatorBuilder) {
        let now = Arc::new(AtomicI64::new(seconds));
        let clock = Arc::clone(&now);
        let builder = Emulator::builder().clock(move || clock.load(Ordering::SeqCst));
        (Self(now), builder)
    }

    pub(crate) fn set(&self, seconds: i64) {
        self.0.store(seconds, Ordering::SeqCst);
    }
}

#[track_caller]
pub(crate) fn assert_fields<R: Refusal>(error: &Error<R>, fields: &[&str]) {
    let errors = error.field_errors();
    let errors = errors.unwrap_or_else(|| panic!("{error:?} names no fields"));
    let named: Vec<_> = errors.iter().map(|(field, _)| field).collect();
    assert_eq!(named, fields);
}

/// Asserts that a call was refused before anything was sent, because of this argument.
#[track_caller]
pub(crate) fn assert_unsent<R: Refusal>(error: &Error<R>, unsendable: &str) {
    match error {
        Error::InvalidArgument { argument, .. } => assert_eq!(argument, unsendable),
        error => panic!("{error:?} is about something that was sent"),
    }
}
