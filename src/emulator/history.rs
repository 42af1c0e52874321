//! What happened when, as far as reports ask for it and no record tells.
//!
//! It is kept by looking at the users who changed: at the first request or call of each second,
//! and when somebody asks. So no operation can forget to tell it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Emulator, EmulatorError, clock::Clock, date::day_of, store::Store, uuid::canonical};
use crate::id::{OrgId, UserId};

/// Who was active on which day, who joined and left, and who invited.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct History {
    /// The days of each user, also of those who were deleted since.
    pub(super) active_days: BTreeMap<UserId, BTreeSet<i64>>,
    pub(super) moves: Vec<Move>,
    pub(super) invites: Vec<SentInvite>,
    /// Who was a member of what at the last look.
    members: BTreeMap<OrgId, BTreeSet<UserId>>,
    /// The second whose changes are not noted yet.
    #[serde(skip)]
    second: i64,
}

/// A user who joined or left an organization.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Move {
    pub(super) at: i64,
    pub(super) org_id: OrgId,
    pub(super) joined: bool,
}

/// An invitation that a user sent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SentInvite {
    pub(super) at: i64,
    pub(super) inviter: UserId,
}

impl Store {
    /// Notes what changed in an earlier second, before anything changes in this one.
    pub(super) fn tick(&mut self) {
        let now = self.now();
        if now != self.history.second {
            self.observe_at(self.history.second);
            self.history.second = now;
        }
    }

    /// Notes what has changed up to now.
    pub(super) fn observe(&mut self) {
        self.tick();
        self.observe_at(self.now());
    }

    /// Starts to look: what is there now came now, unless its history came with it.
    pub(super) fn start_history(&mut self) {
        self.history.second = self.now();
        // Users who were just read count as changed; others may have been noted as members too.
        let noted = self.history.members.iter();
        let noted = noted.flat_map(|(org_id, members)| members.iter().map(move |it| (org_id, it)));
        self.users.suspect(noted);
        self.observe();
    }

    fn observe_at(&mut self, time: i64) {
        let changed = self.users.take_changed();
        for user in changed.users.iter().filter_map(|it| self.users.get(it)) {
            let day = day_of(user.metadata.last_active_at);
            let days = &mut self.history.active_days;
            let days = days.entry(user.metadata.user_id.clone());
            days.or_default().insert(day);
        }
        self.compare_members(changed.memberships, time);
    }

    /// Notes who joined and who left, of these who may have.
    fn compare_members(&mut self, memberships: BTreeSet<(OrgId, UserId)>, at: i64) {
        let History { members, moves, .. } = &mut self.history;
        let first = moves.len();
        for (org_id, user_id) in memberships {
            let user = self.users.get(&user_id);
            let joined = user.is_some_and(|user| user.memberships.contains_key(&org_id));
            let noted = members.entry(org_id.clone()).or_default();
            let has_changed = if joined {
                noted.insert(user_id)
            } else {
                noted.remove(&user_id)
            };
            if noted.is_empty() {
                members.remove(&org_id);
            }
            if has_changed {
                moves.push(Move { at, org_id, joined });
            }
        }
        // Of each organization first who joined, then who left.
        if let Some(new) = moves.get_mut(first..) {
            new.sort_by(|a, b| (&a.org_id, !a.joined).cmp(&(&b.org_id, !b.joined)));
        }
    }

    /// Notes that a user is active now, if there is such a user.
    pub(super) fn note_activity(&mut self, user_id: &UserId) {
        let now = self.now();
        if let Some(mut user) = self.users.get_mut(user_id) {
            user.metadata.last_active_at = now;
            let days = self.history.active_days.entry(user_id.clone());
            days.or_default().insert(day_of(now));
        }
    }

    /// Notes that a user sends an invitation now.
    pub(super) fn note_invite(&mut self, inviter: UserId) {
        let at = self.now();
        self.history.invites.push(SentInvite { at, inviter });
    }

    /// Changes the clock once everything is noted that happened at the old time.
    pub(super) fn change_clock(&mut self, change: impl FnOnce(&mut Clock)) {
        self.observe();
        change(&mut self.project.clock);
        self.history.second = self.now();
    }
}

impl Emulator {
    /// Notes that a user is active at this moment, as a login does: it shows in `last_active_at`
    /// and in reports.
    ///
    /// # Errors
    ///
    /// Fails when there is no such user.
    pub fn record_activity(&self, user_id: impl Into<UserId>) -> Result<(), EmulatorError> {
        let user_id: UserId = canonical(user_id);
        let mut store = self.store();
        existing(&store, &user_id)?;
        store.note_activity(&user_id);
        Ok(())
    }

    /// Notes that a user invites somebody at this moment, which users do on PropelAuth's own
    /// pages: it shows in reports.
    ///
    /// # Errors
    ///
    /// Fails when there is no such user.
    pub fn record_invite(&self, inviter: impl Into<UserId>) -> Result<(), EmulatorError> {
        let inviter: UserId = canonical(inviter);
        let mut store = self.store();
        existing(&store, &inviter)?;
        store.note_invite(inviter);
        Ok(())
    }
}

fn existing(store: &Store, user_id: &UserId) -> Result<(), EmulatorError> {
    if store.users.contains_key(user_id) {
        return Ok(());
    }
    Err(EmulatorError::Rejected(format!(
        "there is no user {user_id:?}"
    )))
}
