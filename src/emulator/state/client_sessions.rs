//! Sessions by their ids, and those that clients of OAuth hold.
//!
//! Known differences to PropelAuth: `client-sessions` in docs/differences.md.

use crate::{
    emulator::state::{ClientGrant, Session, Store},
    words::secret::Secret,
};

impl Store {
    /// Starts the session of a client for the user of a browser's session, and returns its refresh token,
    /// unless the browser's session has ended.
    ///
    /// The user has logged in already, so that this is no event. The session does not end with the browser's:
    /// a client acts for users who are away.
    pub(crate) fn open_client_session(
        &mut self,
        browser_session_id: &str,
        grant: ClientGrant,
    ) -> Result<Secret, &'static str> {
        let browser = self.session_by_id(browser_session_id);
        let browser = browser
            .ok_or("the session of the browser has ended")?
            .clone();
        let now = self.now();
        let session = Session {
            session_id: self.ids.uuid(),
            created_at: now,
            used_at: now,
            grant: Some(grant),
            ..browser
        };
        let refresh_token = self.ids.hex(4);
        Ok(self.sessions.add(refresh_token, session))
    }

    /// Returns the session of a refresh token, if it has not ended and is not that of a client.
    ///
    /// A client must not become the user by sending its refresh token as a browser's cookie.
    pub(crate) fn browser_session(&self, refresh_token: &str) -> Option<&Session> {
        self.session(refresh_token)
            .filter(|session| session.grant.is_none())
    }

    /// Returns a session that has not ended.
    pub(crate) fn session_by_id(&self, session_id: &str) -> Option<&Session> {
        self.session(self.sessions.token_of(session_id)?)
    }

    /// Returns the refresh token of a session that has not ended.
    pub(crate) fn refresh_token_of(&self, session_id: &str) -> Option<Secret> {
        let token = self.sessions.token_of(session_id)?;
        self.session(token)?;
        Some(token.into())
    }

    /// Ends a session. Returns `false` if there is none with this id.
    pub(crate) fn end_session_by_id(&mut self, session_id: &str) -> bool {
        let token = self.sessions.token_of(session_id).map(str::to_owned);
        match token {
            None => false,
            Some(token) => {
                self.end_session(&token);
                true
            }
        }
    }
}
