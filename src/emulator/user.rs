//! Users, as the emulator keeps them.

use std::collections::BTreeMap;

use super::{
    dispatch::{Handle, Rejection},
    store::{Store, UserRecord},
};
use crate::{
    api::{
        CreateUser, CreatedUser, FetchUserMetadataByUserId, FieldErrors, Never, NotFound,
        UserMetadata,
    },
    id::UserId,
};

impl Handle<FetchUserMetadataByUserId> for Store {
    fn handle(
        &mut self,
        request: FetchUserMetadataByUserId,
    ) -> Result<UserMetadata, Rejection<NotFound>> {
        self.user(&request.user_id, request.include_orgs.unwrap_or(false))
            .ok_or(Rejection::Refused(NotFound::NotFound))
    }
}

impl Handle<CreateUser> for Store {
    fn handle(&mut self, request: CreateUser) -> Result<CreatedUser, Rejection<Never>> {
        let mut errors = FieldErrors::default();
        if !is_email(&request.email) {
            errors.add("email", "Not a valid email address");
        } else if self.has_user(|user| same(&user.email, &request.email)) {
            errors.add("email", "Email is already in use");
        }
        if let Some(username) = &request.username {
            if username.is_empty() {
                errors.add("username", "Cannot be empty");
            } else if self
                .has_user(|user| user.username.as_ref().is_some_and(|it| same(it, username)))
            {
                errors.add("username", "Username is already in use");
            }
        }
        if request
            .password
            .as_ref()
            .is_some_and(|it| it.expose().is_empty())
        {
            errors.add("password", "Cannot be empty");
        }
        if !errors.is_empty() {
            return Err(Rejection::Fields(errors));
        }

        let user_id = UserId::from(self.ids.uuid());
        let now = self.now();
        let metadata = UserMetadata {
            user_id: user_id.clone(),
            email: request.email,
            email_confirmed: request.email_confirmed.unwrap_or(false),
            has_password: request.password.is_some(),
            username: request.username,
            first_name: request.first_name,
            last_name: request.last_name,
            picture_url: None,
            locked: false,
            enabled: true,
            mfa_enabled: false,
            can_create_orgs: false,
            update_password_required: request
                .ask_user_to_update_password_on_login
                .unwrap_or(false),
            created_at: now,
            last_active_at: now,
            legacy_user_id: None,
            metadata: None,
            properties: request.properties,
            org_id_to_org_info: None,
        };
        let record = UserRecord {
            metadata,
            memberships: BTreeMap::new(),
        };
        self.users.insert(user_id.clone(), record);
        Ok(CreatedUser { user_id })
    }
}

impl Store {
    fn has_user(&self, is_it: impl Fn(&UserMetadata) -> bool) -> bool {
        self.users.values().any(|user| is_it(&user.metadata))
    }
}

/// Compares e-mail addresses and usernames: upper and lower case are the same.
fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

/// Something before the last `@`, something after it, and nothing that no address has.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_clean = !text.chars().any(|c| c.is_control() || c.is_whitespace());
    is_clean && !local.is_empty() && !domain.is_empty() && !local.contains('@')
}
