//! Sessions of browsers, backends and clients: listed and ended.

use serde::Serialize;

use crate::{
    LoginMethod,
    emulator::{
        control::{Emulator, EmulatorError},
        state::{Session, Store},
    },
    words::ids::{EmployeeId, OrgId, UserId},
};

/// A session of an [`Emulator`]: a login that lasts until it expires or is ended. Its refresh token is no part
/// of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct EmulatedSession {
    /// The id, for [`end_session`](Emulator::end_session).
    pub session_id: String,
    /// The id of the user.
    pub user_id: UserId,
    /// The email address of the user.
    pub email: String,
    /// When it started, as a Unix timestamp in seconds.
    pub created_at: i64,
    /// When it was last used, as a Unix timestamp in seconds.
    pub used_at: i64,
    /// When it expires, as a Unix timestamp in seconds.
    pub expires_at: i64,
    /// The login method.
    pub login_method: LoginMethod,
    /// Whether a code of the second factor is still needed.
    pub needs_second_factor: bool,
    /// The OAuth client that has the session, or `None` for a browser or a backend.
    pub client_id: Option<String>,
    /// The scopes that the OAuth client was granted.
    pub scope: Vec<String>,
    /// The only organization in the tokens of the OAuth client.
    pub org_id: Option<OrgId>,
    /// The employee who impersonates the user.
    pub impersonator_user_id: Option<EmployeeId>,
}

impl Emulator {
    /// Returns the sessions that have not ended, oldest first.
    ///
    /// ```
    /// use actix_web_propelauth::emulator::Emulator;
    ///
    /// # #[actix_web::main]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let emulator = Emulator::start().await?;
    /// let alice = emulator.create_user("alice@example.com")?;
    /// alice.start_session()?;
    /// let sessions = emulator.sessions();
    /// assert_eq!(sessions[0].email, "alice@example.com");
    /// emulator.end_session(&sessions[0].session_id)?;
    /// assert!(emulator.sessions().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn sessions(&self) -> Vec<EmulatedSession> {
        list(&self.store())
    }

    /// Ends a session, given by its id.
    ///
    /// Access tokens that were issued before remain valid until they expire. The event is `user.logged_out`.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if there is no such session.
    pub fn end_session(&self, session_id: &str) -> Result<(), EmulatorError> {
        end(&mut self.store(), session_id)
    }

    /// Ends the sessions of all users.
    pub fn end_all_sessions(&self) {
        end_all(&mut self.store());
    }
}

/// Returns the sessions that have not ended, oldest first.
pub(super) fn list(store: &Store) -> Vec<EmulatedSession> {
    let open = store.open_sessions();
    let mut sessions: Vec<_> = open.map(|(_, session)| view(store, session)).collect();
    sessions.sort_by(|one, other| {
        let order = |it: &EmulatedSession| (it.created_at, it.session_id.clone());
        order(one).cmp(&order(other))
    });
    sessions
}

fn view(store: &Store, session: &Session) -> EmulatedSession {
    let user = store.users.get(&session.user_id);
    let grant = session.grant.as_ref();
    EmulatedSession {
        session_id: session.session_id.clone(),
        user_id: session.user_id.clone(),
        email: user.map_or_else(String::new, |user| user.metadata.email.clone()),
        created_at: session.created_at,
        used_at: session.used_at,
        expires_at: session.expires_at(&store.project.settings),
        login_method: session.login_method.clone(),
        needs_second_factor: session.needs_second_factor,
        client_id: grant.map(|grant| grant.client_id.clone()),
        scope: grant.map_or_else(Vec::new, |grant| grant.scope.clone()),
        org_id: grant.and_then(|grant| grant.org_id.clone()),
        impersonator_user_id: session.impersonator_user_id.clone(),
    }
}

/// Ends a session.
pub(super) fn end(store: &mut Store, session_id: &str) -> Result<(), EmulatorError> {
    let mut open = store.open_sessions();
    let found = open.find(|(_, session)| session.session_id == session_id);
    let token = found.map(|(token, _)| token.to_owned());
    drop(open);
    match token {
        Some(token) => {
            store.end_session(&token);
            Ok(())
        }
        None => Err(EmulatorError::missing("session", session_id)),
    }
}

/// Ends all sessions, and returns their number.
pub(super) fn end_all(store: &mut Store) -> usize {
    let tokens: Vec<String> = store
        .open_sessions()
        .map(|(token, _)| token.to_owned())
        .collect();
    for token in &tokens {
        store.end_session(token);
    }
    tokens.len()
}
