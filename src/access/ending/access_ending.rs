//! [`AccessEnding`]: a future that resolves when a caller's access ends.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use futures_util::future::BoxFuture;
use tokio::time::{self, Instant};

use super::{
    access_ended::AccessEnded,
    watched::{Outlook, Watched},
};

/// How often the clock is read, and the fleet is asked. A clock that tests move wakes nothing.
const TICK: Duration = Duration::from_millis(900);

/// How long further marks wait after one that was about another caller, so that many of them do not keep many
/// connections busy.
const QUIET: Duration = Duration::from_millis(500);

/// A future that resolves when the access of a caller ends, with the reason.
///
/// [`User::access_ended`](crate::User::access_ended) and its siblings create it. It is `Send`, `'static` and
/// `Unpin`, so that it goes into a `select!`, or ends a stream by `StreamExt::take_until`. Dropping it is all that
/// is needed to stop waiting.
///
/// It resolves within a second after the change is known to this instance, and starts no task. It makes no calls,
/// unless memberships are fetched after a change
/// ([`OnStale::Refetch`](crate::freshness::OnStale::Refetch)): then it waits for the answer, for a second at most. While nothing happens, it wakes about once a second; marks that are about others wake it twice a second at
/// most.
///
/// It needs a Tokio runtime with timers, as that of actix-web.
#[must_use = "a future does nothing unless it is awaited"]
pub struct AccessEnding(BoxFuture<'static, AccessEnded>);

impl AccessEnding {
    pub(super) fn new(watched: Watched) -> Self {
        Self(Box::pin(ended(watched)))
    }
}

async fn ended(mut watched: Watched) -> AccessEnded {
    let mut changes = watched.changes();
    let mut quiet_until = None;
    loop {
        // Before the marks are read: one that is set in between wakes this again.
        changes.borrow_and_update();
        let wait = match watched.look() {
            Outlook::Lasts(time_left) => time_left.min(TICK),
            Outlook::Ended(ended) => return ended,
            Outlook::Changed(ended) => match watched.ask(ended).await {
                Ok(()) => continue,
                Err(ended) => return ended,
            },
        };
        if time::timeout(wait, changes.changed()).await.is_err() {
            continue;
        }
        if let Some(until) = quiet_until {
            time::sleep_until(until).await;
        }
        quiet_until = Instant::now().checked_add(QUIET);
    }
}

impl Future for AccessEnding {
    type Output = AccessEnded;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<AccessEnded> {
        self.0.as_mut().poll(context)
    }
}

impl fmt::Debug for AccessEnding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessEnding").finish_non_exhaustive()
    }
}
