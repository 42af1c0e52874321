//! Asking PropelAuth about the account of a user, for guards and tokens that the claims do not suffice for.

use std::{
    io,
    time::{Duration, Instant},
};

use actix_web::rt;
use tracing::{Instrument as _, Span, dispatcher, instrument::WithSubscriber as _};

use super::dedicated_thread::{Job, gone};
use crate::{
    access::{Account, AccountInQuestion, AskAboutAccount},
    api::{NotFound, UserApi},
    call::Error,
    client::Client,
};

/// Returns the function that asks about accounts.
///
/// The calls run on the dedicated thread: a call belongs to the thread that made it, and here requests of all threads
/// wait for it. The function belongs to the settings, which the client refers to, so that it must not keep either
/// alive.
pub(super) fn ask_about_account(
    client: impl Fn() -> Option<Client> + Send + Sync + 'static,
    run: impl Fn(Job) -> io::Result<()> + Send + Sync + 'static,
) -> AskAboutAccount {
    Box::new(move |asked| {
        let client = client().ok_or_else(gone);
        // The question is dropped if it cannot be asked, which its requests learn.
        if let Err(error) = client.and_then(|client| run(job(client, asked))) {
            tracing::error!(%error, "cannot start the thread that fetches memberships; requests that need them are denied");
        }
    })
}

fn job(client: Client, asked: AccountInQuestion) -> Job {
    let (span, subscriber) = (Span::current(), dispatcher::get_default(Clone::clone));
    Box::new(move || {
        let work = answer(client, asked).instrument(span);
        rt::spawn(work.with_subscriber(subscriber));
    })
}

/// Asks about an account when its turn has come.
async fn answer(client: Client, asked: AccountInQuestion) {
    let Some(turn) = asked.wait().await else {
        return;
    };
    // The waiting requests wait for as long as a call takes, and not for longer.
    let timeout = client.config().options.request_timeout;
    let (left, begin) = (timeout.saturating_sub(turn.waited), Instant::now());
    let users = UserApi::new(&client);
    let call = users.fetch_user_metadata_by_user_id(asked.user_id().clone());
    let answer = call.include_orgs(true).timeout(left).await;
    drop(turn);
    let answer = match answer {
        Ok(user) if user.user_id == *asked.user_id() => Ok(Some(Account {
            orgs: user.org_id_to_org_info.unwrap_or_default(),
            is_enabled: user.enabled,
            is_locked: user.locked,
        })),
        // Another user than was asked for.
        Ok(_) => Err(None),
        Err(Error::Refused(NotFound::NotFound)) => Ok(None),
        Err(error) => {
            tracing::debug!(%error, elapsed = ?begin.elapsed(), "memberships were not fetched");
            Err(retry_after(&error))
        }
    };
    asked.answer(answer);
}

fn retry_after(error: &Error<NotFound>) -> Option<Duration> {
    match error {
        Error::RateLimited { retry_after, .. } | Error::Unavailable { retry_after, .. } => {
            *retry_after
        }
        _ => None,
    }
}
