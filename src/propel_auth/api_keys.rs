//! Asking PropelAuth about the API keys of end users, for the authenticator.

use std::{
    io,
    time::{Duration, Instant},
};

use actix_web::rt;
use tracing::{Instrument as _, Span, dispatcher, instrument::WithSubscriber as _};

use super::dedicated_thread::Job;
use crate::{
    access::{AskAboutKey, KeyFailure, KeyInQuestion, KeyOrg, KeyOwner, KeyUser, Question},
    api::{ApiKeyApi, ApiKeyOrg, ApiKeyValidation, UserMetadata, ValidateApiKeyRefusal},
    call::Error,
    client::Client,
};

/// Returns the function that asks about keys.
///
/// The calls run on the dedicated thread, by `run`: a call belongs to the thread that made it, and here all requests of
/// all threads wait for it.
pub(super) fn ask_about_key(
    client: Client,
    run: impl Fn(Job) -> io::Result<()> + Send + Sync + 'static,
) -> AskAboutKey {
    Box::new(move |asked| {
        let client = client.clone();
        let (span, subscriber) = (Span::current(), dispatcher::get_default(Clone::clone));
        let job: Job = Box::new(move || {
            let work = answer(client, asked).instrument(span);
            rt::spawn(work.with_subscriber(subscriber));
        });
        // The job is dropped if it cannot run, and the key in it, which is then answered with 503.
        if let Err(error) = run(job) {
            tracing::error!(%error, "cannot start the thread that validates API keys; requests with a key are denied with 503");
        }
    })
}

/// Asks about a key when its turn has come.
async fn answer(client: Client, asked: KeyInQuestion) {
    let Some(turn) = asked.wait().await else {
        return;
    };
    // The waiting requests wait for as long as a call takes, and not for longer.
    let timeout = client.config().options.request_timeout;
    let deadline = Instant::now().checked_add(timeout.saturating_sub(turn.waited));
    let left = || {
        let deadline = deadline?;
        Some(deadline.saturating_duration_since(Instant::now()))
    };
    let answer = ask(&client, &asked, || left().unwrap_or(timeout)).await;
    let answer = answer.map_err(|error| {
        tracing::debug!(%error, "an API key was not validated");
        failure(error)
    });
    drop(turn);
    asked.answer(answer);
}

/// Asks about a key. One that looks like PropelAuth's own may have been imported.
async fn ask(
    client: &Client,
    asked: &KeyInQuestion,
    left: impl Fn() -> Duration,
) -> Result<KeyOwner, Error<ValidateApiKeyRefusal>> {
    let native = match asked.question() {
        Question::Native => return ask_native(client, asked, left()).await,
        Question::NativeOrImported => ask_native(client, asked, left()).await,
        Question::Imported => Err(Error::Refused(ValidateApiKeyRefusal::NotFound)),
    };
    match native {
        Err(Error::Refused(ValidateApiKeyRefusal::NotFound) | Error::BadRequest(_)) => {
            let call = ApiKeyApi::new(client).validate_imported_api_key(asked.text());
            let answer = call.timeout(left()).await;
            answer.map(|it| owner(it, true))
        }
        answer => answer,
    }
}

async fn ask_native(
    client: &Client,
    asked: &KeyInQuestion,
    timeout: Duration,
) -> Result<KeyOwner, Error<ValidateApiKeyRefusal>> {
    let call = ApiKeyApi::new(client).validate_api_key(asked.text());
    let answer = call.timeout(timeout).await;
    answer.map(|it| owner(it, false))
}

/// Says in the words of the authenticator why there is no owner.
fn failure(error: Error<ValidateApiKeyRefusal>) -> KeyFailure {
    match error {
        // PropelAuth calls a text that cannot be a key a bad argument.
        Error::Refused(ValidateApiKeyRefusal::NotFound) | Error::BadRequest(_) => {
            KeyFailure::Unknown
        }
        Error::Refused(ValidateApiKeyRefusal::RateLimited(limit)) => {
            KeyFailure::Throttled(limit.wait)
        }
        Error::RateLimited { retry_after, .. } => KeyFailure::RateLimited(retry_after),
        Error::InvalidApiKey => KeyFailure::WrongIntegrationKey,
        Error::Unavailable { retry_after, .. } => KeyFailure::Unreachable(retry_after),
        _ => KeyFailure::Unreachable(None),
    }
}

fn owner(validation: ApiKeyValidation, is_imported: bool) -> KeyOwner {
    KeyOwner {
        user: validation.user.map(user),
        org: validation.org.map(org),
        user_in_org: validation.user_in_org,
        user_id: validation.user_id,
        org_id: validation.org_id,
        metadata: validation.metadata,
        is_imported,
    }
}

fn user(user: UserMetadata) -> KeyUser {
    KeyUser {
        user_id: user.user_id,
        email: user.email,
        first_name: user.first_name,
        last_name: user.last_name,
        username: user.username,
        legacy_user_id: user.legacy_user_id,
        properties: user.properties,
        metadata: user.metadata,
        orgs: user.org_id_to_org_info.unwrap_or_default(),
        is_enabled: user.enabled,
    }
}

fn org(org: ApiKeyOrg) -> KeyOrg {
    KeyOrg {
        org_id: org.org_id,
        org_name: org.org_name,
        metadata: org.metadata,
        legacy_org_id: org.legacy_org_id,
    }
}
