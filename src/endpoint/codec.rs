//! Codecs: encoding and decoding requests, responses and refusals.
//!
//! The traits are public, as public traits require them, but have no public path. That seals the
//! public traits: other crates cannot implement what they cannot name.

#[cfg(feature = "emulator")]
use super::{field::ReceivedFields, field_errors::FieldErrors};
use super::{fields::Fields, invalid_argument::InvalidArgument};

/// Decodes a request. Only the emulator does so.
///
/// Not by `Deserialize`: a feature must not add public traits to requests.
#[cfg(feature = "emulator")]
pub trait DecodeRequest: Sized {
    /// Takes the request's fields out of those received.
    ///
    /// # Errors
    ///
    /// Returns the field that is missing, given twice or invalid.
    fn decode(fields: &mut ReceivedFields) -> Result<Self, FieldErrors>;
}

/// Decodes a request. Without the emulator, this requires nothing, and nothing is compiled for it.
#[cfg(not(feature = "emulator"))]
pub trait DecodeRequest {}

#[cfg(not(feature = "emulator"))]
impl<T> DecodeRequest for T {}

/// Encodes a request: the inverse of [`DecodeRequest`].
pub trait EncodeRequest: DecodeRequest {
    /// Returns the fields that are set.
    ///
    /// # Errors
    ///
    /// Returns the first argument that cannot be represented in JSON.
    fn fields(&self) -> Result<Fields, InvalidArgument>;
}

/// Decodes (for the client) and encodes (for the emulator) the body of a successful response.
pub trait ResponseCodec: Sized {
    /// Decodes a body.
    fn read(body: &[u8]) -> serde_json::Result<Self>;
    /// Encodes a body, from which `read` returns the same.
    fn write(&self) -> serde_json::Result<Vec<u8>>;
}

/// Decodes (for the client) and encodes (for the emulator) a refusal.
pub trait RefusalCodec: Sized {
    /// Decodes a refusal, or returns `None` if the operation has none like it. `code` is the
    /// `error_code` of the body.
    fn read(status: u16, code: Option<&str>, body: &[u8]) -> Option<Self>;
    /// Encodes a refusal as a status and a body, from which `read` returns the same.
    fn write(&self) -> (u16, Vec<u8>);
}
