//! SCIM groups, which identity providers synchronize.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::words::ids::{OrgId, ScimGroupId, UserId};

/// A SCIM group. Users who have left the organization remain listed but do not count as members.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ScimGroupRecord {
    pub(crate) org_id: OrgId,
    pub(crate) group_id: ScimGroupId,
    pub(crate) display_name: String,
    pub(crate) external_id_from_idp: Option<String>,
    pub(crate) members: BTreeSet<UserId>,
}
