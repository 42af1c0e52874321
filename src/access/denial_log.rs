//! The log line of a denial: what happened, why, what to do, and for whom.
//!
//! | field | |
//! |---|---|
//! | `method`, `path`, `status` | the request, without its query, and the response |
//! | `code` | [`Denied::code`] |
//! | `issuer` | the environment that denied, if there are several ([`Environments`](crate::Environments)) |
//! | `hint` | the code of the mistake behind the denial, if one is recognized |
//! | `token_from` | the place of the token, if it is not the `Authorization` header |
//! | `route` | the pattern of the route |
//! | `user_id` | the user, if the token was verified, also if it has expired |
//! | `org_id` | the organization that was checked |
//! | `roles` | the roles that the user has there |
//! | `required` | the requirement that is not met |
//! | `expired_for_s`, `valid_in_s` | by how many seconds the time is off |
//! | `leeway_s` | the leeway, in seconds |
//!
//! A line has no token, no address of a user and no value of a header. What a caller wrote is escaped.

use std::fmt;

use tracing::field::display;

pub(in crate::access) use super::denial_place::Place;
use super::{
    alerts::SILENCE,
    callers::invalid_api_key::InvalidApiKey,
    denial_line::{Escaped, Line},
    denied::{Denied, Unauthorized},
    settings::Settings,
};

/// Logs the exact reason for a denial.
///
/// - A caller that sends the integration key of this backend is an error, as rarely as a warning.
/// - A denial that is the caller's mistake is logged at debug level, because any caller can cause it
///   at any rate. If only the developer or the operator can fix it, it is a warning instead
///   ([`super::alerts`]).
/// - A missing verifier key is a warning: all requests with a token are denied.
/// - A misconfigured application is an error: only a change of the program helps.
pub(in crate::access) fn log(denied: &Denied, settings: &Settings, place: Place<'_>) {
    /// Logs one line at a level, which must be known at compile time.
    macro_rules! line {
        ($level:ident, $end:expr) => {{
            let line = Line::new(denied, settings, place);
            let (method, path) = line.method_and_path(&place);
            tracing::$level!(
                method = %Escaped(method),
                path = %Escaped(path),
                status = denied.status_code().as_u16(),
                code = %denied.code(),
                issuer = settings.environment().map(display),
                hint = line.hint_code(denied).map(display),
                token_from = line.token_from.as_deref().map(display),
                route = line.route.as_deref().map(|route| display(Escaped(route))),
                user_id = line.user_id.as_deref().map(|id| display(Escaped(id))),
                org_id = line.org_id.as_deref().map(|id| display(Escaped(id))),
                roles = line.roles.as_deref().map(display),
                required = line.required.as_deref().map(display),
                expired_for_s = line.expired_for,
                valid_in_s = line.valid_in,
                leeway_s = line.leeway,
                "{denied}{line}{}",
                $end
            );
        }};
    }
    match denied {
        Denied::Unauthorized(_)
        | Denied::Forbidden(_)
        | Denied::TokenTooLong { .. }
        | Denied::TooManyRequests { .. }
        | Denied::NoEnvironment(_)
        | Denied::Unreachable { .. } => {
            if settings.alerts.is_due(denied) {
                if is_leak(denied) {
                    line!(error, Rarely);
                } else {
                    line!(warn, Rarely);
                }
            } else if tracing::enabled!(tracing::Level::DEBUG) {
                line!(debug, "");
            }
        }
        Denied::Unavailable { .. } => line!(warn, ""),
        Denied::Misconfigured(_) => line!(error, ""),
    }
}

/// Returns `true` if a secret of this backend is known to a caller, which is worse than a denied request.
fn is_leak(denied: &Denied) -> bool {
    matches!(
        denied,
        Denied::Unauthorized(Unauthorized::InvalidApiKey(InvalidApiKey::IntegrationKey))
    )
}

/// Logs the warning for a denial that is not logged otherwise, because the policy tolerates it or
/// because there is no request.
pub(in crate::access) fn warn_if_due(denied: &Denied, settings: &Settings) {
    if settings.alerts.is_due(denied) {
        let line = Line::new(denied, settings, Place::Unknown);
        let hint = line.hint_code(denied).map(display);
        let code = denied.code();
        if is_leak(denied) {
            tracing::error!(%code, hint, "{denied}{line}{Rarely}");
        } else {
            tracing::warn!(%code, hint, "{denied}{line}{Rarely}");
        }
    }
}

/// A denial that a handler returned with `?`, where neither the request nor the settings are known.
///
/// The middleware around the handler logs it with both. If there is none, it is logged without them when
/// the response is dropped.
pub(in crate::access) struct LogLater(Option<Denied>);

impl LogLater {
    pub(in crate::access) fn new(denied: Denied) -> Self {
        Self(Some(denied))
    }

    /// Leaves the log line to the caller, who knows more.
    pub(in crate::access) fn cancel(mut self) {
        self.0 = None;
    }
}

impl Drop for LogLater {
    fn drop(&mut self) {
        if let Some(denied) = self.0.take() {
            log(&denied, &Settings::fallback(), Place::Unknown);
        }
    }
}

/// The end of a warning: that it is not written for each denial.
struct Rarely;

impl fmt::Display for Rarely {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = SILENCE.as_secs() / 60;
        write!(
            f,
            " (Logged as a warning at most once in {minutes} minutes)"
        )
    }
}
