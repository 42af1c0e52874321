//! Requests on the wire: written by the client and read by the emulator, each the inverse of the
//! other.

#[cfg(feature = "emulator")]
mod decode;
mod encode;
#[cfg(feature = "emulator")]
mod field;
mod fields;
#[cfg(feature = "emulator")]
mod ids;
#[cfg(feature = "emulator")]
mod members;
mod unsendable;

#[cfg(feature = "emulator")]
pub(crate) use self::{
    decode::{Incoming, decode},
    field::Field,
    ids::{canonical, canonical_value, is_uuid},
};
pub(crate) use self::{
    encode::{Parts, encode, encode_fields},
    fields::Fields,
    unsendable::Unsendable,
};
