//! What MCP clients are given, and for how long it counts.

use super::mcp_records::{Document, McpToken, OpenConsent, RegisteredClient};
use crate::{
    LoginMethod,
    emulator::state::{ClientGrant, LoginStep, OauthClient, Session, Store, TOKEN_LIFETIME},
    words::{
        ids::{OrgId, UserId},
        secret::Secret,
    },
};

/// How long a user may look at the question, in seconds.
const CONSENT_LIFETIME: i64 = 600;
/// The most registrations, and the most documents, that are kept. Anyone may register.
const MOST: usize = 1000;
/// How long a document is believed, in seconds.
const DOCUMENT_LIFETIME: i64 = 60;

/// What an active access token stands for.
pub(crate) struct ActiveToken<'s> {
    pub(crate) token: &'s McpToken,
    pub(crate) session: &'s Session,
    /// The organization of the session, and the role of the user in it.
    pub(crate) org: Option<(OrgId, String)>,
}

impl Store {
    /// Returns an MCP client: one that registered itself, one whose document was fetched, or one of the project's.
    pub(crate) fn mcp_client(&self, client_id: &str) -> Option<OauthClient> {
        let registered = self.mcp.clients.get(client_id).map(|client| OauthClient {
            client_id: client_id.to_owned(),
            name: client.name.clone(),
            redirect_uris: client.redirect_uris.clone(),
            secret: client.secret.as_deref().map(Secret::from),
        });
        let document = || self.mcp.documents.get(client_id)?.client.clone().ok();
        registered
            .or_else(document)
            .or_else(|| self.project.oauth_client(client_id).cloned())
    }

    /// Returns why a document is of no use, if it was fetched.
    pub(crate) fn mcp_document_problem(&self, url: &str) -> Option<&str> {
        let document = self.mcp.documents.get(url)?;
        document.client.as_ref().err().map(String::as_str)
    }

    /// Returns `true` if a document was fetched a short time ago.
    pub(crate) fn knows_mcp_document(&self, url: &str) -> bool {
        let document = self.mcp.documents.get(url);
        document.is_some_and(|it| self.now() < it.fetched_at.saturating_add(DOCUMENT_LIFETIME))
    }

    /// Keeps what a document says.
    pub(crate) fn keep_mcp_document(&mut self, url: String, client: Result<OauthClient, String>) {
        let fetched_at = self.now();
        let documents = &mut self.mcp.documents;
        documents.retain(|_, it| fetched_at < it.fetched_at.saturating_add(DOCUMENT_LIFETIME));
        if documents.len() < MOST {
            documents.insert(url, Document { client, fetched_at });
        }
    }

    /// Registers a client, and returns its id. The oldest registration gives way to the newest.
    pub(crate) fn register_mcp_client(&mut self, client: RegisteredClient) -> String {
        let clients = &mut self.mcp.clients;
        if clients.len() >= MOST {
            let oldest = clients
                .iter()
                .min_by_key(|(_, client)| client.registered_at);
            let oldest = oldest.map(|(client_id, _)| client_id.clone());
            oldest.and_then(|client_id| clients.remove(&client_id));
        }
        let client_id = self.ids.hex(2);
        self.mcp.clients.insert(client_id.clone(), client);
        client_id
    }

    /// Keeps a question until the user answers it, and returns its id.
    pub(crate) fn ask_consent(&mut self, consent: OpenConsent) -> String {
        let now = self.now();
        let consents = &mut self.mcp.consents;
        consents.retain(|_, it| now < it.asked_at.saturating_add(CONSENT_LIFETIME));
        let id = self.ids.hex(2);
        self.mcp.consents.insert(id.clone(), consent);
        id
    }

    /// Returns a question to the user of a session.
    pub(crate) fn open_consent(&self, id: &str, session_id: &str) -> Option<&OpenConsent> {
        let consent = self.mcp.consents.get(id)?;
        let is_open = self.now() < consent.asked_at.saturating_add(CONSENT_LIFETIME);
        (is_open && consent.session_id == session_id).then_some(consent)
    }

    /// Forgets a question that was answered.
    pub(crate) fn close_consent(&mut self, id: &str) {
        self.mcp.consents.remove(id);
    }

    /// Returns a new access token for the session of a client.
    pub(crate) fn issue_mcp_token(&mut self, session: &Session, scope: Vec<String>) -> Secret {
        let issued_at = self.now();
        let mut tokens = std::mem::take(&mut self.mcp.access_tokens);
        tokens.retain(|_, token| issued_at < token.expires_at);
        let text = self.ids.hex(4);
        let token = McpToken {
            session_id: session.session_id.clone(),
            scope,
            issued_at,
            expires_at: issued_at.saturating_add(TOKEN_LIFETIME),
        };
        tokens.insert(text.clone(), token);
        self.mcp.access_tokens = tokens;
        text.into()
    }

    /// Returns an access token for a resource, as if a user had allowed it to a client.
    pub(crate) fn grant_mcp_token(
        &mut self,
        user_id: &UserId,
        resource: String,
        scope: Vec<String>,
        org_id: Option<OrgId>,
    ) -> Result<Secret, &'static str> {
        self.check_login(user_id)?;
        let user = self.users.get(user_id).ok_or("there is no such user")?;
        let is_member = |org_id: &OrgId| user.memberships.contains_key(org_id);
        if org_id.as_ref().is_some_and(|org_id| !is_member(org_id)) {
            return Err("the user is not in the organization");
        }
        let now = self.now();
        let session = Session {
            session_id: self.ids.uuid(),
            user_id: user_id.clone(),
            created_at: now,
            used_at: now,
            login_method: LoginMethod::Password,
            needs_second_factor: false,
            sms_challenge: None,
            grant: Some(ClientGrant {
                client_id: "emulator".to_owned(),
                scope: scope.clone(),
                resource: Some(resource),
                org_id,
                was_authenticated: false,
            }),
            impersonator_user_id: None,
        };
        let refresh_token = self.ids.hex(4);
        self.sessions.add(refresh_token, session.clone());
        Ok(self.issue_mcp_token(&session, scope))
    }

    /// Returns what an access token stands for, if it is active.
    pub(crate) fn active_mcp_token(&self, token: &str) -> Option<ActiveToken<'_>> {
        let token = self.mcp.access_tokens.get(token)?;
        if self.now() >= token.expires_at {
            return None;
        }
        let session = self.session_by_id(&token.session_id)?;
        // A user of whom something is demanded since has no access until that is done.
        if self.step_of(session) != LoginStep::Finished {
            return None;
        }
        let org_id = session.grant.as_ref()?.org_id.as_ref();
        let org = match org_id {
            None => None,
            // A token for an organization that the user has left is none.
            Some(org_id) => {
                let user = self.users.get(&session.user_id)?;
                let member = user.memberships.get(org_id)?;
                Some((org_id.clone(), member.role.clone()))
            }
        };
        Some(ActiveToken {
            token,
            session,
            org,
        })
    }

    /// Replaces the refresh token of a client that cannot keep a secret, and returns the new one.
    pub(crate) fn rotate_mcp_refresh_token(&mut self, session: &Session, old: &str) -> Secret {
        let mut replaced = std::mem::take(&mut self.mcp.replaced);
        replaced.retain(|_, session_id| self.session_by_id(session_id).is_some());
        replaced.insert(old.to_owned(), session.session_id.clone());
        self.mcp.replaced = replaced;
        let new = self.ids.hex(4);
        self.sessions.replace_token(old, new.clone());
        new.into()
    }

    /// Ends the session of a refresh token that was replaced before: it is in the hands of two. Returns `true` if it
    /// was.
    pub(crate) fn end_if_replaced(&mut self, refresh_token: &str) -> bool {
        match self.mcp.replaced.remove(refresh_token) {
            None => false,
            Some(session_id) => {
                self.end_session_by_id(&session_id);
                true
            }
        }
    }
}
