//! Records of what MCP clients were given: registrations, questions to users that are open, access tokens, and refresh
//! tokens that were replaced.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::emulator::state::OauthClient;

/// The id and the secret with which protected resources ask about tokens.
pub(crate) const INTROSPECTION_CLIENT: (&str, &str) =
    ("mcp-introspection", "mcp-introspection-secret");

/// What MCP clients were given.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct McpState {
    /// By client id.
    pub(super) clients: BTreeMap<String, RegisteredClient>,
    /// By id.
    pub(super) consents: BTreeMap<String, OpenConsent>,
    /// By token.
    pub(super) access_tokens: BTreeMap<String, McpToken>,
    /// By a refresh token that was replaced: the id of its session.
    pub(super) replaced: BTreeMap<String, String>,
    /// By URL. Documents are not part of a snapshot: they are fetched again.
    #[serde(skip)]
    pub(super) documents: BTreeMap<String, Document>,
}

/// A client that has registered itself (RFC 7591).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RegisteredClient {
    pub(crate) name: String,
    pub(crate) redirect_uris: Vec<String>,
    /// `None` for a client that cannot keep one.
    pub(crate) secret: Option<String>,
    /// As a Unix timestamp in seconds.
    pub(crate) registered_at: i64,
}

/// A question that a user has not answered yet.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct OpenConsent {
    pub(crate) client_id: String,
    pub(crate) client_name: String,
    pub(crate) redirect_uri: String,
    pub(crate) state: Option<String>,
    pub(crate) code_challenge: String,
    pub(crate) scope: Vec<String>,
    pub(crate) resource: String,
    /// The session of the browser, which alone may answer.
    pub(crate) session_id: String,
    pub(crate) asked_at: i64,
}

/// An access token for a protected resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct McpToken {
    /// The session of the client, with whose end the token ends.
    pub(crate) session_id: String,
    pub(crate) scope: Vec<String>,
    pub(crate) issued_at: i64,
    pub(crate) expires_at: i64,
}

/// The metadata of a client at its URL, or why there is none.
#[derive(Clone, Debug)]
pub(super) struct Document {
    pub(super) client: Result<OauthClient, String>,
    pub(super) fetched_at: i64,
}
