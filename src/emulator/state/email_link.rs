//! The record of a link in an email.
//!
//! Known differences to PropelAuth: `email-links` in docs/differences.md.

use serde::{Deserialize, Serialize};

use crate::words::ids::UserId;

/// What a link does. Invitations have their token themselves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum LinkPurpose {
    /// Confirms that the user receives emails at this address.
    ConfirmEmail { user_id: UserId, email: String },
    /// Lets the user choose a password without the current one, while the account has the address that the
    /// link was sent to.
    ResetPassword {
        user_id: UserId,
        /// A snapshot of a time before this was known has none, and its links do nothing.
        #[serde(default)]
        email: String,
    },
}

/// A link that was sent, and is removed when it is used.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct EmailLink {
    pub(crate) purpose: LinkPurpose,
    /// As a Unix timestamp in seconds.
    pub(crate) expires_at: i64,
}

const HOUR: i64 = 60 * 60;

impl LinkPurpose {
    pub(super) fn user_id(&self) -> &UserId {
        match self {
            Self::ConfirmEmail { user_id, .. } | Self::ResetPassword { user_id, .. } => user_id,
        }
    }

    /// Returns the path of the page that the link opens.
    pub(super) fn path(&self) -> &'static str {
        match self {
            Self::ConfirmEmail { .. } => "confirm_email",
            Self::ResetPassword { .. } => "update_password",
        }
    }

    /// Returns the time until the link expires, in seconds.
    pub(super) fn lifetime(&self) -> i64 {
        match self {
            Self::ConfirmEmail { .. } => 24 * HOUR,
            Self::ResetPassword { .. } => HOUR,
        }
    }
}
