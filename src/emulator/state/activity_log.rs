//! What happened when, as far as reports ask for it and no record tells.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::id::{OrgId, UserId};

/// Who was active on which day, who joined and left, and who invited.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ActivityLog {
    /// The days of each user, also of those who were deleted since.
    pub(crate) active_days: BTreeMap<UserId, BTreeSet<i64>>,
    #[serde(rename = "moves")]
    pub(crate) membership_changes: Vec<MembershipChange>,
    pub(crate) invites: Vec<SentInvite>,
    /// Who was a member of what at the last look.
    pub(super) members: BTreeMap<OrgId, BTreeSet<UserId>>,
    /// The second whose changes are not noted yet.
    #[serde(skip)]
    pub(super) second: i64,
}

/// A user who joined or left an organization.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MembershipChange {
    pub(crate) at: i64,
    pub(crate) org_id: OrgId,
    pub(crate) joined: bool,
}

/// An invitation that a user sent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentInvite {
    pub(crate) at: i64,
    pub(crate) inviter: UserId,
}
