//! The activity log: events that reports need and that the records do not contain.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::words::ids::{OrgId, UserId};

/// Active days, joins and leaves, and invitations.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ActivityLog {
    /// The days on which each user was active, including deleted users.
    pub(crate) active_days: BTreeMap<UserId, BTreeSet<i64>>,
    #[serde(rename = "moves")]
    pub(crate) membership_changes: Vec<MembershipChange>,
    pub(crate) invites: Vec<SentInvite>,
    /// The members of each organization when the log was last updated.
    pub(super) members: BTreeMap<OrgId, BTreeSet<UserId>>,
    /// The current second, whose changes are not recorded yet.
    #[serde(skip)]
    pub(super) second: i64,
}

/// A user joining or leaving an organization.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MembershipChange {
    pub(crate) at: i64,
    pub(crate) org_id: OrgId,
    pub(crate) joined: bool,
}

/// An invitation sent by a user.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SentInvite {
    pub(crate) at: i64,
    pub(crate) inviter: UserId,
}
