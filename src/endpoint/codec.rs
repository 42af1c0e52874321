//! How requests, responses and refusals are written and read.
//!
//! The traits are public so that public traits can require them, and unnameable from outside, which
//! seals those.

#[cfg(feature = "emulator")]
use super::{field::ReceivedFields, field_errors::FieldErrors};
use super::{fields::Fields, invalid_argument::InvalidArgument};

/// Decodes a request, which only the emulator does.
///
/// Not by `Deserialize`: a feature must not add public traits to requests.
#[cfg(feature = "emulator")]
pub trait DecodeRequest: Sized {
    fn decode(fields: &mut ReceivedFields) -> Result<Self, FieldErrors>;
}

/// Decoding a request, which only the emulator needs: without it, this requires nothing.
#[cfg(not(feature = "emulator"))]
pub trait DecodeRequest {}

#[cfg(not(feature = "emulator"))]
impl<T> DecodeRequest for T {}

/// Encodes a request, the inverse of decoding it.
pub trait EncodeRequest: DecodeRequest {
    fn fields(&self) -> Result<Fields, InvalidArgument>;
}

/// Reads and writes the body of a successful response, each the inverse of the other.
pub trait ResponseCodec: Sized {
    fn read(body: &[u8]) -> serde_json::Result<Self>;
    fn write(&self) -> serde_json::Result<Vec<u8>>;
}

/// Reads and writes a refusal, each the inverse of the other.
pub trait RefusalCodec: Sized {
    fn read(status: u16, code: Option<&str>, body: &[u8]) -> Option<Self>;
    fn write(&self) -> (u16, Vec<u8>);
}
