//! The handle in a fleet.

use std::{sync::Arc, time::Duration};

use super::{builder::PropelAuthBuilder, handle::PropelAuth};
use crate::fleet::{Fleet, FleetError, FleetStatus, Member};

impl PropelAuthBuilder {
    /// Sets the fleet that the handle joins, so that what one instance learns reaches all others. By default,
    /// none, or that of `PROPELAUTH_REDIS_URL` with
    /// [`builder_from_env`](PropelAuth::builder_from_env).
    ///
    /// [`fetch_and_init`](Self::fetch_and_init) waits until the marks were read back, and fails if the server
    /// cannot be reached. [`build`](Self::build) and [`build_lazy`](Self::build_lazy) do not wait:
    /// [`PropelAuth::is_ready`] says when it has happened.
    ///
    /// ```
    /// use actix_web_propelauth::{PropelAuth, fleet::Fleet};
    ///
    /// let builder = PropelAuth::builder("https://auth.example.com", "key")
    ///     .fleet(Fleet::redis("redis://redis.internal:6379"));
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
    pub fn fleet(mut self, fleet: Fleet) -> Self {
        self.fleet = Some(fleet);
        self
    }
}

impl PropelAuth {
    /// Joins a fleet with a handle that was built without one, and waits until the marks were read back.
    ///
    /// Join before the server is started. [`PropelAuthBuilder::fleet`] does the same while the handle is
    /// built; this is for a handle that something else has built, such as an emulator.
    ///
    /// If the stream is new, this waits for the current second to pass, at most 1.1 seconds: tokens that
    /// were issued until then are denied.
    ///
    /// ```no_run
    /// use actix_web_propelauth::{PropelAuth, fleet::{Fleet, FleetError}};
    ///
    /// # async fn example(auth: PropelAuth) -> Result<(), FleetError> {
    /// auth.join_fleet(Fleet::redis("redis://127.0.0.1:6379")).await?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns a [`FleetError`] if a setting is invalid, if the marks cannot be read back within the
    /// [join timeout](Fleet::join_timeout), or if the handle is in a fleet already. It says what to change.
    #[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
    #[allow(clippy::needless_pass_by_value)] // so that a fleet is written where it is used
    pub async fn join_fleet(&self, fleet: Fleet) -> Result<(), FleetError> {
        if self.0.fleet.get().is_some() {
            return Err(FleetError::AlreadyJoined);
        }
        let member = Member::start(&fleet, self.0.authenticator.settings())?;
        member.joined().await?;
        self.attach(member)
    }

    /// Returns the age of what this instance knows of the fleet's marks, or `None` if it is in no fleet.
    ///
    /// It is below half a second while all is well, and grows while the stream is not visible. If there was
    /// no contact yet, it is the time since the handle joined. Alert on it.
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// fn is_current(auth: &PropelAuth) -> bool {
    ///     auth.staleness().is_none_or(|age| age < Duration::from_secs(5))
    /// }
    /// ```
    #[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
    #[must_use]
    pub fn staleness(&self) -> Option<Duration> {
        self.0.fleet.get().map(|member| member.staleness())
    }

    /// Returns what this instance knows of its fleet, or `None` if it is in none.
    #[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
    #[must_use]
    pub fn fleet_status(&self) -> Option<FleetStatus> {
        self.0.fleet.get().map(|member| member.status())
    }

    /// Joins a fleet without waiting.
    pub(super) fn start_fleet(&self, fleet: &Fleet) -> Result<(), FleetError> {
        self.attach(Member::start(fleet, self.0.authenticator.settings())?)
    }

    /// Waits until the marks were read back, if the handle is in a fleet.
    pub(super) async fn fleet_joined(&self) -> Result<(), FleetError> {
        match self.0.fleet.get() {
            Some(member) => member.joined().await,
            None => Ok(()),
        }
    }

    /// Returns whether requests have to wait because the marks were not read back yet.
    pub(super) fn waits_for_fleet(&self) -> bool {
        self.0.fleet.get().is_some_and(|member| !member.is_ready())
    }

    fn attach(&self, member: Arc<Member>) -> Result<(), FleetError> {
        let attached = Arc::clone(&member);
        self.0
            .fleet
            .set(member)
            .map_err(|_| FleetError::AlreadyJoined)?;
        self.0.authenticator.settings().freshness.attach(attached);
        Ok(())
    }
}
