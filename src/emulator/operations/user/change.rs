//! Creating and updating users.

use crate::{
    api::{
        ClearUserPassword, CreateUser, CreatedUser, Never, NotFound, UpdateUserEmail,
        UpdateUserMetadata, UpdateUserPassword,
    },
    emulator::{
        operations::{
            handler::{Handler, Rejection},
            user::check::Check,
        },
        state::Store,
    },
};

impl Handler<CreateUser> for Store {
    fn handle(&mut self, request: CreateUser) -> Result<CreatedUser, Rejection<Never>> {
        let mut check = Check::new(self, None);
        if request.ignore_domain_restrictions.unwrap_or(false) {
            check.email_whatever_its_domain("email", &request.email);
        } else {
            check.email("email", &request.email);
        }
        check.username(request.username.as_deref());
        check.password(request.password.as_ref());
        check.finish().map_err(Rejection::Fields)?;

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

impl Handler<UpdateUserEmail> for Store {
    fn handle(&mut self, request: UpdateUserEmail) -> Result<(), Rejection<NotFound>> {
        self.user_mut(&request.user_id)?;
        let mut check = Check::new(self, Some(&request.user_id));
        check.email("new_email", &request.new_email);
        check.finish().map_err(Rejection::Fields)?;

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

impl Handler<UpdateUserMetadata> for Store {
    fn handle(&mut self, request: UpdateUserMetadata) -> Result<(), Rejection<NotFound>> {
        self.user_mut(&request.user_id)?;
        let mut check = Check::new(self, Some(&request.user_id));
        check.username(request.username.as_deref());
        check.url("picture_url", request.picture_url.as_deref());
        check.finish().map_err(Rejection::Fields)?;

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

impl Handler<UpdateUserPassword> for Store {
    fn handle(&mut self, request: UpdateUserPassword) -> Result<(), Rejection<NotFound>> {
        self.user_mut(&request.user_id)?;
        let mut check = Check::new(self, Some(&request.user_id));
        check.password(Some(&request.password));
        check.finish().map_err(Rejection::Fields)?;

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

impl Handler<ClearUserPassword> for Store {
    fn handle(&mut self, request: ClearUserPassword) -> Result<(), Rejection<NotFound>> {
        let mut user = self.user_mut(&request.user_id)?;
        user.account.password = None;
        user.metadata.has_password = false;
        user.metadata.update_password_required = false;
        Ok(())
    }
}

fn replace<T>(place: &mut Option<T>, new: Option<T>) {
    if new.is_some() {
        *place = new;
    }
}
