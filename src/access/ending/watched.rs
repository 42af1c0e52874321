//! What a long-lived connection looks at: the marks of its caller, its expiry and the fleet.
//!
//! | caller | marks of | and in an organization | ends at the latest |
//! | --- | --- | --- | --- |
//! | user by token | the user, everyone; of the active organization | the user in it, the organization | with the token |
//! | user by personal key | the user, the user's keys, all keys, everyone | the same | `token_lifetime` after the validation |
//! | user by a key of an organization | as well the organization, its keys, the user in it | the same | the same |
//! | organization by key | the organization, its keys, all keys, everyone | | the same |

//!
//! Where the memberships are fetched after a change ([`OnStale::Refetch`]), a mark of a token whose change an account
//! shows ends nothing by itself: `asking.rs` asks what has changed.

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use super::{
    access_ended::AccessEnded,
    kept::{Kept, meets},
};
use crate::{
    access::{
        callers::{
            org_by_key::OrgByKey,
            principal::Principal,
            validated_key::{ApiKeyKind, ValidatedKey},
        },
        freshness::{OnStale, Since},
        requirement::Requirement,
        settings::Settings,
        user::User,
    },
    words::{
        ids::{OrgId, UserId},
        subject::Subject,
    },
};

/// The shortest time until the clock is read again.
const SHORTEST: Duration = Duration::from_millis(1);

/// What a connection looks at.
pub(super) struct Watched {
    settings: Arc<Settings>,
    /// From when what is known of the caller is.
    pub(super) since: Since,
    /// When the access ends without any change, as a Unix timestamp in seconds.
    until: f64,
    /// The marks that end all access.
    all: Vec<Subject>,
    /// The organization that the connection is about.
    pub(super) org: Option<WatchedOrg>,
    /// The user, if the account is asked about what has changed.
    pub(super) user: Option<User>,
}

/// The organization that a connection is about.
pub(super) struct WatchedOrg {
    pub(super) org_id: OrgId,
    /// Why there was no access from the beginning.
    lacks: Option<AccessEnded>,
    /// What has to stay.
    pub(super) kept: Kept,
    /// The marks that end the access to it.
    subjects: Vec<Subject>,
}

/// What a connection sees.
pub(super) enum Outlook {
    /// The access lasts as long as this, if nothing changes.
    Lasts(Duration),
    /// It has ended.
    Ended(AccessEnded),
    /// It has ended with this, unless the account says otherwise.
    Changed(AccessEnded),
}

impl Watched {
    /// Returns a receiver that is told of each mark.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.settings.freshness.watch()
    }

    /// Returns what is to be seen of the access now.
    ///
    /// A mark that an account shows is the last thing that counts: no call is made about a token that has expired.
    pub(super) fn look(&self) -> Outlook {
        let marks = [self.mark_of_all(), self.mark_of_org()];
        let mut changed = None;
        for (ended, is_in_account) in marks.into_iter().flatten() {
            if !is_in_account || self.user.is_none() {
                return Outlook::Ended(ended);
            }
            changed.get_or_insert(ended);
        }
        if let Some(lacks) = self.org.as_ref().and_then(|org| org.lacks.clone()) {
            return Outlook::Ended(lacks);
        }
        let seconds = self.until - self.settings.clock.unix_seconds();
        if seconds <= 0.0 {
            return Outlook::Ended(AccessEnded::Expired);
        }
        if self.settings.freshness.trusts_memory().is_err() {
            return Outlook::Ended(AccessEnded::FleetUnreachable);
        }
        if let Some(ended) = changed {
            return Outlook::Changed(ended);
        }
        let time_left = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        Outlook::Lasts(time_left.max(SHORTEST))
    }

    /// Returns what ends all access by a mark, and whether an account shows what has changed.
    fn mark_of_all(&self) -> Option<(AccessEnded, bool)> {
        let stale = self.settings.freshness.of_any(&self.all, self.since)?;
        Some((AccessEnded::Stale(stale.cause), stale.is_in_account))
    }

    /// Returns what ends the access to the organization by a mark, and whether an account shows what has changed.
    fn mark_of_org(&self) -> Option<(AccessEnded, bool)> {
        let org = self.org.as_ref()?;
        let stale = self.settings.freshness.of_any(&org.subjects, self.since)?;
        let ended = AccessEnded::MembershipChanged {
            org_id: org.org_id.clone(),
            cause: stale.cause,
        };
        Some((ended, stale.is_in_account))
    }

    /// Returns what a connection of a user looks at.
    pub(super) fn of_user(
        user: &User,
        org_id: Option<&OrgId>,
        requirement: Option<&Requirement>,
    ) -> Self {
        let settings = Arc::clone(user.settings());
        let (user_id, active) = (&user.user_id, user.active_org_id.as_ref());
        let mut all = vec![Subject::Everyone, Subject::User(user_id.clone())];
        let (since, until) = if let Some(key) = user.api_key() {
            all.extend([Subject::AllKeys, Subject::KeysOfUser(user_id.clone())]);
            if let (ApiKeyKind::Member, Some(of_key)) = (key.kind(), active) {
                all.push(Subject::KeysOfOrg(of_key.clone()));
            }
            of_key(key, &settings)
        } else {
            let until = user.expires_at as f64 + settings.leeway.as_secs_f64();
            (Since::Token(user.age()), until)
        };
        // The credential is for this organization alone.
        if let Some(active) = active.filter(|active| org_id != Some(*active)) {
            all.extend(member(user_id, active));
        }
        let is_asked = settings.on_stale == OnStale::Refetch && user.api_key().is_none();
        Self {
            settings,
            since,
            until,
            all,
            org: org_id.map(|org_id| {
                let org = user.org(org_id);
                let meets = |required| meets(user, org_id, required);
                let is_met = requirement.is_none_or(meets);
                WatchedOrg {
                    org_id: org_id.clone(),
                    lacks: lacks(org_id, org.is_some(), is_met),
                    kept: match requirement {
                        Some(requirement) => Kept::Requirement(requirement.clone()),
                        None => Kept::Rights(org.cloned()),
                    },
                    subjects: member(user_id, org_id).into(),
                }
            }),
            user: is_asked.then(|| user.clone()),
        }
    }

    fn of_org(org: &OrgByKey, org_id: Option<&OrgId>, requirement: Option<&Requirement>) -> Self {
        let settings = Arc::clone(org.settings());
        let (since, until) = of_key(org.key(), &settings);
        let id = org.org_id();
        Self {
            settings,
            since,
            until,
            all: vec![
                Subject::Everyone,
                Subject::AllKeys,
                Subject::Org(id.clone()),
                Subject::KeysOfOrg(id.clone()),
            ],
            org: org_id.map(|org_id| {
                let meets = |required| org.decide(&org_id.as_str().into(), required).is_ok();
                WatchedOrg {
                    org_id: org_id.clone(),
                    lacks: lacks(org_id, org_id == id, requirement.is_none_or(meets)),
                    // It is never looked at: every mark of a key ends the access.
                    kept: Kept::Rights(None),
                    subjects: Vec::new(),
                }
            }),
            user: None,
        }
    }

    /// Returns what a connection of a caller looks at.
    pub(super) fn of_principal(
        principal: &Principal,
        org_id: Option<&OrgId>,
        requirement: Option<&Requirement>,
    ) -> Self {
        match principal {
            Principal::User(user) => Self::of_user(user, org_id, requirement),
            Principal::UserByKey(by_key) => Self::of_user(by_key.user(), org_id, requirement),
            Principal::Org(org) => Self::of_org(org, org_id, requirement),
        }
    }
}

/// Returns why a caller has no access to an organization from the beginning.
fn lacks(org_id: &OrgId, is_member: bool, is_met: bool) -> Option<AccessEnded> {
    if !is_member {
        return Some(AccessEnded::NotInOrg(org_id.clone()));
    }
    (!is_met).then(|| AccessEnded::RequirementNotMet(org_id.clone()))
}

/// The marks about a user in an organization.
fn member(user_id: &UserId, org_id: &OrgId) -> [Subject; 2] {
    [
        Subject::Org(org_id.clone()),
        Subject::Member(user_id.clone(), org_id.clone()),
    ]
}

/// From when a validation is, and until when a connection may rely on it: marks are not kept for longer, and the
/// text of the key is not kept at all, so that PropelAuth cannot be asked again.
fn of_key(key: &ValidatedKey, settings: &Settings) -> (Since, f64) {
    let validation = key.validation();
    let until = validation.asked_at as f64 + settings.freshness.lifetime().as_secs_f64();
    (Since::Generation(validation.generation), until)
}
