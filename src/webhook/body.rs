//! Reading the body of a webhook as it was received, within limits.

use std::time::Duration;

use actix_web::{
    dev::Payload,
    http::header::{CONTENT_LENGTH, HeaderMap},
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt as _;

use super::error::WebhookError;

/// How long a body may take. Svix sends it at once.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// Reads a body of at most this size.
///
/// actix-web's own extractors decompress, before any limit: 400 bytes can become half a gigabyte.
pub(super) async fn read(
    headers: &HeaderMap,
    mut payload: Payload,
    max: usize,
) -> Result<Bytes, WebhookError> {
    let announced = headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    if announced
        .and_then(|text| text.parse::<usize>().ok())
        .is_some_and(|len| len > max)
    {
        return Err(WebhookError::TooLarge(max));
    }
    let read = async {
        let mut body = BytesMut::new();
        while let Some(chunk) = payload.next().await {
            let chunk = chunk.map_err(|_| WebhookError::Body)?;
            if chunk.len() > max.saturating_sub(body.len()) {
                return Err(WebhookError::TooLarge(max));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    };
    tokio::time::timeout(BODY_TIMEOUT, read)
        .await
        .unwrap_or(Err(WebhookError::TooSlow))
}
