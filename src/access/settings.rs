//! Settings for token verification and for the responses to denied requests.

use std::{
    any::Any,
    fmt,
    sync::{
        Arc, LazyLock, Mutex, OnceLock, PoisonError, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant, SystemTime},
};

use actix_web::{HttpRequest, HttpResponse, http::header::HeaderName};

use super::{
    accounts::accounts::Accounts,
    alerts::Alerts,
    clock::Clock,
    denied::Denied,
    freshness::{DEFAULT_TOKEN_LIFETIME, Freshness, Mark, OnStale, Recorded},
    realm::{DEFAULT_REALM, Realm, ResourceChallenge},
    request::token_sources::TokenSources,
    step_up::{grant::DEFAULT_HEADER, grants::Grants},
};
use crate::{
    access::token::{header::DEFAULT_MAX_TOKEN_LEN, loopback::is_same_loopback_origin},
    observe::{SpanUsers, UserInSpans},
};

/// How far PropelAuth's clock may be ahead. Clocks that differ by more are broken, and a mark of the far future
/// would deny a user until then.
const LARGEST_DIFFERENCE: Duration = Duration::from_secs(24 * 60 * 60);

/// A hook that can replace the response to a denied request.
pub(crate) type OnDenied =
    Arc<dyn Fn(&Denied, &HttpRequest, HttpResponse) -> HttpResponse + Send + Sync>;

/// The handle of a project, of a type that this folder does not know.
pub(crate) type Handle = Arc<dyn Any + Send + Sync>;

/// The settings of one [`PropelAuth`](crate::PropelAuth), as its builder validated them.
///
/// Each user refers to the settings that its token was verified with. The address of the settings
/// identifies the project: in an application with two projects, a user of one is not a user of the
/// other.
pub(crate) struct Settings {
    pub(crate) issuer: String,
    /// The origin of the auth URL.
    pub(crate) auth_url: String,
    pub(crate) audience: Option<String>,
    pub(crate) leeway: Duration,
    /// What changed since tokens were issued.
    pub(crate) freshness: Arc<Freshness>,
    /// What happens to a token that is from before a change.
    pub(crate) on_stale: OnStale,
    /// The memberships of now. Set once, because the handle that asks PropelAuth is created later.
    pub(crate) accounts: OnceLock<Arc<Accounts>>,
    /// The step-up grants of requests. Set once, like the accounts.
    pub(crate) grants: OnceLock<Arc<Grants>>,
    /// The header in which clients send step-up grants.
    pub(crate) step_up_header: HeaderName,
    pub(crate) max_token_len: usize,
    /// Where tokens may be, beside the `Authorization` header, unless a middleware has places of its own.
    pub(crate) token_sources: TokenSources,
    pub(crate) clock: Clock,
    pub(crate) realm: String,
    /// What challenges of a protected resource say beside it.
    pub(crate) resource: Option<ResourceChallenge>,
    pub(crate) debug: bool,
    pub(crate) on_denied: Option<OnDenied>,
    /// Whether the issuer is an emulator on this machine, so that its other names on the same port
    /// are accepted, too.
    pub(crate) is_loopback_issuer: bool,
    /// Whether what is signed with a published key or secret is accepted.
    pub(crate) accepts_published_keys: bool,
    /// Whether a CORS preflight was denied, which is explained in the log once.
    pub(crate) has_denied_preflight: AtomicBool,
    /// Whether the handle is one of several environments, so that an operator has to be told which one answered.
    pub(super) is_one_of_several: AtomicBool,
    /// How spans name users.
    pub(crate) span_users: SpanUsers,
    /// Whether the application set the verifier key, so that it is never fetched. For the log only.
    pub(super) is_key_fixed: bool,
    /// When the verifier key may be fetched again, as of the last denied fetch. For the log only.
    pub(super) next_key_fetch: Mutex<Option<Instant>>,
    /// The warnings for the developer and the operator of the application.
    pub(super) alerts: Alerts,
    /// The handle of the project; weak, because the handle owns the settings.
    pub(super) handle: OnceLock<Weak<dyn Any + Send + Sync>>,
}

impl Settings {
    /// Creates the default settings for tokens of an issuer.
    pub(crate) fn new(issuer: impl Into<String>) -> Self {
        let issuer = issuer.into();
        Self {
            auth_url: issuer.clone(),
            issuer,
            audience: None,
            leeway: Duration::ZERO,
            freshness: Arc::new(Freshness::new(DEFAULT_TOKEN_LIFETIME, Clock::default())),
            on_stale: OnStale::default(),
            accounts: OnceLock::new(),
            grants: OnceLock::new(),
            step_up_header: DEFAULT_HEADER,
            max_token_len: DEFAULT_MAX_TOKEN_LEN,
            token_sources: TokenSources::default(),
            clock: Clock::default(),
            realm: DEFAULT_REALM.to_owned(),
            resource: None,
            debug: false,
            on_denied: None,
            is_loopback_issuer: false,
            accepts_published_keys: false,
            has_denied_preflight: AtomicBool::new(false),
            is_one_of_several: AtomicBool::new(false),
            is_key_fixed: false,
            next_key_fetch: Mutex::new(None),
            span_users: SpanUsers::new(UserInSpans::default(), None),
            alerts: Alerts::default(),
            handle: OnceLock::new(),
        }
    }

    /// Returns the settings for a protected resource, which differ in what challenges say.
    #[cfg(feature = "mcp")]
    pub(crate) fn of_resource(project: &Self, challenge: ResourceChallenge) -> Self {
        Self {
            auth_url: project.auth_url.clone(),
            freshness: Arc::clone(&project.freshness),
            accounts: project.accounts.clone(),
            max_token_len: project.max_token_len,
            clock: project.clock.clone(),
            realm: project.realm.clone(),
            resource: Some(challenge),
            debug: project.debug,
            on_denied: project.on_denied.clone(),
            is_one_of_several: AtomicBool::new(project.is_one_of_several.load(Ordering::Relaxed)),
            span_users: project.span_users.clone(),
            handle: project.handle.clone(),
            ..Self::new(project.issuer.clone())
        }
    }

    /// Sets the handle of the project, which is created after its settings.
    pub(crate) fn set_handle(&self, handle: &Handle) {
        // A second handle for the same settings does not exist.
        let _ = self.handle.set(Arc::downgrade(handle));
    }

    /// Records a mark, which is of now unless it has a time of its own.
    #[allow(clippy::cast_possible_truncation)] // the year is less than 292,277,026,596
    pub(crate) fn record(&self, mark: Mark) -> Recorded {
        let now = self.clock.unix_seconds() as i64;
        self.freshness.record(mark.at_latest(now))
    }

    /// Records what a call has changed that PropelAuth answered at this time by its clock.
    ///
    /// If that clock is ahead of the one here, a token from before the change has a later time than now. Without an
    /// answer, it is not known how far, and the leeway is what clocks may differ by.
    #[allow(clippy::cast_possible_truncation)] // as above
    pub(crate) fn record_change(&self, mark: Mark, answered: Option<SystemTime>) -> Recorded {
        let now = self.clock.unix_seconds();
        let until = match answered {
            Some(answered) => Clock::new(move || answered)
                .unix_seconds()
                .clamp(now, now + LARGEST_DIFFERENCE.as_secs_f64()),
            None => now + self.leeway.as_secs_f64(),
        };
        self.freshness.record(mark.at_latest(until.floor() as i64))
    }

    /// Returns what challenges say.
    pub(super) fn realm(&self) -> Realm<'_> {
        Realm {
            name: &self.realm,
            resource: self.resource.as_ref(),
        }
    }

    /// Returns the settings for a response that belongs to no project, such as a denial that a
    /// handler returns without any middleware around it.
    pub(crate) fn fallback() -> Arc<Self> {
        static FALLBACK: LazyLock<Arc<Settings>> = LazyLock::new(|| Arc::new(Settings::new("")));
        Arc::clone(&FALLBACK)
    }

    /// Lets log lines and spans say which environment answered.
    pub(crate) fn be_one_of_several(&self) {
        self.is_one_of_several.store(true, Ordering::Relaxed);
    }

    /// Returns the issuer for log lines and spans, or `None` for the only environment of an application.
    ///
    /// A caller never sees it: it is in no response.
    pub(crate) fn environment(&self) -> Option<&str> {
        let is_shown = self.is_one_of_several.load(Ordering::Relaxed);
        is_shown.then_some(self.issuer.as_str())
    }

    /// Returns when the verifier key may be fetched again, as of the last fetch that was denied.
    pub(super) fn next_key_fetch(&self) -> Option<Instant> {
        *self
            .next_key_fetch
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets when the verifier key may be fetched again.
    pub(super) fn set_next_key_fetch(&self, next: Option<Instant>) {
        *self
            .next_key_fetch
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = next;
    }

    /// Returns `true` if tokens of this issuer are accepted. Issuers are compared byte by byte, except
    /// that an emulator's issuer is accepted by any name of this machine.
    pub(crate) fn accepts_issuer(&self, issuer: &str) -> bool {
        issuer == self.issuer
            || (self.is_loopback_issuer && is_same_loopback_origin(issuer, &self.issuer))
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
