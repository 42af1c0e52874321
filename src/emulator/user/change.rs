//! Users made and changed.

use std::collections::BTreeMap;

use super::{Account, EmailKind, check::Check, entrance::EmulatedEmail, fold, password::Password};
use crate::{
    api::{
        ClearUserPassword, CreateUser, CreatedUser, Never, NotFound, SerializableSecret,
        UpdateUserEmail, UpdateUserMetadata, UpdateUserPassword, UserMetadata,
    },
    emulator::{
        dispatch::{Handle, Rejection},
        store::{Store, UserRecord},
    },
    id::UserId,
};

impl Handle<CreateUser> for Store {
    fn handle(&mut self, request: CreateUser) -> Result<CreatedUser, Rejection<Never>> {
        let mut check = Check::new(self, None);
        if request.ignore_domain_restrictions.unwrap_or(false) {
            check.email_whatever_its_domain("email", &request.email);
        } else {
            check.email("email", &request.email);
        }
        check.username(request.username.as_deref());
        check.password(request.password.as_ref());
        check.done().map_err(Rejection::Fields)?;

        let mut user = self.new_user(request.email);
        let metadata = &mut user.metadata;
        metadata.email_confirmed = request.email_confirmed.unwrap_or(false);
        metadata.has_password = request.password.is_some();
        metadata.username = request.username;
        metadata.first_name = request.first_name;
        metadata.last_name = request.last_name;
        metadata.update_password_required = request
            .ask_user_to_update_password_on_login
            .unwrap_or(false);
        metadata.properties = request.properties;
        user.account.password = self.hashed(request.password.as_ref());
        let is_asked = request.send_email_to_confirm_email_address;
        let needs_email = is_asked.unwrap_or(true) && !user.metadata.email_confirmed;

        let user_id = self.insert_user(user);
        if needs_email {
            self.send_confirmation(&user_id);
        }
        Ok(CreatedUser { user_id })
    }
}

impl Handle<UpdateUserEmail> for Store {
    fn handle(&mut self, request: UpdateUserEmail) -> Result<(), Rejection<NotFound>> {
        self.user_mut(&request.user_id)?;
        let mut check = Check::new(self, Some(&request.user_id));
        check.email("new_email", &request.new_email);
        check.done().map_err(Rejection::Fields)?;

        let mut user = self.user_mut(&request.user_id)?;
        if request.require_email_confirmation {
            user.account.pending_email = Some(request.new_email);
            drop(user);
            self.send_confirmation(&request.user_id);
        } else {
            user.account.pending_email = None;
            user.metadata.email = request.new_email;
            user.metadata.email_confirmed = true;
        }
        Ok(())
    }
}

impl Handle<UpdateUserMetadata> for Store {
    fn handle(&mut self, request: UpdateUserMetadata) -> Result<(), Rejection<NotFound>> {
        self.user_mut(&request.user_id)?;
        let mut check = Check::new(self, Some(&request.user_id));
        check.username(request.username.as_deref());
        check.url("picture_url", request.picture_url.as_deref());
        check.done().map_err(Rejection::Fields)?;

        let mut user = self.user_mut(&request.user_id)?;
        let user = &mut user.metadata;
        replace(&mut user.username, request.username);
        replace(&mut user.first_name, request.first_name);
        replace(&mut user.last_name, request.last_name);
        replace(&mut user.picture_url, request.picture_url);
        replace(&mut user.metadata, request.metadata);
        replace(&mut user.legacy_user_id, request.legacy_user_id);
        if let Some(properties) = request.properties {
            user.properties.get_or_insert_default().extend(properties);
        }
        if let Some(is_required) = request.update_password_required {
            user.update_password_required = is_required;
        }
        Ok(())
    }
}

impl Handle<UpdateUserPassword> for Store {
    fn handle(&mut self, request: UpdateUserPassword) -> Result<(), Rejection<NotFound>> {
        self.user_mut(&request.user_id)?;
        let mut check = Check::new(self, Some(&request.user_id));
        check.password(Some(&request.password));
        check.done().map_err(Rejection::Fields)?;

        let password = self.hashed(Some(&request.password));
        let mut user = self.user_mut(&request.user_id)?;
        user.account.password = password;
        user.metadata.has_password = true;
        user.metadata.update_password_required = request
            .ask_user_to_update_password_on_login
            .unwrap_or(false);
        Ok(())
    }
}

impl Handle<ClearUserPassword> for Store {
    fn handle(&mut self, request: ClearUserPassword) -> Result<(), Rejection<NotFound>> {
        let mut user = self.user_mut(&request.user_id)?;
        user.account.password = None;
        user.metadata.has_password = false;
        user.metadata.update_password_required = false;
        Ok(())
    }
}

impl Store {
    fn hashed(&mut self, password: Option<&SerializableSecret>) -> Option<Password> {
        password.map(|password| Password::new(password, self.ids.hex(2)))
    }

    /// Makes a user who has nothing but an address, and is not yet among the users.
    pub(super) fn new_user(&mut self, email: String) -> UserRecord {
        let now = self.now();
        let number = self.entrance.users_created;
        self.entrance.users_created = number.saturating_add(1);
        let user_id = UserId::from(self.ids.uuid_of(&["user", &fold(&email)]));
        UserRecord {
            metadata: UserMetadata {
                user_id,
                email,
                email_confirmed: false,
                has_password: false,
                username: None,
                first_name: None,
                last_name: None,
                picture_url: None,
                locked: false,
                enabled: true,
                mfa_enabled: false,
                can_create_orgs: false,
                update_password_required: false,
                created_at: now,
                last_active_at: now,
                legacy_user_id: None,
                impersonator_user_id: None,
                metadata: None,
                properties: None,
                org_id_to_org_info: None,
            },
            memberships: BTreeMap::new(),
            account: Account {
                number,
                ..Account::default()
            },
        }
    }

    pub(super) fn insert_user(&mut self, user: UserRecord) -> UserId {
        let user_id = user.metadata.user_id.clone();
        self.users.insert(user_id.clone(), user);
        user_id
    }

    /// Sends the e-mail that asks to confirm the address at a login, if none was sent before.
    pub(in crate::emulator) fn greet(&mut self, user_id: &UserId) {
        let user = self.users.get(user_id);
        let needs_email = user.is_some_and(|user| {
            !user.metadata.email_confirmed && user.account.confirmations_sent.is_empty()
        });
        if needs_email {
            self.send_confirmation(user_id);
        }
    }

    /// Sends the e-mail that asks to confirm the new address, or else the present one.
    pub(super) fn send_confirmation(&mut self, user_id: &UserId) {
        let now = self.now();
        let Some(mut user) = self.users.get_mut(user_id) else {
            return;
        };
        user.account.confirmations_sent.push(now);
        let (to, kind) = match &user.account.pending_email {
            Some(email) => (email, EmailKind::ConfirmNewEmail),
            None => (&user.metadata.email, EmailKind::ConfirmEmail),
        };
        self.entrance.emails.push(EmulatedEmail {
            to: to.clone(),
            user_id: Some(user_id.clone()),
            org_id: None,
            role: None,
            kind,
            sent_at: now,
        });
    }
}

fn replace<T>(place: &mut Option<T>, new: Option<T>) {
    if new.is_some() {
        *place = new;
    }
}
