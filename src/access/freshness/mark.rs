//! [`Mark`]: from when on tokens speak for a subject again.

use super::cause::Cause;
use crate::words::{
    ids::{OrgId, UserId},
    subject::Subject,
};

/// "Tokens that were issued until then do not speak for this subject."
///
/// A token is compared by its `iat`, in whole seconds: one of the same second counts as issued before, and so
/// does one without `iat`.
///
/// ```
/// use actix_web_propelauth::{PropelAuth, UserId, freshness::Mark};
///
/// /// After a change of which PropelAuth sends no webhook.
/// async fn revoke(auth: &PropelAuth, user_id: &UserId) {
///     // Awaiting it is only needed to know that a fleet has it.
///     auth.mark_stale(Mark::user(user_id));
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    subject: Subject,
    at: Option<i64>,
    cause: Cause,
    delivery: Option<String>,
}

impl Mark {
    /// Creates a mark of the time at which it is recorded.
    ///
    /// The other constructors are shorthands for this one.
    ///
    /// ```
    /// use actix_web_propelauth::freshness::{Mark, Subject};
    ///
    /// assert_eq!(Mark::new(Subject::Everyone), Mark::everyone());
    /// ```
    #[must_use]
    pub fn new(subject: Subject) -> Self {
        Self {
            subject,
            at: None,
            cause: Cause::ByHand,
            delivery: None,
        }
    }

    /// Creates a mark for a user.
    #[must_use]
    pub fn user(user_id: &UserId) -> Self {
        Self::new(Subject::User(user_id.clone()))
    }

    /// Creates a mark for a user in an organization, for a role that was taken away or given.
    ///
    /// The user's other organizations are not affected.
    #[must_use]
    pub fn member(user_id: &UserId, org_id: &OrgId) -> Self {
        Self::new(Subject::Member(user_id.clone(), org_id.clone()))
    }

    /// Creates a mark for every member of an organization, for one that was deleted, or whose roles
    /// have other permissions now.
    #[must_use]
    pub fn org(org_id: &OrgId) -> Self {
        Self::new(Subject::Org(org_id.clone()))
    }

    /// Creates a mark for the API keys of a user.
    #[must_use]
    pub fn keys_of_user(user_id: &UserId) -> Self {
        Self::new(Subject::KeysOfUser(user_id.clone()))
    }

    /// Creates a mark for the API keys of an organization.
    #[must_use]
    pub fn keys_of_org(org_id: &OrgId) -> Self {
        Self::new(Subject::KeysOfOrg(org_id.clone()))
    }

    /// Creates a mark for all API keys.
    #[must_use]
    pub fn all_keys() -> Self {
        Self::new(Subject::AllKeys)
    }

    /// Creates a mark for all tokens and all API keys, for an incident.
    ///
    /// All users have to refresh their tokens, which frontends do by themselves. It ends no sessions: a user who
    /// can refresh a token is served again.
    #[must_use]
    pub fn everyone() -> Self {
        Self::new(Subject::Everyone)
    }

    /// Sets until when tokens do not speak, as a Unix timestamp in seconds. By default, until the mark is
    /// recorded.
    ///
    /// Set it if the change is later than the mark by PropelAuth's clock, such as from the timestamp of a
    /// webhook. Of two marks for one subject, the later one holds.
    #[must_use]
    pub fn at(mut self, unix_seconds: i64) -> Self {
        self.at = Some(unix_seconds);
        self
    }

    /// Sets the cause. By default, [`Cause::ByHand`].
    #[must_use]
    pub fn because(mut self, cause: Cause) -> Self {
        self.cause = cause;
        self
    }

    /// Sets the id of the delivery that the mark is from, such as the `svix-id` of a webhook. By default, none.
    ///
    /// The same delivery may reach several instances of a fleet, or one of them twice. The fleet takes each
    /// mark of it once.
    #[must_use]
    pub fn of_delivery(mut self, id: impl Into<String>) -> Self {
        self.delivery = Some(id.into());
        self
    }

    /// Returns what the mark is about.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// Returns the cause.
    #[must_use]
    pub fn cause(&self) -> &Cause {
        &self.cause
    }

    /// Returns until when tokens do not speak, as a Unix timestamp in seconds, or `None` if that is when the
    /// mark is recorded.
    #[must_use]
    pub fn unix_seconds(&self) -> Option<i64> {
        self.at
    }

    /// Returns the id of the delivery that the mark is from.
    #[must_use]
    pub fn delivery(&self) -> Option<&str> {
        self.delivery.as_deref()
    }

    /// Sets the time unless it is set.
    pub(crate) fn at_latest(mut self, now: i64) -> Self {
        self.at.get_or_insert(now);
        self
    }
}

impl From<Subject> for Mark {
    fn from(subject: Subject) -> Self {
        Self::new(subject)
    }
}
