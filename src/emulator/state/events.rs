//! Which events a change of the state causes.
//!
//! This is the only place that decides it. Instead of reporting each change, the tables of users,
//! organizations, groups and API keys keep what they changed as it was before. It is compared with what is
//! there after each call. So no operation can forget an event, and one call causes one event of a kind.
//!
//! Known differences to PropelAuth: `rare-events` in docs/differences.md.

use std::collections::BTreeSet;

use crate::{
    emulator::state::{Event, Happening, ScimGroupRecord, Store, UserRecord, events_of_orgs},
    words::ids::{ApiKeyId, OrgId, UserId},
};

impl Store {
    /// Returns the events of what changed since the last call.
    pub(crate) fn take_events(&mut self) -> Vec<Event> {
        let (users, orgs) = (self.users.take_before(), self.orgs.take_before());
        let groups = self.scim_groups.take_before();
        let keys = self.api_keys.keys.take_deleted();
        let happenings = std::mem::take(&mut self.happenings);
        let mut events = Vec::new();
        for (org_id, before) in &orgs {
            events_of_orgs::changed(before.as_ref(), self.orgs.get(org_id), &mut events);
        }
        for (user_id, before) in &users {
            self.user_changed(user_id, before.as_ref(), &mut events);
        }
        for (group_id, before) in &groups {
            let mut now = self.scim_groups.iter();
            let now = now.find(|group| group.group_id == *group_id);
            self.group_changed(before.as_ref(), now, &mut events);
        }
        events.extend(keys.iter().filter_map(|key| self.key_deleted(key)));
        events.extend(happenings.into_iter().map(happened));
        events
    }

    /// Forgets what changed, without an event for it.
    pub(crate) fn drop_events(&mut self) {
        self.take_events();
    }

    /// Makes the next events those of replacing another state by this one.
    pub(crate) fn replace(&mut self, old: &Self) {
        self.drop_events();
        self.users.set_before(&old.users);
        self.orgs.set_before(&old.orgs);
    }

    fn user_changed(&self, user_id: &UserId, before: Option<&UserRecord>, events: &mut Vec<Event>) {
        let Some(now) = self.users.get(user_id) else {
            if before.is_some() {
                events.push(about_user("user.deleted", user_id));
            }
            return;
        };
        match before {
            None => events.push(profile("user.created", now)),
            Some(before) => account_changed(user_id, before, now, events),
        }
        let none = Default::default();
        let old = before.map_or(&none, |before| &before.memberships);
        for (org_id, membership) in &now.memberships {
            let member = |event_type| about_member(event_type, user_id, org_id);
            let Some(old) = old.get(org_id) else {
                let added = member("user.added_to_org").with("role", membership.role.as_str());
                events.push(with_roles(added, &membership.additional_roles));
                continue;
            };
            let has_other_roles = old.additional_roles != membership.additional_roles;
            if old.role != membership.role || has_other_roles {
                let changed = member("user.role_changed_within_org")
                    .with("old_role", old.role.as_str())
                    .with("new_role", membership.role.as_str());
                events.push(match has_other_roles {
                    true => {
                        changed.with("additional_roles", membership.additional_roles.as_slice())
                    }
                    false => changed,
                });
            }
        }
        let left = old.keys().filter(|it| !now.memberships.contains_key(*it));
        // The event of a deleted organization stands for those of its members.
        for org_id in left.filter(|it| self.orgs.contains_key(*it)) {
            let removed = Event::new("user.removed_from_org")
                .with("removed_user_id", user_id.as_str())
                .with("org_id", org_id.as_str());
            events.push(removed);
        }
    }

    fn group_changed(
        &self,
        before: Option<&ScimGroupRecord>,
        now: Option<&ScimGroupRecord>,
        events: &mut Vec<Event>,
    ) {
        let about = |event_type, group: &ScimGroupRecord| {
            Event::new(event_type)
                .with("org_id", group.org_id.as_str())
                .with("scim_group_id", group.group_id.as_str())
        };
        let named = |event_type, group: &ScimGroupRecord| {
            about(event_type, group).with("display_name", group.display_name.as_str())
        };
        let Some(now) = now else {
            let before = before.filter(|group| self.orgs.contains_key(&group.org_id));
            events.extend(before.map(|group| about("org.scim_group_deleted", group)));
            return;
        };
        match before {
            None => events.push(named("org.scim_group_created", now)),
            Some(before)
                if before.display_name != now.display_name
                    || before.external_id_from_idp != now.external_id_from_idp =>
            {
                events.push(named("org.scim_group_updated", now));
            }
            Some(_) => {}
        }
        let nobody = BTreeSet::new();
        let old = before.map_or(&nobody, |before| &before.members);
        for (event_type, user_ids) in [
            ("user.added_to_scim_group", now.members.difference(old)),
            ("user.removed_from_scim_group", old.difference(&now.members)),
        ] {
            let user_ids = user_ids.filter(|user_id| self.users.contains_key(*user_id));
            events.extend(
                user_ids.map(|user_id| about(event_type, now).with("user_id", user_id.as_str())),
            );
        }
    }

    /// Returns the event of a deleted API key. One without an owner has none.
    fn key_deleted(&self, api_key_id: &ApiKeyId) -> Option<Event> {
        let key = &self.api_keys.keys.get(api_key_id)?.key;
        let event = match (&key.org_id, &key.user_id) {
            (Some(org_id), user_id) => Event::new("org.api_key_deleted")
                .with("org_id", org_id.as_str())
                .with_some("user_id", user_id.as_ref().map(|it| it.as_str())),
            (None, Some(user_id)) => about_user("user.deleted_personal_api_key", user_id),
            (None, None) => return None,
        };
        Some(event.with("api_key_id", api_key_id.as_str()))
    }
}

/// Adds the events of an account that exists before and after.
fn account_changed(
    user_id: &UserId,
    before: &UserRecord,
    now: &UserRecord,
    events: &mut Vec<Event>,
) {
    let (old, new) = (&before.metadata, &now.metadata);
    let mut rest = old.clone();
    rest.enabled = new.enabled;
    rest.last_active_at = new.last_active_at;
    // It differs only if a seed created the user again.
    rest.created_at = new.created_at;
    // An account that is unlocked has no event of its own, so that it counts as updated.
    rest.locked |= new.locked;
    if rest != *new {
        events.push(profile("user.updated", now));
    }
    let switches = [
        (old.enabled && !new.enabled, "user.disabled"),
        (!old.enabled && new.enabled, "user.enabled"),
        (!old.locked && new.locked, "user.locked"),
    ];
    let switched = switches.into_iter().filter(|(is_it, _)| *is_it);
    events.extend(switched.map(|(_, event_type)| about_user(event_type, user_id)));
}

fn profile(event_type: &str, user: &UserRecord) -> Event {
    let user = &user.metadata;
    about_user(event_type, &user.user_id)
        .with("email", user.email.as_str())
        .with("email_confirmed", user.email_confirmed)
        .with_some("first_name", user.first_name.as_deref())
        .with_some("last_name", user.last_name.as_deref())
        .with_some("username", user.username.as_deref())
        .with_some("picture_url", user.picture_url.as_deref())
}

fn about_user(event_type: &str, user_id: &UserId) -> Event {
    Event::new(event_type).with("user_id", user_id.as_str())
}

fn about_member(event_type: &str, user_id: &UserId, org_id: &OrgId) -> Event {
    about_user(event_type, user_id).with("org_id", org_id.as_str())
}

fn with_roles(event: Event, additional_roles: &[String]) -> Event {
    match additional_roles {
        [] => event,
        roles => event.with("additional_roles", roles),
    }
}

fn happened(happening: Happening) -> Event {
    match happening {
        Happening::LoggedIn {
            user_id,
            active_org_id,
        } => about_user("user.login", &user_id)
            .with_some("active_org_id", active_org_id.map(String::from)),
        Happening::LoggedOut { user_id } => about_user("user.logged_out", &user_id),
        Happening::Impersonated {
            user_id,
            employee_id,
        } => about_user("user.impersonated", &user_id)
            .with("impersonator_user_id", employee_id.as_str()),
        Happening::Invited {
            user_id,
            email,
            org_id,
            role,
        } => Event::new("user.invited_to_org")
            .with_some("user_id", user_id.map(String::from))
            .with("email", email)
            .with("org_id", org_id.as_str())
            .with("role", role),
        Happening::PhoneCodeSent {
            user_id,
            phone_number,
        } => about_user("user.send_mfa_phone_code", &user_id).with("phone_number", phone_number),
        Happening::ScimKeyCreated {
            org_id,
            scim_key_id,
        } => scim_key("org.scim_key_created", &org_id, scim_key_id),
        Happening::ScimKeyRevoked {
            org_id,
            scim_key_id,
        } => scim_key("org.scim_key_revoked", &org_id, scim_key_id),
    }
}

fn scim_key(event_type: &str, org_id: &OrgId, scim_key_id: String) -> Event {
    Event::new(event_type)
        .with("org_id", org_id.as_str())
        .with("scim_key_id", scim_key_id)
}
