//! What an application may decide about the checking of tokens and the wording of refusals.

use std::{
    fmt,
    sync::{Arc, LazyLock, atomic::AtomicBool},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use actix_web::{HttpRequest, HttpResponse};

use super::{alerts::Alerts, denied::Denied};
use crate::access::token::{header::DEFAULT_MAX_TOKEN_LEN, loopback::is_same_loopback_origin};

/// The realm that challenges name by default.
pub(crate) const DEFAULT_REALM: &str = "api";

/// What an application does with a refusal before it is sent.
pub(crate) type OnDenied =
    Box<dyn Fn(&Denied, &HttpRequest, HttpResponse) -> HttpResponse + Send + Sync>;

/// The settings of one [`PropelAuth`](crate::PropelAuth). Each user carries those under which
/// its token was verified, so that a user of one project is none of another's.
pub(crate) struct Settings {
    pub(crate) issuer: String,
    pub(crate) audience: Option<String>,
    pub(crate) leeway: Duration,
    pub(crate) max_token_len: usize,
    pub(crate) clock: Clock,
    pub(crate) realm: String,
    pub(crate) debug: bool,
    pub(crate) on_denied: Option<OnDenied>,
    /// The issuer is an emulator's on this machine, so its other names on the same port count.
    pub(crate) is_loopback_issuer: bool,
    /// Whether a CORS preflight was denied, which is explained to the developer once.
    pub(crate) has_refused_preflight: AtomicBool,
    /// What the operator of the application has to hear about.
    pub(super) alerts: Alerts,
}

impl Settings {
    /// Returns the settings that are the default for tokens of this issuer.
    pub(crate) fn new(issuer: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            audience: None,
            leeway: Duration::ZERO,
            max_token_len: DEFAULT_MAX_TOKEN_LEN,
            clock: Clock::default(),
            realm: DEFAULT_REALM.to_owned(),
            debug: false,
            on_denied: None,
            is_loopback_issuer: false,
            has_refused_preflight: AtomicBool::new(false),
            alerts: Alerts::default(),
        }
    }

    /// Returns the settings for an answer that nobody's settings apply to.
    pub(crate) fn fallback() -> Arc<Self> {
        static FALLBACK: LazyLock<Arc<Settings>> = LazyLock::new(|| Arc::new(Settings::new("")));
        Arc::clone(&FALLBACK)
    }

    /// Returns whether tokens of this issuer are accepted: to the letter, but for the names of
    /// this machine where the issuer is an emulator.
    pub(super) fn accepts_issuer(&self, issuer: &str) -> bool {
        issuer == self.issuer
            || (self.is_loopback_issuer && is_same_loopback_origin(issuer, &self.issuer))
    }
}

/// Where the time comes from.
#[derive(Clone)]
pub(crate) struct Clock(Arc<dyn Fn() -> SystemTime + Send + Sync>);

impl Clock {
    pub(crate) fn new(now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Returns the time in seconds since 1970, below zero before that.
    pub(crate) fn unix_seconds(&self) -> f64 {
        match (self.0)().duration_since(UNIX_EPOCH) {
            Ok(since) => since.as_secs_f64(),
            Err(before) => -before.duration().as_secs_f64(),
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(SystemTime::now)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .field("audience", &self.audience)
            .field("leeway", &self.leeway)
            .field("realm", &self.realm)
            .field("debug", &self.debug)
            .finish_non_exhaustive()
    }
}
