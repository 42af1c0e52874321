//! The trait of operations, and the rejections they share.

use std::fmt;

use crate::{
    api::{Endpoint, FieldErrors, NotFound},
    emulator::state::Store,
    endpoint::{Field, ReceivedFields, field_errors::quoted},
};

/// The implementation of one operation of the backend API.
///
/// [`Routes`](crate::emulator::http) collects every declared operation, so one without a handler
/// does not compile.
#[diagnostic::on_unimplemented(
    message = "the emulator does not handle `{E}` yet",
    label = "an operation without a handler",
    note = "write `impl Handler<{E}> for Store` in src/emulator/operations/, in the file that is \
            named as the operation's file in src/api/"
)]
pub(crate) trait Handler<E: Endpoint> {
    fn handle(&mut self, request: E) -> Result<E::Response, Rejection<E::Refusal>>;
}

impl Store {
    /// Handles a call from Rust. Its ids are brought into canonical form first, as decoding does for
    /// requests over HTTP.
    #[allow(clippy::needless_pass_by_value)] // as `handle` takes it
    pub(crate) fn handle_call<E: Endpoint>(
        &mut self,
        request: E,
    ) -> Result<E::Response, Rejection<E::Refusal>>
    where
        Self: Handler<E>,
    {
        let fields = request
            .fields()
            .map_err(|why| Rejection::Broken(format!("{}: {}", why.argument, why.reason)))?;
        let fields = fields
            .iter()
            .map(|(name, value)| Field::json(name.to_owned(), value.clone()));
        let fields = &mut ReceivedFields::new(fields.collect());
        let request = E::decode(fields).map_err(Rejection::Fields)?;
        self.handle(request)
    }
}

/// The reason why an operation is rejected.
#[derive(Debug)]
pub(crate) enum Rejection<R> {
    /// Arguments are invalid (400).
    Fields(FieldErrors),
    /// The entity does not exist (404). The text says which.
    Missing(String),
    /// The entity does not exist, to which PropelAuth responds with 200 and null.
    Null,
    /// One argument is invalid, with the reason as a string instead of a list: some libraries expect
    /// that.
    Field(&'static str, &'static str),
    /// The project has no organizations (426).
    OrgsNotEnabled,
    /// The operation has an error of its own for this.
    Refused(R),
    /// The emulator failed (500).
    Broken(String),
}

impl Rejection<NotFound> {
    /// Returns the rejection for an entity that does not exist, such as a user and its id.
    pub(crate) fn missing(what: &str, id: &str) -> Self {
        Self::Missing(format!("there is no {what} {}", quoted(id)))
    }
}

impl<R> Rejection<R> {
    /// Returns a rejection with these errors, unless there are none.
    ///
    /// Handlers collect the errors of all fields before they call this, as PropelAuth reports them
    /// together.
    pub(crate) fn check(errors: FieldErrors) -> Result<(), Self> {
        if errors.is_empty() {
            Ok(())
        } else {
            Err(Self::Fields(errors))
        }
    }

    /// Converts the operation's own refusal into that of another operation.
    pub(crate) fn map<S>(self, refusal: impl FnOnce(R) -> S) -> Rejection<S> {
        match self {
            Self::Fields(errors) => Rejection::Fields(errors),
            Self::Field(field, reason) => Rejection::Field(field, reason),
            Self::Missing(what) => Rejection::Missing(what),
            Self::Null => Rejection::Null,
            Self::OrgsNotEnabled => Rejection::OrgsNotEnabled,
            Self::Refused(it) => Rejection::Refused(refusal(it)),
            Self::Broken(what) => Rejection::Broken(what),
        }
    }
}

impl<R: fmt::Display> fmt::Display for Rejection<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fields(errors) => {
                for (n, (field, reasons)) in errors.iter().enumerate() {
                    let comma = if n == 0 { "" } else { ", " };
                    write!(f, "{comma}{field}: {}", reasons.join(", "))?;
                }
                f.write_str(errors.user_facing_error().unwrap_or_default())
            }
            Self::Field(field, reason) => write!(f, "{field}: {reason}"),
            Self::Null => f.write_str("there is no such entity"),
            Self::OrgsNotEnabled => f.write_str(ORGS_NOT_ENABLED),
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Missing(what) | Self::Broken(what) => f.write_str(what),
        }
    }
}

pub(crate) const ORGS_NOT_ENABLED: &str = "the project has no organizations";
