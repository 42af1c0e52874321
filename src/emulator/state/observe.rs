//! Keeping the log of activity.

use std::collections::BTreeSet;

use crate::{
    emulator::state::{Clock, History, Move, SentInvite, Store, date::day_of},
    id::{OrgId, UserId},
};

impl Store {
    /// Notes what changed in an earlier second, before anything changes in this one.
    pub(crate) fn tick(&mut self) {
        let now = self.now();
        if now != self.history.second {
            self.observe_at(self.history.second);
            self.history.second = now;
        }
    }

    /// Notes what has changed up to now.
    pub(crate) fn observe(&mut self) {
        self.tick();
        self.observe_at(self.now());
    }

    /// Starts to look: what is there now came now, unless its history came with it.
    pub(crate) fn start_history(&mut self) {
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
    pub(crate) fn note_activity(&mut self, user_id: &UserId) {
        let now = self.now();
        if let Some(mut user) = self.users.get_mut(user_id) {
            user.metadata.last_active_at = now;
            let days = self.history.active_days.entry(user_id.clone());
            days.or_default().insert(day_of(now));
        }
    }

    /// Notes that a user sends an invitation now.
    pub(crate) fn note_invite(&mut self, inviter: UserId) {
        let at = self.now();
        self.history.invites.push(SentInvite { at, inviter });
    }

    /// Changes the clock once everything is noted that happened at the old time.
    pub(crate) fn change_clock(&mut self, change: impl FnOnce(&mut Clock)) {
        self.observe();
        change(&mut self.project.clock);
        self.history.second = self.now();
    }
}
