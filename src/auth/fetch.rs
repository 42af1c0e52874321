//! Fetching the verifier key: where the two wings of the crate meet.

use std::{error::Error as StdError, sync::Arc, time::Duration};

use futures_util::FutureExt as _;

use super::InitError;
use crate::{
    access::{KeySource, VerifierKey},
    api::VerificationApi,
    client::{Client, Error},
};

/// Fetches the verifier key and checks it.
pub(super) async fn fetch_key(
    client: &Client,
    is_emulator: bool,
    within: Option<Duration>,
) -> Result<VerifierKey, InitError> {
    let mut call = VerificationApi::new(client).fetch_token_verification_metadata();
    if let Some(time) = within {
        call = call.within(time);
    }
    let reply = call.await;
    let metadata = reply.map_err(|error| match error {
        Error::WrongIntegrationKey => InitError::WrongApiKey,
        Error::Refused(_) => InitError::UnknownAuthUrl,
        Error::MissingTls => InitError::MissingTls,
        Error::Unavailable { .. } | Error::Timeout { .. } | Error::Tls { .. } => {
            InitError::Unreachable(error.into())
        }
        error => InitError::Fetch(error.into()),
    })?;
    let pem = metadata.into_pem().ok_or_else(|| {
        InitError::Fetch("the reply has neither verifier_key_pem nor public_key_pem".into())
    })?;
    check_key(&pem, is_emulator)
}

/// Returns the function by which the verifier key is fetched anew while requests are served.
pub(super) fn key_source(client: Client, is_emulator: bool) -> KeySource {
    let client = Arc::new(client);
    Box::new(move || {
        let client = Arc::clone(&client);
        async move {
            let key = fetch_key(&client, is_emulator, None).await;
            key.map_err(|error| -> Box<dyn StdError + Send + Sync> { error.into() })
        }
        .boxed_local()
    })
}

/// Reads a verifier key, and refuses the one whose private half is published.
pub(super) fn check_key(pem: &str, is_emulator: bool) -> Result<VerifierKey, InitError> {
    let key = VerifierKey::from_pem(pem)?;
    if key.is_development_key() && !is_emulator {
        return Err(InitError::DevelopmentKey);
    }
    Ok(key)
}
