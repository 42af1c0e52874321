//! Organizations of a seed, with their members and invitations.

use serde_json::{Map, Value, json};

use super::{Applying, entries, join, take, take_text};
use crate::{
    api::{AddUserToOrg, CreateOrg, Endpoint, InviteUserToOrg, UpdateOrg},
    emulator::state::json_document::unknown_name,
    words::ids::OrgId,
};

const ORG_ID: &str = "org_id";
const NAME: &str = "name";

impl Applying<'_> {
    pub(super) fn org(&mut self, mut org: Map<String, Value>, at: &str) {
        let org_id = take_text(&mut org, ORG_ID);
        let name = org.get(NAME).and_then(Value::as_str).map(str::to_owned);
        self.note(ORG_ID, org_id.clone(), at, ORG_ID);
        self.note(NAME, name.clone(), at, NAME);
        if let Some(id) = org_id
            .as_deref()
            .filter(|id| self.store.orgs.contains_key(&OrgId::from(*id)))
        {
            self.wrong(
                join(at, ORG_ID),
                format!("there is an organization {id:?} already"),
            );
        }
        let (members, invites) = (
            entries(&mut org, "members", at),
            entries(&mut org, "invites", at),
        );
        let create = take(&mut org, &[CreateOrg::REQUIRED, CreateOrg::OPTIONAL]);
        let Some(name) = name else {
            return; // It is missing or wrong, which is reported.
        };
        self.store.ids.set_next(org_id);
        let created = self.run::<CreateOrg>(create, at);
        self.store.ids.set_next(None);
        let Some(created) = created else { return };
        self.summary.orgs.push(name);
        // What is left is set by an update.
        if !org.is_empty() {
            org.insert(ORG_ID.to_owned(), json!(created.org_id));
            self.run::<UpdateOrg>(org, at);
        }
        for (at, member) in members {
            self.member(member, &at, &created.org_id);
        }
        for (at, invite) in invites {
            self.invite(invite, &at, &created.org_id);
        }
    }

    fn member(&mut self, mut member: Map<String, Value>, at: &str, org_id: &OrgId) {
        let has_roles = self.check_roles(&member, at, org_id);
        let Some(user_id) = self.take_user(&mut member, at) else {
            return;
        };
        if has_roles {
            member.insert("user_id".to_owned(), json!(user_id));
            member.insert(ORG_ID.to_owned(), json!(org_id));
            let added = self.run::<AddUserToOrg>(member, at);
            self.summary.members += usize::from(added.is_some());
        }
    }

    fn invite(&mut self, mut invite: Map<String, Value>, at: &str, org_id: &OrgId) {
        if self.check_roles(&invite, at, org_id) && invite.contains_key("email") {
            invite.insert(ORG_ID.to_owned(), json!(org_id));
            let invited = self.run::<InviteUserToOrg>(invite, at);
            self.summary.invites += usize::from(invited.is_some());
        }
    }

    /// Returns `true` if an entry has roles of the organization, and reports those that are not.
    fn check_roles(&mut self, entry: &Map<String, Value>, at: &str, org_id: &OrgId) -> bool {
        let role = entry.get("role").map(|role| (join(at, "role"), role));
        let others = entry.get("additional_roles").and_then(Value::as_array);
        let others = others.into_iter().flatten().enumerate();
        let others = others.map(|(n, role)| (format!("{at}.additional_roles[{n}]"), role));
        let has_role = role.is_some();
        let given: Vec<_> = role.into_iter().chain(others).collect();
        let roles = self.store.roles_of(org_id).clone();
        let known: Vec<&str> = roles.names().iter().map(String::as_str).collect();
        let mut all_known = has_role;
        for (at, role) in given {
            let Some(role) = role.as_str() else {
                all_known = false; // It is reported already.
                continue;
            };
            if !roles.has(role) {
                all_known = false;
                self.wrong(at, unknown_name("role", role, "the roles", &known));
            }
        }
        all_known
    }

    /// Removes `org` and `org_id`, and returns the organization that they name. Reports a mistake if
    /// there is none.
    pub(super) fn take_org(&mut self, entry: &mut Map<String, Value>, at: &str) -> Option<OrgId> {
        let by_name = take_text(entry, "org");
        let by_id = take_text(entry, ORG_ID).map(|id| id.to_ascii_lowercase());
        let orgs = self.store.orgs.iter();
        let (found, kind, text): (Vec<OrgId>, _, _) = match (by_name, by_id) {
            (Some(_), Some(_)) => {
                self.wrong(at, "give an `org` or an `org_id`, not both");
                return None;
            }
            (Some(name), None) => {
                let found = orgs.filter(|(_, org)| org.name == name);
                (found.map(|(id, _)| id.clone()).collect(), NAME, name)
            }
            (None, Some(id)) => {
                let found = orgs.filter(|(org_id, _)| ***org_id == *id);
                (found.map(|(id, _)| id.clone()).collect(), ORG_ID, id)
            }
            (None, None) => return None,
        };
        match found.as_slice() {
            [org_id] => return Some(org_id.clone()),
            [] if self.declared.contains(&(kind, text.clone())) => {}
            [] => self.wrong(at, format!("there is no organization {text:?}")),
            _ => self.wrong(
                at,
                format!("several organizations have the name {text:?}: give an `org_id`"),
            ),
        }
        None
    }
}
