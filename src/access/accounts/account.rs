//! [`Account`]: what PropelAuth answers about a user, in the words of this room.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

use crate::words::{ids::OrgId, org_member_info::OrgMemberInfo};

/// The account of a user.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    /// All memberships of the user.
    pub(crate) orgs: BTreeMap<OrgId, OrgMemberInfo>,
    /// Whether the user is not disabled.
    pub(crate) is_enabled: bool,
    /// Whether the user is locked out.
    pub(crate) is_locked: bool,
}

/// An account, and from when it is.
#[derive(Debug)]
pub(in crate::access) struct Fetched {
    /// The account, or `None` if there is no such user.
    pub(in crate::access) account: Option<Account>,
    /// The generation of the marks when the call began. It shows what they are about.
    pub(in crate::access) generation: u64,
    /// When the call began.
    pub(in crate::access) since: Instant,
}

/// The answer to a question, or after what time to ask again.
pub(in crate::access) type Answer = Result<Arc<Fetched>, Duration>;
