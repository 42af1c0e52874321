//! What a long-lived connection looks at: the marks of its caller, its expiry and the fleet.
//!
//! | caller | marks of | and in an organization | ends at the latest |
//! | --- | --- | --- | --- |
//! | user by token | the user, everyone; of the active organization | the user in it, the organization | with the token |
//! | user by personal key | the user, the user's keys, all keys, everyone | the same | `token_lifetime` after the validation |
//! | user by a key of an organization | as well the organization, its keys, the user in it | the same | the same |
//! | organization by key | the organization, its keys, all keys, everyone | | the same |

use std::{sync::Arc, time::Duration};

use tokio::sync::watch;

use super::access_ended::AccessEnded;
use crate::{
    access::{
        callers::{
            org_by_key::OrgByKey,
            principal::Principal,
            validated_key::{ApiKeyKind, ValidatedKey},
        },
        freshness::Since,
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
    since: Since,
    /// When the access ends without any change, as a Unix timestamp in seconds.
    until: f64,
    /// The marks that end all access.
    all: Vec<Subject>,
    /// The organization that the connection is about.
    org: Option<WatchedOrg>,
}

struct WatchedOrg {
    org_id: OrgId,
    is_member: bool,
    /// The marks that end the access to it.
    subjects: Vec<Subject>,
}

impl Watched {
    /// Returns a receiver that is told of each mark.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.settings.freshness.watch()
    }

    /// Returns how long the access lasts if nothing changes, or why it has ended.
    pub(super) fn look(&self) -> Result<Duration, AccessEnded> {
        let freshness = &self.settings.freshness;
        if let Some(cause) = freshness.of_any(&self.all, self.since) {
            return Err(AccessEnded::Stale(cause));
        }
        if let Some(org) = &self.org {
            let org_id = || org.org_id.clone();
            if let Some(cause) = freshness.of_any(&org.subjects, self.since) {
                let org_id = org_id();
                return Err(AccessEnded::MembershipChanged { org_id, cause });
            }
            if !org.is_member {
                return Err(AccessEnded::NotInOrg(org_id()));
            }
        }
        let seconds = self.until - self.settings.clock.unix_seconds();
        if seconds <= 0.0 {
            return Err(AccessEnded::Expired);
        }
        if freshness.trusts_memory().is_err() {
            return Err(AccessEnded::FleetUnreachable);
        }
        let time_left = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX);
        Ok(time_left.max(SHORTEST))
    }

    /// Returns what a connection of a user looks at.
    pub(super) fn of_user(user: &User, org_id: Option<&OrgId>) -> Self {
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
            (Since::IssuedAt(user.issued_at), until)
        };
        // The credential is for this organization alone.
        if let Some(active) = active.filter(|active| org_id != Some(*active)) {
            all.extend(member(user_id, active));
        }
        let org = org_id.map(|org_id| WatchedOrg {
            org_id: org_id.clone(),
            is_member: user.org(org_id).is_some(),
            subjects: member(user_id, org_id).into(),
        });
        Self {
            settings,
            since,
            until,
            all,
            org,
        }
    }

    fn of_org(org: &OrgByKey, org_id: Option<&OrgId>) -> Self {
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
            org: org_id.map(|org_id| WatchedOrg {
                org_id: org_id.clone(),
                is_member: org_id == id,
                subjects: Vec::new(),
            }),
        }
    }

    /// Returns what a connection of a caller looks at.
    pub(super) fn of_principal(principal: &Principal, org_id: Option<&OrgId>) -> Self {
        match principal {
            Principal::User(user) => Self::of_user(user, org_id),
            Principal::UserByKey(by_key) => Self::of_user(by_key.user(), org_id),
            Principal::Org(org) => Self::of_org(org, org_id),
        }
    }
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
