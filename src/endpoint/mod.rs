//! The definition of an operation: its method and path template, the encoding of its request, its
//! response, its refusals, and how safe it is to retry.
//!
//! The client's side ([`crate::call`]) and the emulator's side share these definitions, so that
//! what one encodes is what the other decodes.

pub(crate) mod codec;
mod custom_path;
#[cfg(feature = "emulator")]
mod decode;
mod definition;
mod encode;
#[cfg(feature = "emulator")]
mod field;
pub(crate) mod field_errors;
mod fields;
#[cfg(feature = "emulator")]
mod ids;
mod invalid_argument;
#[cfg(feature = "emulator")]
mod members;
pub(crate) mod operation;
pub(crate) mod page;
pub(crate) mod path_conflicts;
pub(crate) mod refusal;
pub(crate) mod response;
pub(crate) mod template;
mod value;

pub(crate) use self::{
    custom_path::CustomPath,
    encode::{Parts, encode, encode_fields},
    fields::Fields,
    invalid_argument::InvalidArgument,
    operation::{Group, Operation},
    path_conflicts::PathConflicts,
};
#[cfg(feature = "emulator")]
pub(crate) use self::{
    decode::{Incoming, decode},
    definition::Visit,
    field::{Field, ReceivedFields},
    ids::{canonical, is_uuid},
};
pub use self::{
    definition::{Endpoint, RetryClass},
    field_errors::FieldErrors,
    page::Page,
    refusal::{Never, NotFound, Refusal},
    response::Response,
    value::{List, SerializableSecret},
};
