//! Whether a session is good enough for a client, or the user has to log in again (OpenID Connect Core,
//! 3.1.2.1: `prompt` and `max_age`).
//!
//! Known differences to PropelAuth: `prompts` in docs/differences.md.

use super::{error::OauthError, parameters::Parameters};
use crate::emulator::state::Session;

/// What a client demands of the login.
pub(super) struct Prompt {
    kind: Kind,
    /// In seconds.
    max_age: Option<i64>,
    /// The id of the session that the user was sent away with to log in again. A mark of the emulator's own in
    /// the URL: without it, a user who comes back from the login would be sent there forever.
    replaces: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Unset,
    Silent,
    Login,
    SelectAccount,
}

impl Prompt {
    /// The parameter with the session that the user was sent away with.
    pub(super) const REPLACES: &'static str = "replaces_session";

    pub(super) fn read(parameters: &Parameters) -> Result<Self, OauthError> {
        let words = parameters.words("prompt")?;
        // Consent is no question here: the clients are the project's own.
        let known = ["none", "login", "select_account", "consent"];
        if words.iter().any(|word| !known.contains(word)) {
            return Err(OauthError::invalid_request(
                "the prompt is none of login, none and select_account",
            ));
        }
        let kind = match words.as_slice() {
            ["none"] => Kind::Silent,
            words if words.contains(&"none") => {
                return Err(OauthError::invalid_request(
                    "the prompt none cannot be combined with others",
                ));
            }
            words if words.contains(&"login") => Kind::Login,
            words if words.contains(&"select_account") => Kind::SelectAccount,
            _ => Kind::Unset,
        };
        let max_age = match parameters.get("max_age")? {
            None => None,
            Some(text) => Some(text.parse::<u32>().map(i64::from).map_err(|_| {
                OauthError::invalid_request("the max_age is not a number of seconds")
            })?),
        };
        Ok(Self {
            kind,
            max_age,
            replaces: parameters.get(Self::REPLACES)?.map(str::to_owned),
        })
    }

    /// Returns `true` if no page may be shown.
    pub(super) fn is_silent(&self) -> bool {
        self.kind == Kind::Silent
    }

    /// Returns the prompt for the page of the login.
    pub(super) fn of_page(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Login => Some("login"),
            Kind::SelectAccount => Some("select_account"),
            Kind::Unset | Kind::Silent => self.max_age.map(|_| "login"),
        }
    }

    /// Returns the session if it is good enough, or the id of the session that the login has to replace, if
    /// there is one.
    pub(super) fn settle(
        &self,
        session: Option<Session>,
        now: i64,
    ) -> Result<Result<Session, Option<String>>, OauthError> {
        let login_required = |why: &str| Err(OauthError::new("login_required", why));
        let Some(session) = session else {
            return match self.is_silent() {
                true => login_required("no user is logged in, and no page may be shown"),
                // A user who comes back has logged in just now.
                false => Ok(Err(self.of_page().map(|_| "none".to_owned()))),
            };
        };
        let is_new = self
            .replaces
            .as_ref()
            .is_some_and(|replaced| *replaced != session.session_id);
        let age = now.saturating_sub(session.created_at);
        let is_old = self.max_age.is_some_and(|max_age| age > max_age);
        let is_asked = matches!(self.kind, Kind::Login | Kind::SelectAccount);
        if is_new || !(is_old || is_asked) {
            return Ok(Ok(session));
        }
        match self.is_silent() {
            true => login_required("the login is older than max_age, and no page may be shown"),
            false => Ok(Err(Some(session.session_id))),
        }
    }
}
