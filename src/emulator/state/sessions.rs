//! Starting, finding and ending sessions.

use crate::{
    LoginMethod,
    emulator::state::{Happening, Session, Store, TokenOrigin},
    words::{
        ids::{OrgId, UserId},
        secret::Secret,
    },
};

/// How a session begins.
pub(crate) struct NewSession {
    pub(crate) user_id: UserId,
    pub(crate) login_method: LoginMethod,
    /// Whether the login method replaces the second factor, as single sign-on does.
    pub(crate) skips_second_factor: bool,
}

impl Store {
    /// Starts a session with a refresh token, unless the user is disabled or locked.
    ///
    /// The login is an event once no second factor is needed for it any more.
    pub(crate) fn open_session(&mut self, new: NewSession) -> Result<Secret, &'static str> {
        let NewSession {
            user_id,
            login_method,
            skips_second_factor,
        } = new;
        let user = self.users.get(&user_id).ok_or("there is no such user")?;
        let has_factor = user.account.second_factor.is_some();
        let needs_second_factor = has_factor && !skips_second_factor;
        if needs_second_factor {
            self.check_login(&user_id)?;
        } else {
            self.start_session(&user_id, None)?;
        }
        let now = self.now();
        let session = Session {
            session_id: self.ids.uuid(),
            user_id,
            created_at: now,
            used_at: now,
            login_method,
            needs_second_factor,
            sms_challenge: None,
            grant: None,
            impersonator_user_id: None,
        };
        let refresh_token = self.ids.hex(4);
        Ok(self.sessions.add(refresh_token, session))
    }

    /// Notes that the code of the second factor was correct.
    pub(crate) fn complete_session(&mut self, refresh_token: &str) -> Result<(), &'static str> {
        let session = self.session(refresh_token).ok_or("there is no session")?;
        if !session.needs_second_factor {
            return Ok(());
        }
        let user_id = session.user_id.clone();
        self.start_session(&user_id, None)?;
        if let Some(session) = self.sessions.get_mut(refresh_token) {
            session.needs_second_factor = false;
        }
        Ok(())
    }

    /// Returns the session of a refresh token, if it has not ended: by time, or because its user was
    /// deleted, disabled or locked.
    pub(crate) fn session(&self, refresh_token: &str) -> Option<&Session> {
        let session = self.sessions.get(refresh_token)?;
        self.is_open(session).then_some(session)
    }

    /// Returns `true` if a session has not ended.
    pub(super) fn is_open(&self, session: &Session) -> bool {
        let user = self.users.get(&session.user_id);
        let may_log_in = user.is_some_and(|it| it.metadata.enabled && !it.metadata.locked);
        may_log_in && self.now() < session.expires_at(&self.project.settings)
    }

    /// Returns the sessions that have not ended, with their refresh tokens.
    pub(crate) fn open_sessions(&self) -> impl Iterator<Item = (&str, &Session)> {
        let sessions = self.sessions.iter();
        sessions.filter(|(refresh_token, _)| self.session(refresh_token).is_some())
    }

    /// Notes that a session is used now, and its user active.
    pub(crate) fn use_session(&mut self, refresh_token: &str) {
        let now = self.now();
        if let Some(session) = self.sessions.get_mut(refresh_token) {
            session.used_at = now;
            let user_id = session.user_id.clone();
            self.note_activity(&user_id);
        }
    }

    /// Ends a session, which may have ended already.
    pub(crate) fn end_session(&mut self, refresh_token: &str) {
        let Some(session) = self.sessions.remove(refresh_token) else {
            return;
        };
        // Neither the beginning nor the end of what a client holds is a login or logout.
        if session.needs_second_factor || session.grant.is_some() {
            return;
        }
        if let Some(mut user) = self.users.get_mut(&session.user_id) {
            user.account.sessions = user.account.sessions.saturating_sub(1);
        }
        self.happenings.push(Happening::LoggedOut {
            user_id: session.user_id,
        });
    }

    /// Ends all sessions of a user, without an event.
    pub(crate) fn drop_sessions(&mut self, user_id: &UserId) {
        self.sessions.retain(|session| session.user_id != *user_id);
        if let Some(mut user) = self.users.get_mut(user_id) {
            user.account.sessions = 0;
        }
    }

    /// Returns the access token of a session, or `None` if the user is not in the active organization.
    pub(crate) fn session_token(
        &self,
        session: &Session,
        active_org: Option<&OrgId>,
        lifetime: i64,
    ) -> Option<Result<Secret, String>> {
        let user = self.users.get(&session.user_id)?;
        let active_org = match active_org {
            None => None,
            Some(org_id) => Some(self.org_info(user, org_id)?),
        };
        let origin = match &session.impersonator_user_id {
            Some(employee_id) => TokenOrigin::Impersonation(employee_id),
            None => TokenOrigin::Login(&session.login_method),
        };
        Some(
            self.sign(user, lifetime, active_org, origin)
                .map(Secret::from),
        )
    }
}
