//! Fetching the verifier key: where the two wings of the crate meet.

use std::{thread, time::Duration};

use actix_web::rt::System;
use tracing::dispatcher;

use super::{error::InitError, published_keys::PublishedKeys};
use crate::{
    access::{Fetch, KeySource, VerifierKey},
    api::VerificationApi,
    call::Error,
    client::Client,
};

/// Fetches the verifier key and checks it.
pub(super) async fn fetch_key(
    client: &Client,
    published_keys: &PublishedKeys,
    within: Option<Duration>,
) -> Result<VerifierKey, InitError> {
    let mut call = VerificationApi::new(client).fetch_token_verification_metadata();
    if let Some(time) = within {
        call = call.timeout(time);
    }
    let reply = call.await;
    let metadata = reply.map_err(|error| match error {
        Error::InvalidApiKey => InitError::InvalidApiKey,
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
///
/// Each fetch has a thread of its own. It is rare, and this way it depends on nothing that may end
/// or be busy before it does: neither on the request that asked for it, nor on that one's worker or
/// runtime, nor on what an application does on the handle's own thread.
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
        // With the job goes the fetch, which then counts as failed.
        if let Err(error) = thread.spawn(job) {
            tracing::error!(%error, "no thread to fetch the verifier key on");
        }
    })
}

/// Fetches on this thread, and tells those who wait as soon as the outcome is known.
///
/// The end of a runtime waits for what blocks one of its threads, such as the look-up of a name
/// that nobody answers, and that can take much longer than any timeout of ours.
fn run(fetch: Fetch, key: impl Future<Output = Result<VerifierKey, InitError>>) {
    System::new().block_on(async {
        let key = key.await;
        fetch.end(key.map_err(Into::into));
    });
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
