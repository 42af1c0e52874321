//! A member of a fleet: what a handle owns, and the thread that works for it.

use std::{
    fmt, io,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
    thread,
    time::{Duration, Instant},
};

use aws_lc_rs::digest;
use futures_util::future::BoxFuture;
use tokio::{runtime, sync::oneshot, time::sleep};

use super::{
    connection::Server,
    contact::Contact,
    error::FleetError,
    follower::{Shared, follow},
    jobs::{Jobs, jobs},
    script::Keys,
    settings::{Fleet, WhenBlind},
    status::FleetStatus,
    warnings::Warnings,
    writer::write,
    written::Written,
};
use crate::access::{
    Settings,
    freshness::{Distribute, DistributeError, Distribution, Mark, Staleness},
};

/// How much longer than tokens live entries are kept: the server's clock and PropelAuth's may differ.
const MARGIN: Duration = Duration::from_secs(5 * 60);

/// The shortest bound that an idle connection can keep.
const SHORTEST_BOUND: Duration = Duration::from_secs(1);

/// How often a member that joins looks whether it has.
const GLANCE: Duration = Duration::from_millis(5);

/// The longest that a member waits for the second to pass in which a mark of everyone was set.
const SECOND_TO_PASS: Duration = Duration::from_millis(1100);

/// The part of a handle that is in a fleet. Its thread ends when it is dropped.
pub(crate) struct Member {
    jobs: Jobs,
    shared: Arc<Shared>,
    /// Whether the handle is ready without a contact, once the time to join has passed.
    is_contact_optional: bool,
    starts_blind: bool,
    join_timeout: Duration,
    joining: Mutex<Option<oneshot::Receiver<Result<(), FleetError>>>>,
}

impl Member {
    /// Starts to follow the stream. Does not wait for a connection.
    pub(crate) fn start(fleet: &Fleet, settings: &Settings) -> Result<Arc<Self>, FleetError> {
        check(fleet)?;
        let server = Server::new(
            fleet.url.expose(),
            Keys::new(&fleet.prefix, &settings.issuer),
            fleet.response_timeout,
            settings.freshness.lifetime().saturating_add(MARGIN),
        )?;
        let contact = Arc::new(Contact::new(fleet.deny_after()));
        let (jobs, queue) = jobs(&contact);
        let shared = Arc::new(Shared {
            server,
            contact,
            freshness: Arc::downgrade(&settings.freshness),
            clock: settings.clock.clone(),
            history: Mutex::new(None),
            warnings: Warnings::new(fleet.when_blind),
            #[cfg(feature = "metrics")]
            labels: crate::observe::metrics::HandleLabels::new(
                &settings.issuer,
                settings.audience.as_deref(),
            ),
        });
        let (joined, joining) = oneshot::channel();
        let member = Self {
            jobs,
            shared,
            is_contact_optional: fleet.starts_blind && fleet.when_blind == WhenBlind::Continue,
            starts_blind: fleet.starts_blind,
            join_timeout: fleet.join_timeout,
            joining: Mutex::new(Some(joining)),
        };

        let (shared, weak) = (Arc::clone(&member.shared), member.jobs.downgrade());
        let (write_timeout, join_timeout) = (fleet.write_timeout, fleet.join_timeout);
        let runtime = runtime::Builder::new_current_thread()
            .enable_io()
            .enable_time()
            .build()
            .map_err(|error| thread_error(&error))?;
        thread::Builder::new()
            .name("propelauth-fleet".to_owned())
            .spawn(move || {
                runtime.block_on(async move {
                    tokio::spawn(report(Arc::clone(&shared), join_timeout, joined));
                    tokio::spawn(follow(Arc::clone(&shared), weak));
                    // It ends when the member is dropped, and the other tasks end with it.
                    write(shared, queue, write_timeout).await;
                });
            })
            .map_err(|error| thread_error(&error))?;
        Ok(Arc::new(member))
    }

    /// Waits until the marks were read back.
    pub(crate) async fn joined(&self) -> Result<(), FleetError> {
        let joining = self
            .joining
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(joining) = joining else {
            return Err(FleetError::AlreadyJoined);
        };
        let result = joining.await.unwrap_or_else(|_| {
            let reason = "it has ended".to_owned();
            Err(FleetError::Thread { reason })
        });
        match result {
            Err(
                FleetError::Unreachable { .. }
                | FleetError::TooSlow { .. }
                | FleetError::NotReady { .. }
                | FleetError::CannotWrite { .. },
            ) if self.starts_blind => Ok(()),
            result => result,
        }
    }

    /// Returns whether the handle may serve requests.
    pub(crate) fn is_ready(&self) -> bool {
        let contact = &self.shared.contact;
        contact.is_caught_up() || (self.is_contact_optional && contact.age() >= self.join_timeout)
    }

    /// Returns the age of what is known.
    pub(crate) fn staleness(&self) -> Duration {
        self.shared.contact.staleness()
    }

    /// Returns what an operator wants to know.
    pub(crate) fn status(&self) -> FleetStatus {
        let contact = &self.shared.contact;
        FleetStatus {
            is_caught_up: contact.is_caught_up(),
            staleness: contact.staleness(),
            problem: contact.problem().map(|problem| problem.to_string()),
            marks_to_write: contact.pending.load(Ordering::Relaxed),
            entries_read: contact.entries.load(Ordering::Relaxed),
            histories_lost: contact.losses.load(Ordering::Relaxed),
        }
    }
}

/// Reports that the marks were read back, or why not within this time.
async fn report(
    shared: Arc<Shared>,
    within: Duration,
    joined: oneshot::Sender<Result<(), FleetError>>,
) {
    let contact = &shared.contact;
    let start = Instant::now();
    let result = loop {
        if contact.is_caught_up() {
            break Ok(());
        }
        match contact.problem() {
            // Waiting does not help.
            Some(
                problem @ (FleetError::Url { .. }
                | FleetError::Access { .. }
                | FleetError::Occupied { .. }),
            ) => break Err(problem),
            problem if start.elapsed() >= within => {
                break Err(problem.unwrap_or(FleetError::TooSlow { within }));
            }
            _ => sleep(GLANCE).await,
        }
    };
    // A token that is issued in the second of a mark of everyone does not speak. Whoever logs in after this
    // should not have to do so again.
    let start = Instant::now();
    while result.is_ok()
        && contact.refuses_tokens_of(shared.clock.unix_seconds())
        && start.elapsed() < SECOND_TO_PASS
    {
        sleep(GLANCE).await;
    }
    // Perhaps there is none who waits.
    let _ = joined.send(result);
}

fn check(fleet: &Fleet) -> Result<(), FleetError> {
    let setting = |name, problem| Err(FleetError::Setting { name, problem });
    if matches!(fleet.when_blind, WhenBlind::DenyAfter(bound) if bound < SHORTEST_BOUND) {
        let problem = "shorter than 1 second, which an idle connection cannot keep";
        return setting("WhenBlind::DenyAfter", problem);
    }
    for (name, timeout) in [
        ("join_timeout", fleet.join_timeout),
        ("write_timeout", fleet.write_timeout),
        ("response_timeout", fleet.response_timeout),
    ] {
        if timeout.is_zero() {
            return setting(name, "0: set a time, such as 5 seconds");
        }
    }
    Ok(())
}

fn thread_error(error: &io::Error) -> FleetError {
    FleetError::Thread {
        reason: error.to_string(),
    }
}

/// Returns what a delivery is remembered by. One delivery can be about several subjects.
fn digest_of(delivery: &str, mark: &Written) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in [delivery, mark.kind, &mark.user, &mark.org] {
        context.update(&part.len().to_le_bytes());
        context.update(part.as_bytes());
    }
    let bytes = context.finish();
    // Half of it is enough to tell deliveries apart, and takes half of the memory.
    let bytes = bytes.as_ref().iter().take(16);
    bytes.map(|byte| format!("{byte:02x}")).collect()
}

impl Distribute for Member {
    fn distribute(&self, mark: Mark) -> BoxFuture<'static, Result<Distribution, DistributeError>> {
        let delivery = mark.delivery();
        let delivery = delivery.map(|delivery| digest_of(delivery, &Written::of(&mark)));
        let receiver = self.jobs.push(mark, delivery);
        Box::pin(async move {
            match receiver.await {
                Ok(Ok(true)) => Ok(Distribution::Written),
                Ok(Ok(false)) => Ok(Distribution::Seen),
                Ok(Err(error)) => Err(DistributeError::new(error)),
                Err(_) => {
                    let reason = "it has ended".to_owned();
                    Err(DistributeError::new(FleetError::Thread { reason }))
                }
            }
        })
    }

    fn trusts_memory(&self) -> Result<(), Staleness> {
        if self.shared.contact.is_trusted() {
            Ok(())
        } else {
            Err(Staleness(self.shared.contact.staleness()))
        }
    }
}

impl fmt::Debug for Member {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Member")
            .field("contact", &self.shared.contact)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{Written, digest_of};
    use crate::access::freshness::Mark;

    #[test]
    fn a_delivery_is_told_apart_for_each_of_its_subjects() {
        let digest = |delivery: &str, user: &str| {
            digest_of(delivery, &Written::of(&Mark::user(&user.into())))
        };
        let one = digest("msg_1", "alice");
        assert_eq!(one.len(), 32);
        assert_eq!(one, digest("msg_1", "alice"));
        assert_ne!(one, digest("msg_1", "bob"));
        assert_ne!(one, digest("msg_2", "alice"));
    }
}
