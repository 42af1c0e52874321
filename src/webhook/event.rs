//! [`WebhookEvent`]: what happened, with a type for each kind of event.

use serde_json::{Map, Value};

use super::{declare::events, fields::take};
use crate::words::{
    ids::{ApiKeyId, EmployeeId, OrgId, ScimGroupId, UserId},
    strict_json::StrictMap,
};

/// An event of a type that this version does not know, or one that could not be read.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct UnknownEvent {
    /// The type, or an empty text if there is none.
    pub event_type: String,
    /// The fields, without the type.
    pub fields: Map<String, Value>,
    problem: Option<String>,
}

impl UnknownEvent {
    /// Returns what is wrong with an event of a known type or without one, or `None` if the type is unknown.
    #[must_use]
    pub fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }
}

impl WebhookEvent {
    /// Reads the body of a webhook: a JSON object with the type in `event_type`. One without a type is kept as
    /// unknown: it was signed, and sending it again would not help.
    ///
    /// A member that occurs twice is an error, because another program may read the other one.
    pub(super) fn read(body: &[u8]) -> Result<Self, String> {
        let StrictMap(mut fields) = serde_json::from_slice(body).map_err(|error| {
            // The text of the error may quote the body.
            format!(
                "it is not a JSON object (line {}, column {})",
                error.line(),
                error.column()
            )
        })?;
        if let Some(Value::String(event_type)) = fields.get_mut("event_type") {
            let event_type = std::mem::take(event_type);
            fields.remove("event_type");
            return Ok(Self::of(event_type, fields));
        }
        Ok(Self::Unknown(UnknownEvent {
            event_type: String::new(),
            fields,
            problem: Some("`event_type` is missing, or not a text".to_owned()),
        }))
    }
}

events! {
    /// A user was created.
    UserCreated = "user.created" {
        /// The user.
        user_id: UserId,
        /// The email address.
        email: Option<String>,
        /// Whether the address is confirmed.
        email_confirmed: Option<bool>,
        /// The first name.
        first_name: Option<String>,
        /// The last name.
        last_name: Option<String>,
        /// The username.
        username: Option<String>,
        /// The URL of the picture.
        picture_url: Option<String>,
    }
    /// The profile of a user changed.
    UserUpdated = "user.updated" {
        /// The user.
        user_id: UserId,
        /// The email address.
        email: Option<String>,
        /// Whether the address is confirmed.
        email_confirmed: Option<bool>,
        /// The first name.
        first_name: Option<String>,
        /// The last name.
        last_name: Option<String>,
        /// The username.
        username: Option<String>,
        /// The URL of the picture.
        picture_url: Option<String>,
    }
    /// A user was deleted.
    UserDeleted = "user.deleted" {
        /// The user.
        user_id: UserId,
    }
    /// A user was disabled, and cannot log in.
    UserDisabled = "user.disabled" {
        /// The user.
        user_id: UserId,
    }
    /// A user was enabled again.
    UserEnabled = "user.enabled" {
        /// The user.
        user_id: UserId,
    }
    /// A user was locked after failed logins.
    UserLocked = "user.locked" {
        /// The user.
        user_id: UserId,
    }
    /// A user was added to an organization.
    UserAddedToOrg = "user.added_to_org" {
        /// The user.
        user_id: UserId,
        /// The organization.
        org_id: OrgId,
        /// The role of the user there.
        role: Option<String>,
        /// Further roles, if members have several.
        additional_roles: Option<Vec<String>>,
    }
    /// A user was removed from an organization.
    UserRemovedFromOrg = "user.removed_from_org" {
        /// The user who was removed.
        user_id: UserId = ["removed_user_id", "user_id"],
        /// The organization.
        org_id: OrgId,
    }
    /// The role of a user in an organization changed.
    UserRoleChangedWithinOrg = "user.role_changed_within_org" {
        /// The user.
        user_id: UserId,
        /// The organization.
        org_id: OrgId,
        /// The role before.
        old_role: Option<String>,
        /// The role now.
        new_role: Option<String> = ["new_role", "role"],
        /// Further roles now, if members have several.
        additional_roles: Option<Vec<String>>,
    }
    /// A user logged in.
    UserLogin = "user.login" {
        /// The user.
        user_id: UserId,
        /// The organization that was chosen.
        active_org_id: Option<OrgId>,
    }
    /// A user logged out.
    UserLoggedOut = "user.logged_out" {
        /// The user.
        user_id: UserId,
    }
    /// An employee began to impersonate a user.
    UserImpersonated = "user.impersonated" {
        /// The user.
        user_id: UserId,
        /// The employee.
        impersonator_user_id: Option<EmployeeId>,
    }
    /// Someone was invited to an organization.
    UserInvitedToOrg = "user.invited_to_org" {
        /// The organization.
        org_id: OrgId,
        /// The user, if there is an account.
        user_id: Option<UserId>,
        /// The email address.
        email: Option<String>,
        /// The role that the user will have.
        role: Option<String>,
    }
    /// A code was sent to the phone of a user.
    UserSendMfaPhoneCode = "user.send_mfa_phone_code" {
        /// The user.
        user_id: UserId,
        /// The phone number.
        phone_number: Option<String>,
    }
    /// An API key of a user was deleted.
    UserDeletedPersonalApiKey = "user.deleted_personal_api_key" {
        /// The user.
        user_id: UserId,
        /// The key.
        api_key_id: Option<ApiKeyId>,
    }
    /// A user was added to a SCIM group.
    UserAddedToScimGroup = "user.added_to_scim_group" {
        /// The user.
        user_id: UserId,
        /// The organization.
        org_id: OrgId,
        /// The group.
        scim_group_id: Option<ScimGroupId>,
    }
    /// A user was removed from a SCIM group.
    UserRemovedFromScimGroup = "user.removed_from_scim_group" {
        /// The user.
        user_id: UserId,
        /// The organization.
        org_id: OrgId,
        /// The group.
        scim_group_id: Option<ScimGroupId>,
    }
    /// An organization was created.
    OrgCreated = "org.created" {
        /// The organization.
        org_id: OrgId,
        /// Its name.
        name: Option<String>,
    }
    /// An organization was changed.
    OrgUpdated = "org.updated" {
        /// The organization.
        org_id: OrgId,
        /// Its name.
        name: Option<String>,
    }
    /// An organization was deleted.
    OrgDeleted = "org.deleted" {
        /// The organization.
        org_id: OrgId,
    }
    /// An API key of an organization was deleted.
    OrgApiKeyDeleted = "org.api_key_deleted" {
        /// The organization.
        org_id: OrgId,
        /// The key.
        api_key_id: Option<ApiKeyId>,
    }
    /// A SAML connection was set up, and is not in use yet.
    OrgSamlSetup = "org.saml_setup" {
        /// The organization.
        org_id: OrgId,
    }
    /// A SAML connection is in use from now on.
    OrgSamlWentLive = "org.saml_went_live" {
        /// The organization.
        org_id: OrgId,
    }
    /// A SAML connection was removed.
    OrgSamlRemoved = "org.saml_removed" {
        /// The organization.
        org_id: OrgId,
    }
    /// A SCIM group was created.
    OrgScimGroupCreated = "org.scim_group_created" {
        /// The organization.
        org_id: OrgId,
        /// The group.
        scim_group_id: Option<ScimGroupId>,
        /// Its name.
        display_name: Option<String>,
    }
    /// A SCIM group was changed.
    OrgScimGroupUpdated = "org.scim_group_updated" {
        /// The organization.
        org_id: OrgId,
        /// The group.
        scim_group_id: Option<ScimGroupId>,
        /// Its name.
        display_name: Option<String>,
    }
    /// A SCIM group was deleted.
    OrgScimGroupDeleted = "org.scim_group_deleted" {
        /// The organization.
        org_id: OrgId,
        /// The group.
        scim_group_id: Option<ScimGroupId>,
    }
    /// A key for SCIM requests was created.
    OrgScimKeyCreated = "org.scim_key_created" {
        /// The organization.
        org_id: OrgId,
        /// The key.
        scim_key_id: Option<String>,
    }
    /// A key for SCIM requests was revoked.
    OrgScimKeyRevoked = "org.scim_key_revoked" {
        /// The organization.
        org_id: OrgId,
        /// The key.
        scim_key_id: Option<String>,
    }
}
