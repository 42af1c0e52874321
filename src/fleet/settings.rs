//! [`Fleet`]: where the stream is, and what a member does while it cannot see it.

use std::{fmt, time::Duration};

use crate::words::secret::Secret;

/// The default start of the keys on the server.
const DEFAULT_PREFIX: &str = "propelauth";

/// Longer than a server takes to restart, and shorter than an orchestrator waits.
const DEFAULT_JOIN_TIMEOUT: Duration = Duration::from_secs(10);

/// Two of these fit into the 15 seconds that a webhook's sender waits, with time to spare.
const DEFAULT_WRITE_TIMEOUT: Duration = Duration::from_secs(5);

/// Short enough that a connection that is dead on one side is noticed within seconds.
const DEFAULT_RESPONSE_TIMEOUT: Duration = Duration::from_secs(2);

/// Instances of a service that tell each other what changed, through a stream on a Redis server.
///
/// A mark, such as that of a role taken away, that one instance receives by webhook, by a call of its own or
/// by hand, reaches all others within milliseconds. Each keeps all marks in memory, so that a request costs
/// no network.
///
/// ```no_run
/// use std::time::Duration;
///
/// use actix_web_propelauth::{
///     PropelAuth,
///     fleet::{Fleet, WhenBlind},
/// };
///
/// # async fn example(api_key: String) -> Result<(), Box<dyn std::error::Error>> {
/// let fleet = Fleet::redis("redis://redis.internal:6379")
///     .when_blind(WhenBlind::DenyAfter(Duration::from_secs(5)));
/// let auth = PropelAuth::builder("https://auth.example.com", api_key)
///     .fleet(fleet)
///     .fetch_and_init()
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// [`PropelAuth::from_env`](crate::PropelAuth::from_env) joins the fleet of `PROPELAUTH_REDIS_URL`.
///
/// # What the server needs
///
/// - Redis 6.2 or later, or Valkey, that answers as one server: the primary, not a replica, and not a shard
///   of a cluster.
/// - A user that may run `EVAL`, `XADD`, `XREAD`, `XRANGE`, `XINFO`, `TYPE`, `TIME`, `EXISTS`, `GET` and
///   `SET` on keys that begin with the [prefix](Self::prefix).
/// - A policy that does not evict the stream, such as `noeviction` or `volatile-lru`. If it is evicted, it is
///   recognized as lost.
///
/// `rediss://` needs TLS in the crate `redis`: add
/// `redis = { version = "1", default-features = false, features = ["tokio-rustls-comp"] }` to your
/// `Cargo.toml`. The features of a dependency apply to all that use it.
///
/// # If history is lost
///
/// An instance that starts reads back as far as tokens live, and [`PropelAuth::is_ready`] is `false` until
/// then. If the server has forgotten entries that matter, because it restarted without its data, a replica
/// took over that lacked them, or they were deleted, then no instance knows which marks are missing. All
/// tokens that were issued before are then denied with 401, so that frontends refresh them: once, and better
/// than to admit one that was revoked. The log says so with a warning. To avoid it, let the server keep its
/// data (`appendonly yes`).
///
/// The same happens when the first instance of a fleet starts, because a server without a stream looks like
/// one that has lost it.
///
/// [`PropelAuth::is_ready`]: crate::PropelAuth::is_ready
#[derive(Clone)]
#[must_use = "a fleet does nothing until a `PropelAuth` joins it"]
pub struct Fleet {
    pub(super) url: Secret,
    pub(super) prefix: String,
    pub(super) when_blind: WhenBlind,
    pub(super) starts_blind: bool,
    pub(super) join_timeout: Duration,
    pub(super) write_timeout: Duration,
    pub(super) response_timeout: Duration,
}

/// What an instance does while it cannot see the stream, so that it does not know of the latest changes.
///
/// The default is [`Continue`](Self::Continue). Without this crate's fleet, a revoked token is admitted until
/// it expires, 30 minutes at most, and with it, an outage of Redis brings that back for as long as it lasts.
/// To deny instead turns an outage of Redis into one of every service. Which is worse depends on what the
/// service protects, and only few services have more to lose by the former. Whichever you choose,
/// [`PropelAuth::staleness`](crate::PropelAuth::staleness) says how old an instance's knowledge is; alert
/// on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum WhenBlind {
    /// Goes on with what is known, and says so: in
    /// [`staleness`](crate::PropelAuth::staleness), in the metric `propelauth.fleet.staleness`, and with a
    /// warning when an outage begins.
    #[default]
    Continue,
    /// Denies tokens with 503 while the last contact is older than this. At least 1 second, because an idle
    /// connection is heard from a few times a second.
    ///
    /// A change is then enforced on every instance within this time, whatever happens to the network.
    DenyAfter(Duration),
}

impl Fleet {
    /// Creates the fleet whose stream is on this server, such as `redis://:password@redis.internal:6379/0`.
    ///
    /// The URL is a [`Secret`], because it can have a password. It is checked when a handle joins.
    pub fn redis(url: impl Into<Secret>) -> Self {
        Self {
            url: url.into(),
            prefix: DEFAULT_PREFIX.to_owned(),
            when_blind: WhenBlind::default(),
            starts_blind: false,
            join_timeout: DEFAULT_JOIN_TIMEOUT,
            write_timeout: DEFAULT_WRITE_TIMEOUT,
            response_timeout: DEFAULT_RESPONSE_TIMEOUT,
        }
    }

    /// Sets the start of the keys on the server. By default, `propelauth`.
    ///
    /// The keys are `prefix:{issuer}:marks` and, for each delivery of a webhook, `prefix:{issuer}:seen:…`. So
    /// several environments can share a server. Set it to separate two services that share an environment,
    /// which is seldom useful: a change of one concerns the other.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Sets what an instance does while it cannot see the stream. By default, it goes on and says so.
    pub fn when_blind(mut self, when_blind: WhenBlind) -> Self {
        self.when_blind = when_blind;
        self
    }

    /// Lets an instance start while the server cannot be reached. By default, joining returns an error after
    /// the [join timeout](Self::join_timeout).
    ///
    /// The instance then keeps trying, and does what [`WhenBlind`] says until it succeeds. If that is to go
    /// on, it reports ready after the timeout, although it knows of no change: choose this if a restart must
    /// not depend on Redis.
    pub fn start_blind(mut self) -> Self {
        self.starts_blind = true;
        self
    }

    /// Sets how long joining takes at most. By default, 10 seconds.
    pub fn join_timeout(mut self, timeout: Duration) -> Self {
        self.join_timeout = timeout;
        self
    }

    /// Sets how long a mark may take to be written until it is reported as failed. By default, 5 seconds.
    ///
    /// It is kept nevertheless, and written once the server is back.
    pub fn write_timeout(mut self, timeout: Duration) -> Self {
        self.write_timeout = timeout;
        self
    }

    /// Sets how long the server may take for a response until the connection counts as broken. By default, 2
    /// seconds.
    pub fn response_timeout(mut self, timeout: Duration) -> Self {
        self.response_timeout = timeout;
        self
    }

    /// Returns the age after which requests are denied, if they are.
    pub(super) fn deny_after(&self) -> Option<Duration> {
        match self.when_blind {
            WhenBlind::Continue => None,
            WhenBlind::DenyAfter(bound) => Some(bound),
        }
    }
}

impl fmt::Debug for Fleet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fleet")
            .field("url", &self.url)
            .field("prefix", &self.prefix)
            .field("when_blind", &self.when_blind)
            .field("start_blind", &self.starts_blind)
            .finish_non_exhaustive()
    }
}
