//! Sessions: what a refresh token stands for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    LoginMethod,
    emulator::state::{AutologoutType, Settings},
    words::{
        ids::{EmployeeId, MfaChallengeId, OrgId, UserId},
        secret::Secret,
    },
};

/// A login of a user, which lasts until it expires or is ended.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Session {
    /// Names the session where its refresh token must not be shown.
    pub(crate) session_id: String,
    pub(crate) user_id: UserId,
    /// As Unix timestamps in seconds.
    pub(crate) created_at: i64,
    pub(crate) used_at: i64,
    pub(crate) login_method: LoginMethod,
    /// Whether a code of the second factor is still needed.
    #[serde(default)]
    pub(crate) needs_second_factor: bool,
    /// The code that was sent to the user's phone for this login.
    #[serde(default)]
    pub(crate) sms_challenge: Option<MfaChallengeId>,
    /// What a client of OAuth was granted, or `None` for the session of a browser, which a backend shares.
    #[serde(default)]
    pub(crate) grant: Option<ClientGrant>,
    /// The employee who impersonates the user.
    #[serde(default)]
    pub(crate) impersonator_user_id: Option<EmployeeId>,
}

/// What a client of OAuth was granted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ClientGrant {
    pub(crate) client_id: String,
    pub(crate) scope: Vec<String>,
    /// The resource that its tokens are for (RFC 8707).
    #[serde(default)]
    pub(crate) resource: Option<String>,
    /// The only organization in its tokens.
    #[serde(default)]
    pub(crate) org_id: Option<OrgId>,
    /// Whether the client proved its identity with a secret. If so, it has to do so for each refresh.
    pub(crate) was_authenticated: bool,
}

impl Session {
    /// Returns when the session ends, as a Unix timestamp in seconds.
    pub(crate) fn expires_at(&self, settings: &Settings) -> i64 {
        let since = match settings.user_autologout_type {
            AutologoutType::AfterInactivity => self.used_at,
            AutologoutType::AfterLogin => self.created_at,
        };
        since.saturating_add(settings.user_autologout_seconds)
    }
}

/// All sessions, by refresh token.
///
/// A refresh token stays the same for as long as its session: several tabs and servers refresh at
/// once, and a token that was replaced would log out all but the fastest.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Sessions(BTreeMap<String, Session>);

impl Sessions {
    pub(crate) fn get(&self, refresh_token: &str) -> Option<&Session> {
        self.0.get(refresh_token)
    }

    pub(crate) fn get_mut(&mut self, refresh_token: &str) -> Option<&mut Session> {
        self.0.get_mut(refresh_token)
    }

    /// Adds a session, and returns its refresh token.
    pub(super) fn add(&mut self, refresh_token: String, session: Session) -> Secret {
        self.0.insert(refresh_token.clone(), session);
        refresh_token.into()
    }

    pub(crate) fn remove(&mut self, refresh_token: &str) -> Option<Session> {
        self.0.remove(refresh_token)
    }

    /// Keeps the sessions for which this is true.
    pub(crate) fn retain(&mut self, keep: impl Fn(&Session) -> bool) {
        self.0.retain(|_, session| keep(session));
    }

    /// Returns all sessions with their refresh tokens. Their order says nothing about their age.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Session)> {
        let sessions = self.0.iter();
        sessions.map(|(refresh_token, session)| (refresh_token.as_str(), session))
    }

    /// Returns the refresh token of a session, given by its id.
    pub(super) fn token_of(&self, session_id: &str) -> Option<&str> {
        let mut sessions = self.0.iter();
        let (token, _) = sessions.find(|(_, session)| session.session_id == session_id)?;
        Some(token)
    }

    /// Replaces the refresh token of a session. Returns `false` if there is no such session.
    pub(crate) fn replace_token(&mut self, old: &str, new: String) -> bool {
        match self.0.remove(old) {
            None => false,
            Some(session) => {
                self.0.insert(new, session);
                true
            }
        }
    }
}
