//! Keeping the activity log up to date.
//!
//! Instead of reporting each change to the log, the store compares the users that changed: at the
//! first call of each second, and when a report is requested. So no operation can forget to report
//! a change.

use std::collections::BTreeSet;

use crate::{
    emulator::state::{ActivityLog, Clock, MembershipChange, SentInvite, Store, date::day_of},
    words::ids::{OrgId, UserId},
};

impl Store {
    /// Records the changes of an earlier second, before anything changes in this one.
    pub(crate) fn tick(&mut self) {
        let now = self.now();
        if now != self.activity_log.second {
            self.observe_at(self.activity_log.second);
            self.activity_log.second = now;
        }
    }

    /// Records all changes up to now.
    pub(crate) fn observe(&mut self) {
        self.tick();
        self.observe_at(self.now());
    }

    /// Starts the log. What exists now counts as new, unless a snapshot contained its log.
    pub(crate) fn start_activity_log(&mut self) {
        self.activity_log.second = self.now();
        // Users that were just read count as changed, but the log can list members that no longer exist.
        let noted = self.activity_log.members.iter();
        let noted = noted.flat_map(|(org_id, members)| members.iter().map(move |it| (org_id, it)));
        self.users.mark_possibly_changed(noted);
        self.observe();
    }

    fn observe_at(&mut self, time: i64) {
        let changed = self.users.take_changes();
        for user in changed.users.iter().filter_map(|it| self.users.get(it)) {
            let day = day_of(user.metadata.last_active_at);
            let days = &mut self.activity_log.active_days;
            let days = days.entry(user.metadata.user_id.clone());
            days.or_default().insert(day);
        }
        self.compare_members(changed.memberships, time);
    }

    /// Records which of these possible changes of membership took place.
    fn compare_members(&mut self, memberships: BTreeSet<(OrgId, UserId)>, at: i64) {
        let ActivityLog {
            members,
            membership_changes: changes,
            ..
        } = &mut self.activity_log;
        let first = changes.len();
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
                changes.push(MembershipChange { at, org_id, joined });
            }
        }
        // For each organization, joins come before leaves, so that the log does not depend on ids.
        if let Some(new) = changes.get_mut(first..) {
            new.sort_by(|a, b| (&a.org_id, !a.joined).cmp(&(&b.org_id, !b.joined)));
        }
    }

    /// Records that a user is active now, if the user exists.
    pub(crate) fn note_activity(&mut self, user_id: &UserId) {
        let now = self.now();
        if let Some(mut user) = self.users.get_mut(user_id) {
            user.metadata.last_active_at = now;
            let days = self.activity_log.active_days.entry(user_id.clone());
            days.or_default().insert(day_of(now));
        }
    }

    /// Records that a user sends an invitation now.
    pub(crate) fn note_invite(&mut self, inviter: UserId) {
        let at = self.now();
        self.activity_log.invites.push(SentInvite { at, inviter });
    }

    /// Changes the clock after recording everything that happened before.
    pub(crate) fn change_clock(&mut self, change: impl FnOnce(&mut Clock)) {
        self.observe();
        change(&mut self.project.clock);
        self.activity_log.second = self.now();
    }
}
