//! E-mails that would have been sent, and links that log in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::id::{OrgId, UserId};

/// What stands between people and their accounts.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct LoginState {
    /// How many users there have been.
    pub(crate) users_created: u64,
    pub(crate) emails: Vec<EmulatedEmail>,
    /// By the token in the URL.
    pub(crate) magic_links: BTreeMap<String, EmulatedMagicLink>,
}

/// An e-mail that PropelAuth would have sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EmulatedEmail {
    /// The address that it goes to.
    pub to: String,
    /// The user that it is about, unless it invites somebody who is none yet.
    pub user_id: Option<UserId>,
    /// The organization that it invites into, if it does.
    #[serde(default)]
    pub org_id: Option<OrgId>,
    /// The role that it offers, if it invites.
    #[serde(default)]
    pub role: Option<String>,
    /// What it asks for.
    pub kind: EmailKind,
    /// When it would have been sent, in seconds since 1970 (unix time).
    pub sent_at: i64,
}

/// What an e-mail asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EmailKind {
    /// To confirm the address of the account.
    ConfirmEmail,
    /// To confirm the address that is to replace that of the account.
    ConfirmNewEmail,
    /// To join an organization.
    InviteToOrg,
}

/// A link that logs in whoever opens it, as the emulator keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EmulatedMagicLink {
    /// The URL.
    pub url: String,
    /// The address of the account.
    pub email: String,
    /// Where it leads to after the login, if that was said.
    pub redirect_to_url: Option<String>,
    /// Until when it is good, in seconds since 1970 (unix time).
    pub expires_at: i64,
    /// Whether it creates the account if there is none.
    pub creates_user: bool,
    /// Whether it is good for one login only.
    pub expires_after_first_use: bool,
    /// Whether it shows a page with a button first.
    pub requires_interstitial: bool,
    /// The sign-up query parameters of an account that it creates.
    pub user_signup_query_parameters: BTreeMap<String, String>,
    /// How often it was opened.
    pub uses: u32,
}
