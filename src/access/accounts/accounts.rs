//! [`Accounts`]: the accounts of users as of now, by one call for all requests that wait for the same one.
//!
//! An answer is for requests that began at most a second after the call did, unless a mark about this user was set
//! since the call began. A request that comes later waits for the next call. Marks about others void nothing, so that
//! a busy fleet costs no calls. At most 64 calls are in flight at a time, and 1,024 more wait for up to a second.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::{
    account::{Account, Answer, Fetched},
    counts::{Counts, Got},
};
use crate::{
    access::{
        callers::key_lanes::{LONGEST_WAIT, Lane, Place, Turn},
        flights::{Flight, Flights},
        freshness::{Freshness, FreshnessStats},
    },
    words::ids::{OrgId, UserId},
};

/// How old an answer may be.
const LONGEST_AGE: Duration = Duration::from_secs(1);
/// The most calls that one request waits for. The second one begins after the request did, and further ones are for
/// marks that are set meanwhile.
const MOST_CALLS: usize = 4;
/// The most answers that are kept.
const MOST_KEPT: usize = 4096;

/// The shortest and the longest time that callers are asked to wait before they try again.
const RETRY_AFTER: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// A function that asks PropelAuth about an account, and returns immediately.
///
/// It is a parameter because this folder makes no connections.
pub(crate) type AskAboutAccount = Box<dyn Fn(AccountInQuestion) + Send + Sync>;

/// The accounts of one handle.
pub(crate) struct Accounts {
    freshness: Arc<Freshness>,
    ask: AskAboutAccount,
    flights: Flights<UserId, Answer>,
    lane: Lane,
    kept: Mutex<HashMap<UserId, Arc<Fetched>>>,
    counts: Counts,
}

impl Accounts {
    /// Creates the accounts of a handle, of which none is known.
    pub(crate) fn new(freshness: Arc<Freshness>, ask: AskAboutAccount) -> Arc<Self> {
        Arc::new(Self {
            freshness,
            ask,
            flights: Flights::default(),
            lane: Lane::new(64, 1024),
            kept: Mutex::default(),
            counts: Counts::default(),
        })
    }

    /// Returns the account of a user, which shows all marks of the user that are known now.
    ///
    /// With an organization, it also shows those of the user in this one, if the account does not list it.
    ///
    /// # Errors
    ///
    /// Returns after what time to try again, if it cannot be fetched.
    pub(in crate::access) async fn fetch(
        self: &Arc<Self>,
        user_id: &UserId,
        org_id: Option<&OrgId>,
    ) -> Answer {
        let begin = Instant::now();
        let is_fresh = |fetched: &Fetched| {
            let listed = fetched.account.iter().flat_map(|it| it.orgs.keys());
            begin.saturating_duration_since(fetched.since) <= LONGEST_AGE
                && !self
                    .freshness
                    .changed(user_id, listed.chain(org_id), fetched.generation)
        };
        let kept = self.kept(user_id).filter(|kept| is_fresh(kept));
        if let Some(kept) = kept {
            self.counts.fetch(Got::Kept);
            return Ok(kept);
        }
        for _ in 0..MOST_CALLS {
            let fetched = self.join(user_id).await?;
            if is_fresh(&fetched) {
                self.counts.fetch(Got::Fetched);
                return Ok(fetched);
            }
            // It was in flight when this request began, or the user was marked in the meantime.
        }
        self.counts.fetch(Got::Unanswered);
        Err(LONGEST_WAIT)
    }

    /// Returns the counts of marks with those of what was fetched.
    pub(crate) fn stats(&self) -> FreshnessStats {
        self.counts.add_to(self.freshness.stats())
    }

    /// Waits for the call in flight, or for a new one.
    async fn join(self: &Arc<Self>, user_id: &UserId) -> Answer {
        // Before the call: it shows what was known until then.
        let (since, generation) = (Instant::now(), self.freshness.generation());
        let enter = || self.lane.enter().ok_or(LONGEST_WAIT);
        let joined = self.flights.join(user_id.clone(), generation, enter);
        let (landing, started) = joined.inspect_err(|_| self.counts.fetch(Got::Busy))?;
        if let Some((place, flight)) = started {
            self.counts.call();
            (self.ask)(AccountInQuestion {
                user_id: user_id.clone(),
                place,
                flight: Some(flight),
                accounts: Arc::clone(self),
                generation,
                since,
            });
        }
        let answer = landing.verdict().await.unwrap_or(Err(LONGEST_WAIT));
        answer.inspect_err(|_| self.counts.fetch(Got::Unanswered))
    }

    fn kept(&self, user_id: &UserId) -> Option<Arc<Fetched>> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(user_id).cloned()
    }

    /// Keeps an answer for the next second.
    fn keep(&self, user_id: &UserId, fetched: &Arc<Fetched>) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= MOST_KEPT {
            kept.retain(|_, fetched| fetched.since.elapsed() <= LONGEST_AGE);
        }
        if kept.len() < MOST_KEPT {
            kept.insert(user_id.clone(), Arc::clone(fetched));
        }
    }
}

/// An account that PropelAuth is to be asked about.
///
/// If it is dropped without an answer, such as by a thread that cannot be started, the waiting requests are told
/// that there is none.
pub(crate) struct AccountInQuestion {
    user_id: UserId,
    /// The place among the calls that wait or are in flight.
    place: Place,
    /// The requests that wait for the answer, until they have one.
    flight: Option<Flight<UserId, Answer>>,
    /// Where the answer is kept.
    accounts: Arc<Accounts>,
    generation: u64,
    since: Instant,
}

impl AccountInQuestion {
    /// Returns the user.
    pub(crate) fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// Waits until PropelAuth may be asked, or returns `None` if that takes too long.
    pub(crate) async fn wait(&self) -> Option<Turn> {
        self.place.wait().await
    }

    /// Passes the answer on to the waiting requests: the account, `None` if there is no such user, or after what
    /// time PropelAuth may be asked again.
    pub(crate) fn answer(mut self, answer: Result<Option<Account>, Option<Duration>>) {
        self.end(answer);
    }

    fn end(&mut self, answer: Result<Option<Account>, Option<Duration>>) {
        let Some(flight) = self.flight.take() else {
            return;
        };
        let (shortest, longest) = RETRY_AFTER;
        let answer = answer.map_err(|wait| wait.unwrap_or(shortest).clamp(shortest, longest));
        let answer = answer.map(|account| {
            let fetched = Arc::new(Fetched {
                account,
                generation: self.generation,
                since: self.since,
            });
            self.accounts.keep(&self.user_id, &fetched);
            fetched
        });
        flight.land(answer);
    }
}

impl Drop for AccountInQuestion {
    fn drop(&mut self) {
        self.end(Err(None));
    }
}
