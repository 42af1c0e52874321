//! Whose tokens and API keys an event is about.

use serde_json::Value;

use super::event::{UnknownEvent, WebhookEvent};
use crate::{
    access::freshness::{Cause, Mark, Subject},
    words::ids::{OrgId, UserId},
};

/// What an event of each type marks. The page of the module has the same table for people.
#[derive(Clone, Copy)]
enum Scope {
    UserAndKeys,
    User,
    Member,
    Org,
    KeysOfUser,
    KeysOfOrg,
}

/// Returns what events of a type mark, if they do.
fn scope(event_type: &str) -> Option<Scope> {
    Some(match event_type {
        "user.deleted" | "user.disabled" | "user.enabled" => Scope::UserAndKeys,
        "user.locked" | "user.logged_out" => Scope::User,
        "user.added_to_org"
        | "user.removed_from_org"
        | "user.role_changed_within_org"
        | "user.added_to_scim_group"
        | "user.removed_from_scim_group" => Scope::Member,
        "org.deleted" | "org.updated" | "org.scim_group_updated" | "org.scim_group_deleted" => {
            Scope::Org
        }
        "user.deleted_personal_api_key" => Scope::KeysOfUser,
        "org.api_key_deleted" => Scope::KeysOfOrg,
        _ => return None,
    })
}

impl WebhookEvent {
    /// Returns the marks that the event sets, of this time as a Unix timestamp in seconds. The [module](super)
    /// has the table.
    ///
    /// [`PropelAuth::webhooks`](crate::PropelAuth::webhooks) sets them. A handler of your own sets them with
    /// [`mark_stale`](crate::PropelAuth::mark_stale), with the time of the webhook or that of now, whichever is
    /// later.
    #[must_use]
    pub fn marks(&self, at: i64) -> Vec<Mark> {
        let Some(scope) = scope(self.event_type()) else {
            return Vec::new();
        };
        let cause = Cause::from_word(self.event_type());
        let subjects = self.subjects(scope).into_iter();
        subjects
            .map(|subject| Mark::new(subject).at(at).because(cause.clone()))
            .collect()
    }

    fn subjects(&self, scope: Scope) -> Vec<Subject> {
        let (user, org) = match self {
            Self::Unknown(event) => event.names(),
            known => {
                let (user, org) = known.names();
                (user.cloned(), org.cloned())
            }
        };
        match (scope, user, org) {
            (Scope::UserAndKeys, Some(user), _) => {
                vec![Subject::User(user.clone()), Subject::KeysOfUser(user)]
            }
            (Scope::User, Some(user), _) => vec![Subject::User(user)],
            (Scope::Member, Some(user), Some(org)) => vec![
                Subject::Member(user.clone(), org.clone()),
                Subject::KeysOfUser(user),
                Subject::KeysOfOrg(org),
            ],
            (Scope::Org, _, Some(org)) => {
                vec![Subject::Org(org.clone()), Subject::KeysOfOrg(org)]
            }
            (Scope::KeysOfUser, Some(user), _) => vec![Subject::KeysOfUser(user)],
            (Scope::KeysOfOrg, _, Some(org)) => vec![Subject::KeysOfOrg(org)],
            // Something is missing: what is known is marked as a whole.
            (Scope::KeysOfUser | Scope::KeysOfOrg, _, _) => vec![Subject::AllKeys],
            (_, Some(user), _) => vec![Subject::User(user.clone()), Subject::KeysOfUser(user)],
            (_, None, Some(org)) => vec![Subject::Org(org.clone()), Subject::KeysOfOrg(org)],
            (_, None, None) => vec![Subject::Everyone],
        }
    }

    /// Returns the user and the organization that the event names, of those types that mark something.
    fn names(&self) -> (Option<&UserId>, Option<&OrgId>) {
        match self {
            Self::UserDeleted(it) => (Some(&it.user_id), None),
            Self::UserDisabled(it) => (Some(&it.user_id), None),
            Self::UserEnabled(it) => (Some(&it.user_id), None),
            Self::UserLocked(it) => (Some(&it.user_id), None),
            Self::UserLoggedOut(it) => (Some(&it.user_id), None),
            Self::UserDeletedPersonalApiKey(it) => (Some(&it.user_id), None),
            Self::UserAddedToOrg(it) => (Some(&it.user_id), Some(&it.org_id)),
            Self::UserRemovedFromOrg(it) => (Some(&it.user_id), Some(&it.org_id)),
            Self::UserRoleChangedWithinOrg(it) => (Some(&it.user_id), Some(&it.org_id)),
            Self::UserAddedToScimGroup(it) => (Some(&it.user_id), Some(&it.org_id)),
            Self::UserRemovedFromScimGroup(it) => (Some(&it.user_id), Some(&it.org_id)),
            Self::OrgUpdated(it) => (None, Some(&it.org_id)),
            Self::OrgDeleted(it) => (None, Some(&it.org_id)),
            Self::OrgApiKeyDeleted(it) => (None, Some(&it.org_id)),
            Self::OrgScimGroupUpdated(it) => (None, Some(&it.org_id)),
            Self::OrgScimGroupDeleted(it) => (None, Some(&it.org_id)),
            _ => (None, None),
        }
    }
}

impl UnknownEvent {
    /// Returns the user and the organization that an event names which could not be read as a whole.
    fn names(&self) -> (Option<UserId>, Option<OrgId>) {
        let text = |name: &str| {
            self.fields
                .get(name)?
                .as_str()
                .filter(|text| !text.is_empty())
        };
        // Who did it may be in `user_id`, so that it does not stand for a `removed_user_id` that cannot be read.
        let user = match self.fields.get("removed_user_id") {
            None | Some(Value::Null) => text("user_id"),
            Some(_) => text("removed_user_id"),
        };
        (user.map(UserId::from), text("org_id").map(OrgId::from))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::event::{TYPES, WebhookEvent};
    use crate::access::freshness::{Cause, Mark};

    fn marks(json: &serde_json::Value) -> Vec<Mark> {
        WebhookEvent::read(json.to_string().as_bytes())
            .unwrap()
            .marks(7)
    }

    #[test]
    fn each_of_the_29_types_marks_what_the_table_says() {
        let (user, org) = ("u".into(), "o".into());
        let keys = || vec![Mark::keys_of_user(&user), Mark::keys_of_org(&org)];
        assert_eq!(TYPES.len(), 29);
        for event_type in TYPES {
            let expected = match *event_type {
                "user.deleted" | "user.disabled" | "user.enabled" => {
                    vec![Mark::user(&user), Mark::keys_of_user(&user)]
                }
                "user.locked" | "user.logged_out" => vec![Mark::user(&user)],
                "user.deleted_personal_api_key" => vec![Mark::keys_of_user(&user)],
                "org.api_key_deleted" => vec![Mark::keys_of_org(&org)],
                "user.added_to_org"
                | "user.removed_from_org"
                | "user.role_changed_within_org"
                | "user.added_to_scim_group"
                | "user.removed_from_scim_group" => {
                    let mut all = vec![Mark::member(&user, &org)];
                    all.extend(keys());
                    all
                }
                "org.deleted"
                | "org.updated"
                | "org.scim_group_updated"
                | "org.scim_group_deleted" => {
                    vec![Mark::org(&org), Mark::keys_of_org(&org)]
                }
                _ => vec![],
            };
            let cause = Cause::from_word(event_type);
            let is_known = !matches!(cause, Cause::Other(_));
            assert_eq!(is_known, !expected.is_empty(), "{event_type}");
            let expected: Vec<_> = expected
                .into_iter()
                .map(|mark| mark.at(7).because(cause.clone()))
                .collect();
            let event = json!({"event_type": event_type, "user_id": "u", "org_id": "o"});
            assert_eq!(marks(&event), expected, "{event_type}");
            // The page of the module says the same.
            let is_in_table = include_str!("mod.rs").lines().any(|line| {
                line.starts_with("//! | `") && line.contains(&format!("`{event_type}`"))
            });
            assert_eq!(is_in_table, !expected.is_empty(), "{event_type}");
        }
    }

    #[test]
    fn an_event_that_cannot_be_read_marks_more_and_not_less() {
        let subjects = |json| {
            let marks = marks(&json);
            marks
                .iter()
                .map(|it| it.subject().clone())
                .collect::<Vec<_>>()
        };
        let of = |marks: Vec<Mark>| {
            marks
                .iter()
                .map(|it| it.subject().clone())
                .collect::<Vec<_>>()
        };
        let (user, org) = ("u".into(), "o".into());
        let t = "user.removed_from_org";
        assert_eq!(
            subjects(json!({"event_type": t, "removed_user_id": "u", "org_id": 7})),
            of(vec![Mark::user(&user), Mark::keys_of_user(&user)])
        );
        assert_eq!(
            subjects(json!({"event_type": t, "org_id": "o", "user_id": ""})),
            of(vec![Mark::org(&org), Mark::keys_of_org(&org)])
        );
        assert_eq!(
            subjects(json!({"event_type": t})),
            of(vec![Mark::everyone()])
        );
        assert_eq!(
            subjects(json!({"event_type": "user.disabled", "userId": "u"})),
            of(vec![Mark::everyone()])
        );
        assert_eq!(
            subjects(json!({"event_type": "org.api_key_deleted"})),
            of(vec![Mark::all_keys()])
        );
        assert!(subjects(json!({"event_type": "user.promoted", "user_id": "u"})).is_empty());
        assert!(subjects(json!({"event_type": "user.login"})).is_empty());
    }

    #[test]
    fn the_user_who_did_it_does_not_stand_for_one_who_cannot_be_read() {
        for unreadable in [json!(7), json!(""), json!(["u"])] {
            let event = json!({
                "event_type": "user.removed_from_org",
                "removed_user_id": unreadable, "user_id": "boss", "org_id": "o",
            });
            assert_eq!(
                marks(&event)[0].subject(),
                Mark::org(&"o".into()).subject(),
                "{event}"
            );
        }
        let event = json!({
            "event_type": "user.removed_from_org", "removed_user_id": null, "user_id": "u", "org_id": "o",
        });
        let member = Mark::member(&"u".into(), &"o".into());
        assert_eq!(marks(&event)[0].subject(), member.subject());
        let event = json!({
            "event_type": "user.removed_from_org", "removed_user_id": null, "user_id": "u",
        });
        let user = Mark::user(&"u".into());
        assert_eq!(marks(&event)[0].subject(), user.subject());
    }

    #[test]
    fn the_user_who_was_removed_is_marked_and_not_the_one_who_did_it() {
        let event = json!({
            "event_type": "user.removed_from_org", "removed_user_id": "u", "user_id": "boss", "org_id": "o",
        });
        assert_eq!(
            marks(&event)[0].subject(),
            Mark::member(&"u".into(), &"o".into()).subject()
        );
    }
}
