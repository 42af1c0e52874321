//! Migrating users and their passwords from another system.

use crate::{
    api::{
        CreatedUser, FieldErrors, MigrateUserFromExternalSource, MigrateUserPassword, Never,
        NotFound,
    },
    emulator::{
        operations::{
            checks::check_uuid,
            handler::{Handler, Rejection},
            user::check::Check,
        },
        state::{Password, SecondFactor, Store, totp},
    },
};

const NO_HASH: &str = "Not a bcrypt or argon2 hash";

impl Handler<MigrateUserFromExternalSource> for Store {
    fn handle(
        &mut self,
        request: MigrateUserFromExternalSource,
    ) -> Result<CreatedUser, Rejection<Never>> {
        let hash = request.existing_password_hash;
        let has_hash = hash.is_some();
        let password = hash.and_then(Password::migrated);
        let secret = request.existing_mfa_base32_encoded_secret;

        let mut check = Check::new(self, None);
        check.email("email", &request.email);
        check.username(request.username.as_deref());
        check.url("picture_url", request.picture_url.as_deref());
        if has_hash && password.is_none() {
            check.add("existing_password_hash", NO_HASH);
        }
        if secret
            .as_ref()
            .is_some_and(|it| totp::key(it.expose()).is_none())
        {
            check.add("existing_mfa_base32_encoded_secret", "Not base32");
        }
        check.finish().map_err(Rejection::Fields)?;

        let mut user = self.new_user(request.email);
        let metadata = &mut user.metadata;
        metadata.email_confirmed = request.email_confirmed;
        metadata.has_password = password.is_some();
        metadata.username = request.username;
        metadata.first_name = request.first_name;
        metadata.last_name = request.last_name;
        metadata.picture_url = request.picture_url;
        metadata.enabled = request.enabled.unwrap_or(true);
        metadata.mfa_enabled = secret.is_some();
        metadata.update_password_required = request.update_password_required.unwrap_or(false);
        metadata.legacy_user_id = request.existing_user_id;
        metadata.properties = request.properties;
        user.account.password = password;
        user.account.second_factor = secret.map(|secret| SecondFactor::Totp {
            secret,
            used_step: None,
        });
        let user_id = self.insert_user(user);
        Ok(CreatedUser { user_id })
    }
}

impl Handler<MigrateUserPassword> for Store {
    fn handle(&mut self, request: MigrateUserPassword) -> Result<(), Rejection<NotFound>> {
        let password = Password::migrated(request.password_hash);
        let mut errors = FieldErrors::default();
        check_uuid(&mut errors, "user_id", &request.user_id);
        if password.is_none() {
            errors.add("password_hash", NO_HASH);
        }
        Rejection::check(errors)?;
        let mut user = self.user_mut(&request.user_id)?;
        user.account.password = password;
        user.metadata.has_password = true;
        Ok(())
    }
}
