//! Fetching the verifier key: where the two wings of the crate meet.

use std::{error::Error as StdError, sync::Arc, time::Duration};

use futures_util::FutureExt as _;

use super::{InitError, published_keys::PublishedKeys};
use crate::{
    access::{KeySource, VerifierKey},
    api::VerificationApi,
    client::{Client, Error},
};

/// Fetches the verifier key and checks it.
pub(super) async fn fetch_key(
    client: &Client,
    published_keys: &PublishedKeys,
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
    check_key(&pem, published_keys)
}

/// Returns the function by which the verifier key is fetched anew while requests are served.
pub(super) fn key_source(client: Client, published_keys: PublishedKeys) -> KeySource {
    let source = Arc::new((client, published_keys));
    Box::new(move || {
        let source = Arc::clone(&source);
        async move {
            let (client, published_keys) = &*source;
            let key = fetch_key(client, published_keys, None).await;
            key.map_err(|error| -> Box<dyn StdError + Send + Sync> { error.into() })
        }
        .boxed_local()
    })
}

/// Reads a verifier key, and refuses one whose private half is published where it is not accepted.
pub(super) fn check_key(
    pem: &str,
    published_keys: &PublishedKeys,
) -> Result<VerifierKey, InitError> {
    let key = VerifierKey::from_pem(pem)?;
    published_keys.check(&key)?;
    Ok(key)
}
