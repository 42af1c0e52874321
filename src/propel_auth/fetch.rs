//! Fetching the verifier key with the client, for the authenticator.

use std::{thread, time::Duration};

use actix_web::rt::System;
use tracing::{Instrument as _, dispatcher};

use super::{error::InitError, published_keys::PublishedKeys};
use crate::{
    access::{Fetch, KeySource, VerifierKey},
    api::VerificationApi,
    call::Error,
    client::Client,
    observe::spans,
};

/// Fetches the verifier key and validates it.
///
/// `GET /api/v1/token_verification_metadata`
pub(super) async fn fetch_key(
    client: &Client,
    published_keys: &PublishedKeys,
    within: Option<Duration>,
) -> Result<VerifierKey, InitError> {
    let span = spans::key_fetch();
    let key = request_key(client, published_keys, within);
    let key = key.instrument(span.clone()).await;
    if let Err(error) = &key {
        spans::record_error(&span, error.code());
    }
    key
}

async fn request_key(
    client: &Client,
    published_keys: &PublishedKeys,
    within: Option<Duration>,
) -> Result<VerifierKey, InitError> {
    let mut call = VerificationApi::new(client).fetch_token_verification_metadata();
    if let Some(time) = within {
        call = call.timeout(time);
    }
    let response = call.await;
    let metadata = response.map_err(|error| match error {
        Error::InvalidApiKey => InitError::InvalidApiKey,
        Error::Refused(_) => InitError::UnknownAuthUrl,
        Error::MissingTls => InitError::MissingTls,
        Error::Unavailable { .. } | Error::Timeout { .. } | Error::Tls { .. } => {
            InitError::Unreachable(error.into())
        }
        error => InitError::Fetch(error.into()),
    })?;
    let pem = metadata.into_pem().ok_or_else(|| {
        InitError::Fetch("the response has neither `verifier_key_pem` nor `public_key_pem`".into())
    })?;
    check_key(&pem, published_keys)
}

/// Returns the function that fetches the verifier key again while requests are served.
///
/// Each fetch runs on a thread of its own. Fetches are rare, and on its own thread one depends on nothing
/// that may end or block before it does: neither the request that caused it, nor that request's worker or
/// runtime, nor the work of the dedicated thread.
pub(super) fn key_source(client: Client, published_keys: PublishedKeys) -> KeySource {
    Box::new(move |fetch| {
        let (client, published_keys) = (client.clone(), published_keys.clone());
        let subscriber = dispatcher::get_default(Clone::clone);
        let job = move || {
            dispatcher::with_default(&subscriber, || {
                run(fetch, fetch_key(&client, &published_keys, None));
            });
        };
        let thread = thread::Builder::new().name("propelauth-key".to_owned());
        // The job is dropped, and the fetch in it, which reports a failure.
        if let Err(error) = thread.spawn(job) {
            tracing::error!(%error, "cannot start a thread to fetch the verifier key; it is tried again with the next request");
        }
    })
}

/// Fetches on this thread, and reports the result as soon as it is known.
///
/// A runtime that shuts down waits for its blocking threads, such as one that resolves a name and gets no
/// answer. That can take much longer than any timeout, so the waiting requests must not wait for it.
fn run(fetch: Fetch, key: impl Future<Output = Result<VerifierKey, InitError>>) {
    System::new().block_on(async {
        let key = key.await;
        fetch.end(key.map_err(Into::into));
    });
}

/// Parses a verifier key, and returns an error for a published one where those are not accepted.
pub(super) fn check_key(
    pem: &str,
    published_keys: &PublishedKeys,
) -> Result<VerifierKey, InitError> {
    let key = VerifierKey::from_pem(pem)?;
    published_keys.check(&key)?;
    Ok(key)
}

#[cfg(test)]
mod tests {
    use std::{
        thread,
        time::{Duration, Instant},
    };

    use actix_web::rt::task::spawn_blocking;

    use super::run;
    use crate::{
        InitError,
        access::{KeyRing, Refresh},
    };

    #[actix_web::test]
    async fn a_name_that_is_still_looked_up_holds_up_nobody_who_waits_for_the_key() {
        const LOOK_UP: Duration = Duration::from_secs(2);
        let source = |fetch| {
            thread::spawn(|| {
                run(fetch, async {
                    // As a call does whose time is over before its host's name is known.
                    let look_up = spawn_blocking(|| thread::sleep(LOOK_UP));
                    actix_web::rt::time::sleep(LOOK_UP / 20).await;
                    drop(look_up);
                    Err(InitError::UnknownAuthUrl)
                });
            });
        };
        let ring = KeyRing::refreshable(None, Box::new(source), Duration::from_secs(30));
        let start = Instant::now();
        let Refresh::UnderWay(ended) = ring.refresh(None, start) else {
            panic!("a first fetch is always permitted");
        };
        ended.wait().await;
        let waited = start.elapsed();
        assert!(waited < LOOK_UP / 2, "{waited:?}");
    }
}
