//! Authorization codes: what a browser carries from the login to an application.
//!
//! Known differences to PropelAuth: `authorization-codes` in docs/differences.md.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::words::ids::OrgId;

/// Where a code can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum CodePurpose {
    /// The login of an application that is rendered on a server.
    ServerSide,
    Oauth,
    Mcp,
}

/// What a code stands for, and what it is bound to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct AuthorizationCode {
    pub(crate) purpose: CodePurpose,
    /// `None` for an application that is rendered on a server, which has the integration API key instead.
    pub(crate) client_id: Option<String>,
    pub(crate) redirect_uri: String,
    pub(crate) code_challenge: Option<String>,
    /// The session of the browser.
    pub(crate) session_id: String,
    pub(crate) scope: Vec<String>,
    pub(crate) resource: Option<String>,
    pub(crate) org_id: Option<OrgId>,
    pub(crate) nonce: Option<String>,
}

/// What an application presents to use a code.
pub(crate) struct Presented<'a> {
    pub(crate) purpose: CodePurpose,
    pub(crate) client_id: Option<&'a str>,
    pub(crate) redirect_uri: &'a str,
    pub(crate) code_verifier: Option<&'a str>,
}

/// All codes that were issued and may still matter.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct AuthorizationCodes(pub(super) BTreeMap<String, Issued>);

/// A code that was issued.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Issued {
    pub(super) code: AuthorizationCode,
    /// As a Unix timestamp in seconds.
    pub(super) at: i64,
    /// The session that the code was used for.
    #[serde(default)]
    pub(super) produced: Option<String>,
}
