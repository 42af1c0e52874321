//! The log line of a denial: what happened, why, what to do, and for whom.
//!
//! | field | |
//! |---|---|
//! | `method`, `path`, `status` | the request, without its query, and the response |
//! | `code` | [`Denied::code`] |
//! | `hint` | the code of the mistake behind the denial, if one is recognized |
//! | `route` | the pattern of the route |
//! | `user_id` | the user, if the token was verified, also if it has expired |
//! | `org_id` | the organization that was checked |
//! | `roles` | the roles that the user has there |
//! | `required` | the requirement that is not met |
//! | `expired_for_s`, `valid_in_s` | by how many seconds the time is off |
//! | `leeway_s` | the leeway, in seconds |
//!
//! A line has no token, no address of a user and no value of a header. What a caller wrote is escaped.

use std::{
    cell::Ref,
    fmt::{self, Write as _},
};

use actix_web::{
    HttpMessage as _, HttpRequest,
    dev::{Extensions, RequestHead},
    guard::GuardContext,
    http::header::AUTHORIZATION,
};
use tracing::field::display;

use super::{
    alerts::SILENCE,
    callers::invalid_api_key::InvalidApiKey,
    denied::{Denied, Forbidden, InvalidToken, Unauthorized},
    explanations::EXPLANATIONS,
    hint::{self, Hint},
    settings::Settings,
    shortfall::roles,
    token::header,
    user::User,
};

/// The place of a denial.
#[derive(Clone, Copy)]
pub(in crate::access) enum Place<'a> {
    /// A request that has been routed.
    Request(&'a HttpRequest),
    /// A request for which actix-web is selecting a route.
    Routing(&'a GuardContext<'a>),
    /// A place that no longer has the request.
    Unknown,
}

impl Place<'_> {
    fn head(&self) -> Option<&RequestHead> {
        match self {
            Self::Request(request) => Some(request.head()),
            Self::Routing(context) => Some(context.head()),
            Self::Unknown => None,
        }
    }

    fn extensions(&self) -> Option<Ref<'_, Extensions>> {
        match self {
            Self::Request(request) => Some(request.extensions()),
            Self::Routing(context) => Some(context.req_data()),
            Self::Unknown => None,
        }
    }

    /// Returns the user, if the request is authenticated.
    fn user(&self) -> Option<User> {
        self.extensions()?.get::<User>().cloned()
    }

    /// Returns the pattern of the route, which has parameters in place of their values.
    fn route(&self) -> Option<String> {
        match self {
            Self::Request(request) => request.match_pattern(),
            Self::Routing(_) | Self::Unknown => None,
        }
    }
}

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
                hint = line.hint_code(denied).map(display),
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

/// What a log line says beside the denial. Its `Display` is the rest of the message: the hint, and what
/// to do.
struct Line {
    hint: Option<Hint>,
    remedy: &'static str,
    route: Option<String>,
    user_id: Option<String>,
    /// The organization that was checked, by its id.
    org_id: Option<String>,
    /// The roles that the user has there.
    roles: Option<String>,
    required: Option<String>,
    expired_for: Option<i64>,
    valid_in: Option<i64>,
    leeway: Option<u64>,
}

impl Line {
    fn new(denied: &Denied, settings: &Settings, place: Place<'_>) -> Self {
        let user = place.user();
        let hint = match denied {
            Denied::Unauthorized(Unauthorized::InvalidToken(
                problem @ InvalidToken::Issuer { .. },
            )) => hint::of_issuer(problem),
            denied => hint::find(denied, settings, place.head(), user.as_ref()),
        };
        let code = hint.as_ref().map_or(denied.code(), |hint| hint.code);
        let explanation = EXPLANATIONS
            .iter()
            .copied()
            .flatten()
            .find(|one| one.code == code);
        let mut line = Self {
            hint,
            remedy: explanation.map_or("", |one| one.remedy),
            route: place.route(),
            user_id: user.map(|user| user.user_id.to_string()),
            org_id: None,
            roles: None,
            required: None,
            expired_for: None,
            valid_in: None,
            leeway: None,
        };
        match denied {
            Denied::Forbidden(Forbidden::RequirementNotMet {
                org_id,
                requirement,
                held,
            }) => {
                line.org_id = Some(org_id.to_string());
                line.roles = Some(format!("{:?}", roles(held.org_member_info(), false)));
                line.required = Some(requirement.to_string());
            }
            Denied::Forbidden(Forbidden::UserIsNotInOrg(required)) => {
                line.org_id = required.org_id().map(ToString::to_string);
            }
            Denied::Unauthorized(Unauthorized::InvalidToken(
                problem @ (InvalidToken::Expired | InvalidToken::NotYetValid),
            )) => line.add_times(problem, settings, place),
            _ => {}
        }
        line
    }

    /// Adds by how much the time is off, and whose token it is. The signature was verified before the
    /// times were.
    fn add_times(&mut self, problem: &InvalidToken, settings: &Settings, place: Place<'_>) {
        self.leeway = Some(settings.leeway.as_secs());
        let Some(token) = place
            .head()
            .and_then(|head| head.headers().get(AUTHORIZATION))
            .and_then(|value| header::parse(value.as_bytes(), settings.max_token_len).ok())
        else {
            return;
        };
        let (expired_for, valid_in) = hint::times_of(token, settings);
        match problem {
            InvalidToken::Expired => self.expired_for = expired_for,
            _ => self.valid_in = valid_in,
        }
        self.user_id = hint::user_id_of_verified(token);
    }

    /// Returns the code of the hint, if it says more than that of the denial.
    fn hint_code(&self, denied: &Denied) -> Option<&'static str> {
        let code = self.hint.as_ref()?.code;
        (code != denied.code()).then_some(code)
    }

    fn method_and_path<'a>(&self, place: &'a Place<'_>) -> (&'a str, &'a str) {
        place
            .head()
            .map_or(("?", "?"), |head| (head.method.as_str(), head.uri.path()))
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(hint) = self.hint.as_ref().filter(|hint| !hint.text.is_empty()) {
            write!(f, ": {}", hint.text)?;
        }
        write!(f, ". {}", self.remedy)
    }
}

/// Text of a caller, displayed as one word of one line.
///
/// Not every subscriber of `tracing` escapes control characters, and a line break in a path could
/// then forge a log line. Quotes are not added, because some subscribers would escape them again.
struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for c in self.0.chars() {
            if c.is_ascii_graphic() && c != '"' && c != '\\' {
                f.write_char(c)?;
            } else {
                write!(f, "{}", c.escape_debug())?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::access::denial_log::Escaped;

    #[test]
    fn text_of_a_caller_stays_one_word_of_one_line() {
        for (text, escaped) in [
            ("/orgs/1/o'neil?a=b&c", "/orgs/1/o'neil?a=b&c"),
            ("/a\nERROR forged", "/a\\nERROR forged"),
            (
                "/\r\u{1b}[31m\u{9b}\u{2028}\u{202e}\0",
                r"/\r\u{1b}[31m\u{9b}\u{2028}\u{202e}\0",
            ),
            (r#"/"x"\n"#, r#"/\"x\"\\n"#),
            ("/é/日本", "/é/日本"),
        ] {
            assert_eq!(Escaped(text).to_string(), escaped);
        }
    }
}
