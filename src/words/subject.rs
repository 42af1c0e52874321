//! [`Subject`]: what a change of an account, an organization or a key is about.

use super::ids::{OrgId, UserId};

/// What a change is about: whose credentials say something that may no longer be true.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Subject {
    /// A user: the account was disabled, deleted or logged out.
    User(UserId),
    /// A user in one organization: a role was changed, or the user was added or removed.
    Member(UserId, OrgId),
    /// All members of an organization: it was deleted, or its roles changed.
    Org(OrgId),
    /// The API keys of a user.
    KeysOfUser(UserId),
    /// The API keys of an organization.
    KeysOfOrg(OrgId),
    /// All API keys.
    AllKeys,
    /// All tokens and all API keys.
    Everyone,
}
