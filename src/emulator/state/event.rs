//! Events that PropelAuth sends to webhooks.

use serde_json::{Map, Value};

/// The types of all events that PropelAuth sends.
pub(crate) const EVENT_TYPES: [&str; 29] = [
    "org.api_key_deleted",
    "org.created",
    "org.deleted",
    "org.saml_removed",
    "org.saml_setup",
    "org.saml_went_live",
    "org.scim_group_created",
    "org.scim_group_deleted",
    "org.scim_group_updated",
    "org.scim_key_created",
    "org.scim_key_revoked",
    "org.updated",
    "user.added_to_org",
    "user.added_to_scim_group",
    "user.created",
    "user.deleted",
    "user.deleted_personal_api_key",
    "user.disabled",
    "user.enabled",
    "user.impersonated",
    "user.invited_to_org",
    "user.locked",
    "user.logged_out",
    "user.login",
    "user.removed_from_org",
    "user.removed_from_scim_group",
    "user.role_changed_within_org",
    "user.send_mfa_phone_code",
    "user.updated",
];

/// An event: its type, and the other members of its payload, which is a flat object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Event {
    pub(crate) event_type: String,
    fields: Map<String, Value>,
}

impl Event {
    /// Creates an event without fields.
    pub(crate) fn new(event_type: impl Into<String>) -> Self {
        Self {
            event_type: event_type.into(),
            fields: Map::new(),
        }
    }

    /// Sets a field.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    /// Sets a field if there is a value.
    pub(crate) fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Sets all fields.
    pub(crate) fn with_fields(mut self, fields: Map<String, Value>) -> Self {
        self.fields = fields;
        self
    }

    /// Returns the payload. The type is its member `event_type`.
    pub(crate) fn payload(&self) -> Value {
        let mut payload = self.fields.clone();
        payload.insert("event_type".to_owned(), self.event_type.as_str().into());
        payload.into()
    }
}
