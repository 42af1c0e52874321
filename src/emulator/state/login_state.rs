//! Emails that PropelAuth would have sent, and magic links.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

use crate::{
    emulator::state::EmailLink,
    words::ids::{OrgId, UserId},
};

/// The state of logins and sign-ups that does not belong to one user.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct LoginState {
    /// The number of users that were ever created.
    pub(crate) users_created: u64,
    pub(crate) emails: Vec<EmulatedEmail>,
    /// By the token in the URL.
    pub(crate) magic_links: BTreeMap<String, EmulatedMagicLink>,
    /// By the token in the URL.
    pub(crate) links: BTreeMap<String, EmailLink>,
}

/// An email that PropelAuth would have sent. `Debug` does not show its link, which can log someone in.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EmulatedEmail {
    /// The email address of the recipient.
    pub to: String,
    /// The recipient, or `None` if the email invites someone without an account.
    pub user_id: Option<UserId>,
    /// The organization of an invitation.
    #[serde(default)]
    pub org_id: Option<OrgId>,
    /// The role offered by an invitation.
    #[serde(default)]
    pub role: Option<String>,
    /// The purpose of the email.
    pub kind: EmailKind,
    /// When it would have been sent, as a Unix timestamp in seconds.
    pub sent_at: i64,
    /// The URL in the email, which the recipient opens in a browser.
    #[serde(default)]
    pub link: Option<String>,
}

impl fmt::Debug for EmulatedEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatedEmail")
            .field("to", &self.to)
            .field("user_id", &self.user_id)
            .field("org_id", &self.org_id)
            .field("role", &self.role)
            .field("kind", &self.kind)
            .field("sent_at", &self.sent_at)
            .finish_non_exhaustive()
    }
}

/// The purpose of an [`EmulatedEmail`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum EmailKind {
    /// Confirm the email address of the account.
    ConfirmEmail,
    /// Confirm the email address that will replace the account's current one.
    ConfirmNewEmail,
    /// Accept an invitation to an organization.
    InviteToOrg,
    /// Log in with a magic link.
    MagicLink,
    /// Choose a new password, because the old one was forgotten.
    ResetPassword,
}

/// A magic link, which logs in the user who opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct EmulatedMagicLink {
    /// The URL.
    pub url: String,
    /// The email address of the account.
    pub email: String,
    /// The URL to redirect to after the login, if it was set.
    pub redirect_to_url: Option<String>,
    /// When the link expires, as a Unix timestamp in seconds.
    pub expires_at: i64,
    /// Whether the link creates the account if it does not exist.
    pub creates_user: bool,
    /// Whether the link can be used only once.
    pub expires_after_first_use: bool,
    /// Whether the link first shows a page with a button.
    pub requires_interstitial: bool,
    /// The sign-up query parameters of an account created by the link.
    pub user_signup_query_parameters: BTreeMap<String, String>,
    /// The number of times the link was opened.
    pub uses: u32,
}
