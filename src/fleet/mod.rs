//! Fleets: several instances of a service that tell each other what changed, through Redis.
//!
//! [`Fleet`] says where the stream is and what an instance does while it cannot see it. A handle joins it
//! with [`PropelAuthBuilder::fleet`](crate::PropelAuthBuilder::fleet),
//! [`PropelAuth::join_fleet`](crate::PropelAuth::join_fleet), or the variable `PROPELAUTH_REDIS_URL`.

// A mark goes from a handle to `jobs`, from there by the `writer` over a `connection` to a `script` on the
// server, and comes back as an `entry` to the `follower` of each member, which asks `history` whether it is
// complete and tells `contact` how old what it knows is. `member` starts both on a thread of their own.
#[cfg(feature = "redis")]
mod answers;
#[cfg(feature = "redis")]
mod backoff;
#[cfg(feature = "redis")]
mod connection;
#[cfg(feature = "redis")]
mod contact;
mod entry;
#[cfg(feature = "redis")]
mod error;
#[cfg(feature = "redis")]
mod follower;
mod history;
#[cfg(test)]
mod history_tests;
mod id;
#[cfg(any(test, fuzzing))]
pub(crate) mod invariants;
#[cfg(feature = "redis")]
mod jobs;
#[cfg(feature = "redis")]
mod member;
#[cfg(feature = "redis")]
mod script;
#[cfg(feature = "redis")]
mod settings;
#[cfg(feature = "redis")]
mod status;
#[cfg(feature = "redis")]
mod warnings;
#[cfg(feature = "redis")]
mod writer;
mod written;

#[cfg(feature = "redis")]
pub(crate) use self::member::Member;
#[cfg(feature = "redis")]
pub use self::{
    error::FleetError,
    settings::{Fleet, WhenBlind},
    status::FleetStatus,
};
