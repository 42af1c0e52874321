//! What an application may decide about the checking of tokens and the wording of refusals.

use std::{
    fmt,
    sync::{Arc, LazyLock, atomic::AtomicBool},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use actix_web::{HttpRequest, HttpResponse};

use super::{denied::Denied, header::DEFAULT_MAX_TOKEN_LEN};

/// The realm that challenges name by default.
pub(crate) const DEFAULT_REALM: &str = "api";

/// What an application does with a refusal before it is sent.
pub(crate) type OnRefusal =
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
    pub(crate) on_refusal: Option<OnRefusal>,
    /// Whether a CORS preflight was refused, which is explained to the developer once.
    pub(crate) has_refused_preflight: AtomicBool,
}

impl Settings {
    /// Returns the settings for an answer that nobody's settings apply to.
    pub(crate) fn fallback() -> Arc<Self> {
        static FALLBACK: LazyLock<Arc<Settings>> = LazyLock::new(|| {
            Arc::new(Settings {
                issuer: String::new(),
                audience: None,
                leeway: Duration::ZERO,
                max_token_len: DEFAULT_MAX_TOKEN_LEN,
                clock: Clock::default(),
                realm: DEFAULT_REALM.to_owned(),
                debug: false,
                on_refusal: None,
                has_refused_preflight: AtomicBool::new(false),
            })
        });
        Arc::clone(&FALLBACK)
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
