//! Errors of joining a fleet and of writing to it, each with its remedy.

use std::time::Duration;

/// Why a handle could not join a fleet, or why the stream is not visible.
///
/// The message says what happened and what to do. It does not contain the URL, which can have a password.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FleetError {
    /// The URL of the server cannot be used.
    #[error(
        "the URL of the Redis server cannot be used: {reason}. It looks like \
         redis://:password@host:6379/0; `rediss://` needs TLS in the crate `redis`, as the page of `Fleet` \
         explains. Check PROPELAUTH_REDIS_URL or the argument of `Fleet::redis`"
    )]
    #[non_exhaustive]
    Url {
        /// What is wrong with it.
        reason: String,
    },
    /// A setting cannot work.
    #[error("`{name}` is {problem}")]
    #[non_exhaustive]
    Setting {
        /// The name of the setting.
        name: &'static str,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The server cannot be reached, or did not respond in time.
    #[error(
        "the Redis server cannot be reached: {reason}. Check that it runs, and that this machine may \
         connect to it"
    )]
    #[non_exhaustive]
    Unreachable {
        /// What happened.
        reason: String,
    },
    /// The server does not accept the password or the user, or forbids a command.
    #[error(
        "the Redis server denies access: {reason}. Check user and password in the URL, and that the user \
         may run the commands that the page of `Fleet` lists"
    )]
    #[non_exhaustive]
    Access {
        /// What the server said.
        reason: String,
    },
    /// The server is there, and does not answer questions yet.
    #[error(
        "the Redis server is not ready: {reason}. It is asked again until it is. If that lasts, look at what keeps \
         it busy"
    )]
    #[non_exhaustive]
    NotReady {
        /// What the server said.
        reason: String,
    },
    /// The server answers, and cannot keep anything.
    #[error(
        "the Redis server cannot write: {reason}. Give it more memory (`maxmemory`), disk space or replicas, \
         whichever it lacks. It is asked again until it can"
    )]
    #[non_exhaustive]
    CannotWrite {
        /// What the server said.
        reason: String,
    },
    /// Something else is under the key of the stream.
    #[error(
        "the key {key:?} on the Redis server is not the stream of a fleet: it is of type {found:?}. Another \
         program uses it. Set another `.prefix(…)` on every instance, or delete the key"
    )]
    #[non_exhaustive]
    Occupied {
        /// The key.
        key: String,
        /// The type of its value.
        found: String,
    },
    /// The server sent an error, or a response that does not fit the command.
    #[error(
        "the Redis server responded with {reason}. It must be Redis 6.2 or later, or Valkey, and a primary: \
         not a replica, and not a shard of a cluster"
    )]
    #[non_exhaustive]
    Server {
        /// What it sent.
        reason: String,
    },
    /// The marks could not be read back in time.
    #[error(
        "the marks of the fleet were not read back within {} s. Raise `.join_timeout(…)`, or look at what \
         slows the Redis server down",
        within.as_secs()
    )]
    #[non_exhaustive]
    TooSlow {
        /// The join timeout.
        within: Duration,
    },
    /// The handle is in a fleet already.
    #[error(
        "this `PropelAuth` has joined a fleet already. Join once, before the server is started"
    )]
    AlreadyJoined,
    /// The thread that follows the stream could not be started.
    #[error("the thread that follows the stream could not be started: {reason}")]
    #[non_exhaustive]
    Thread {
        /// Why.
        reason: String,
    },
}

impl FleetError {
    /// Translates an error of the crate `redis`. Its text names no URL and no password.
    pub(super) fn of(error: &redis::RedisError) -> Self {
        use redis::{ErrorKind, ServerErrorKind};

        let reason = error.to_string();
        match error.kind() {
            ErrorKind::InvalidClientConfig => Self::Url { reason },
            ErrorKind::AuthenticationFailed | ErrorKind::Server(ServerErrorKind::NoPerm) => {
                Self::Access { reason }
            }
            ErrorKind::Io => Self::Unreachable { reason },
            _ if matches!(error.code(), Some("NOAUTH" | "WRONGPASS" | "NOPERM")) => {
                Self::Access { reason }
            }
            _ => match error.code() {
                Some("LOADING" | "BUSY" | "TRYAGAIN" | "MASTERDOWN" | "CLUSTERDOWN") => {
                    Self::NotReady { reason }
                }
                Some("OOM" | "MISCONF" | "NOREPLICAS") => Self::CannotWrite { reason },
                // Within a script, Redis 7.0 says so without a code.
                _ if reason.contains("The user executing the script can't") => {
                    Self::Access { reason }
                }
                _ => Self::Server { reason },
            },
        }
    }
}
