//! Running an operation: from a request to the handler, and from the result to a response.

use serde_json::{Map, Value, json};

use crate::{
    api::{Endpoint, FieldErrors},
    emulator::{
        operations::handler::{Handler, ORGS_NOT_ENABLED, Rejection},
        state::{Store, json_document::unknown_name},
        webhooks::StoreLock,
    },
    endpoint::{
        Field, Incoming, ReceivedFields,
        codec::{RefusalCodec as _, ResponseCodec as _},
        decode,
    },
};

/// A status and a body, which is JSON if it starts like an object or a list.
pub(crate) struct WireResponse {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// A call by name that was rejected: the status that it would have over HTTP, and the reason.
pub(crate) struct CallRejection {
    pub(crate) status: u16,
    pub(crate) reason: String,
}

/// Answers a request of an operation.
pub(super) fn dispatch<E: Endpoint>(store: &StoreLock, incoming: Incoming<'_>) -> WireResponse
where
    Store: Handler<E>,
{
    match run::<E>(store, decode(incoming)) {
        // A 204 response has no body.
        Ok(_) if E::STATUS == 204 => WireResponse {
            status: E::STATUS,
            body: Vec::new(),
        },
        Ok(body) => WireResponse {
            status: E::STATUS,
            body,
        },
        Err(rejection) => rejected::<E>(&rejection),
    }
}

/// Calls an operation with its fields as one object. A field that it does not know is rejected, as it is
/// over HTTP, and `null` equals absent.
pub(super) fn call<E: Endpoint>(
    store: &StoreLock,
    arguments: Map<String, Value>,
) -> Result<Value, CallRejection>
where
    Store: Handler<E>,
{
    let known = [E::REQUIRED, E::OPTIONAL].concat();
    if let Some(unknown) = arguments.keys().find(|it| !known.contains(&it.as_str())) {
        return Err(CallRejection {
            status: 400,
            reason: unknown_name("field", unknown, "the fields", &known),
        });
    }
    let given = arguments.into_iter().filter(|(_, value)| !value.is_null());
    let fields = given.map(|(name, value)| Field::json(name, value));
    let decoded = E::decode(&mut ReceivedFields::new(fields.collect()));
    match run::<E>(store, decoded) {
        Ok(body) => Ok(serde_json::from_slice(&body).unwrap_or_default()),
        Err(Rejection::Null) => Ok(Value::Null),
        Err(rejection) => Err(CallRejection {
            status: rejected::<E>(&rejection).status,
            reason: rejection.to_string(),
        }),
    }
}

/// Runs the handler, and returns the body of its response.
fn run<E: Endpoint>(
    store: &StoreLock,
    decoded: Result<E, FieldErrors>,
) -> Result<Vec<u8>, Rejection<E::Refusal>>
where
    Store: Handler<E>,
{
    let request = decoded.map_err(Rejection::Fields)?;
    let reply = store.lock().handle(request)?;
    match E::TEXT {
        Some(text) => Ok(text.into()),
        None => reply
            .write()
            .map_err(|error| Rejection::Broken(error.to_string())),
    }
}

/// Returns the response to a request that was rejected.
fn rejected<E: Endpoint>(rejection: &Rejection<E::Refusal>) -> WireResponse {
    let (status, body) = match rejection {
        Rejection::Fields(errors) if E::TEMPLATE.contains("/mfa/step-up/") => {
            (400, errors.write_coded())
        }
        Rejection::Fields(errors) => (400, errors.write()),
        Rejection::Field(field, reason) => {
            (400, json!({ *field: reason }).to_string().into_bytes())
        }
        Rejection::Missing(what) => (404, what.clone().into_bytes()),
        Rejection::Null => (200, b"null".to_vec()),
        Rejection::OrgsNotEnabled => (426, ORGS_NOT_ENABLED.into()),
        Rejection::Refused(refusal) => refusal.write(),
        Rejection::Broken(what) => (500, what.clone().into_bytes()),
    };
    WireResponse { status, body }
}
