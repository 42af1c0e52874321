//! Examples of events, to send one that nothing caused.

use serde_json::{Map, Value, json};

use crate::emulator::state::Store;

/// An id that nothing has, where the state has nothing for an example.
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

impl Store {
    /// Returns the fields of an event of a type, about the first user and organization. A type that is not
    /// known has none.
    pub(crate) fn example_fields(&self, event_type: &str) -> Map<String, Value> {
        let user = self.users.values().min_by_key(|user| user.age());
        let org = self.orgs.values().min_by_key(|org| org.number);
        let role = self.project.roles.names().first().map(String::as_str);
        let user_id = user.map_or(NOBODY, |user| user.metadata.user_id.as_str());
        let org_id = org.map_or(NOBODY, |org| org.org_id.as_str());
        let names = |names: &[&str]| {
            let values = names.iter().map(|name| {
                let value = match *name {
                    "user_id" | "removed_user_id" => json!(user_id),
                    "org_id" => json!(org_id),
                    "name" => json!(org.map_or("Acme Inc", |org| org.name.as_str())),
                    "email" => {
                        json!(user.map_or("user@example.com", |user| &user.metadata.email))
                    }
                    "email_confirmed" => json!(user.is_some_and(|it| it.metadata.email_confirmed)),
                    "role" | "old_role" | "new_role" => json!(role),
                    "phone_number" => json!("+1 555 0100"),
                    "display_name" => json!("Example"),
                    _ => json!(NOBODY),
                };
                ((*name).to_owned(), value)
            });
            values.collect()
        };
        match event_type {
            "org.created" | "org.updated" => names(&["org_id", "name"]),
            "org.api_key_deleted" => names(&["org_id", "api_key_id"]),
            "org.scim_group_created" | "org.scim_group_updated" => {
                names(&["org_id", "scim_group_id", "display_name"])
            }
            "org.scim_group_deleted" => names(&["org_id", "scim_group_id"]),
            "org.scim_key_created" | "org.scim_key_revoked" => names(&["org_id", "scim_key_id"]),
            "org.deleted" | "org.saml_removed" | "org.saml_setup" | "org.saml_went_live" => {
                names(&["org_id"])
            }
            "user.created" | "user.updated" => names(&["user_id", "email", "email_confirmed"]),
            "user.added_to_org" => names(&["user_id", "org_id", "role"]),
            "user.removed_from_org" => names(&["removed_user_id", "org_id"]),
            "user.role_changed_within_org" => names(&["user_id", "org_id", "old_role", "new_role"]),
            "user.added_to_scim_group" | "user.removed_from_scim_group" => {
                names(&["user_id", "org_id", "scim_group_id"])
            }
            "user.invited_to_org" => names(&["user_id", "email", "org_id", "role"]),
            "user.impersonated" => names(&["user_id", "impersonator_user_id"]),
            "user.send_mfa_phone_code" => names(&["user_id", "phone_number"]),
            "user.deleted_personal_api_key" => names(&["user_id", "api_key_id"]),
            "user.deleted" | "user.disabled" | "user.enabled" | "user.locked"
            | "user.logged_out" | "user.login" => names(&["user_id"]),
            _ => Map::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Store;
    use crate::emulator::state::EVENT_TYPES;

    #[test]
    fn each_type_of_events_has_an_example() {
        let store = Store::default();
        for event_type in EVENT_TYPES {
            let fields = store.example_fields(event_type);
            let subject = ["user_id", "removed_user_id", "org_id"];
            assert!(
                subject.iter().any(|it| fields.contains_key(*it)),
                "{event_type}"
            );
        }
        assert!(store.example_fields("user.from_the_future").is_empty());
    }
}
