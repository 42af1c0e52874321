//! Users and employees of a seed.

use serde_json::{Map, Value, json};

use super::{Applying, entries, join, take, take_flag, take_text};
use crate::{
    api::{CreateUser, Endpoint, UpdateUserMetadata},
    emulator::state::{Password, Phone, SecondFactor, case_fold, totp},
    words::ids::{MfaPhoneId, UserId},
};

const USER_ID: &str = "user_id";
const EMAIL: &str = "email address";

impl Applying<'_> {
    pub(super) fn employee(&mut self, employee: &Map<String, Value>, at: &str) {
        let Some(email) = employee.get("email").and_then(Value::as_str) else {
            return;
        };
        match self.store.add_employee(email) {
            Ok(_) => self.summary.employees.push(email.to_owned()),
            Err(why) => self.wrong(join(at, "email"), why),
        }
    }

    pub(super) fn user(&mut self, mut user: Map<String, Value>, at: &str) {
        let text = |name| user.get(name).and_then(Value::as_str);
        let (email, username) = (
            text("email").map(case_fold),
            text("username").map(case_fold),
        );
        let user_id = take_text(&mut user, USER_ID);
        self.note(USER_ID, user_id.clone(), at, USER_ID);
        self.note(EMAIL, email.clone(), at, "email");
        self.note("username", username, at, "username");
        if let Some(id) = user_id
            .as_deref()
            .filter(|id| self.store.users.contains_key(&UserId::from(*id)))
        {
            self.wrong(join(at, USER_ID), format!("there is a user {id:?} already"));
        }
        let mut create = take(&mut user, &[CreateUser::REQUIRED, CreateUser::OPTIONAL]);
        if email.is_none() {
            return; // It is missing or wrong, which is reported.
        }
        // Seeded users did not sign up, so they get no email by default.
        let asks = create.entry("send_email_to_confirm_email_address");
        asks.or_insert(Value::Bool(false));
        let has_password = create.contains_key("password");
        self.store.ids.set_next(user_id);
        let created = self.run::<CreateUser>(create, at);
        self.store.ids.set_next(None);
        if let Some(created) = created {
            self.summary.users.push(email.unwrap_or_default());
            self.complete_user(user, &created.user_id, has_password, at);
        }
    }

    /// Sets what a new user does not have.
    fn complete_user(
        &mut self,
        mut user: Map<String, Value>,
        user_id: &UserId,
        has_password: bool,
        at: &str,
    ) {
        let mut update = take(&mut user, &[&["picture_url", "metadata", "legacy_user_id"]]);
        if !update.is_empty() {
            update.insert(USER_ID.to_owned(), json!(user_id));
            self.run::<UpdateUserMetadata>(update, at);
        }
        let second_factor = self.second_factor(&mut user, at);
        let hash = take_text(&mut user, "password_hash");
        if hash.is_some() && has_password {
            self.wrong(at, "a user has a `password` or a `password_hash`, not both");
        }
        let is_hashed = hash.is_some();
        let hash = hash.and_then(|hash| Password::migrated(hash.into()));
        if is_hashed && hash.is_none() {
            self.wrong(
                join(at, "password_hash"),
                "this is not a bcrypt or argon2 hash",
            );
        }
        let Some(mut record) = self.store.users.get_mut(user_id) else {
            return;
        };
        if hash.is_some() {
            record.account.password = hash;
            record.metadata.has_password = true;
        }
        if second_factor.is_some() {
            record.account.second_factor = second_factor;
            record.metadata.mfa_enabled = true;
        }
        let metadata = &mut record.metadata;
        for (name, field) in [
            ("enabled", &mut metadata.enabled),
            ("locked", &mut metadata.locked),
            ("can_create_orgs", &mut metadata.can_create_orgs),
        ] {
            *field = take_flag(&mut user, name).unwrap_or(*field);
        }
    }

    fn second_factor(&mut self, user: &mut Map<String, Value>, at: &str) -> Option<SecondFactor> {
        let secret = take_text(user, "totp_secret");
        let phones = entries(user, "mfa_phones", at);
        if secret.is_some() && !phones.is_empty() {
            self.wrong(at, "a user has a `totp_secret` or `mfa_phones`, not both");
        }
        if let Some(secret) = secret {
            if totp::key(&secret).is_none() {
                self.wrong(join(at, "totp_secret"), "this is not base32");
            }
            return Some(SecondFactor::Totp {
                secret: secret.into(),
                used_step: None,
            });
        }
        let phones: Vec<_> = phones
            .into_iter()
            .filter_map(|(at, mut phone)| {
                let id = take_text(&mut phone, "mfa_phone_id");
                self.note("mfa_phone_id", id.clone(), &at, "mfa_phone_id");
                let id = id.unwrap_or_else(|| self.store.ids.uuid());
                let number = take_text(&mut phone, "number")?;
                Some(Phone {
                    id: MfaPhoneId::from(id),
                    number,
                })
            })
            .collect();
        (!phones.is_empty()).then_some(SecondFactor::Phones(phones))
    }

    /// Removes `email` and `user_id`, and returns the user that they name. Returns `None` and reports
    /// a mistake if there is none.
    pub(super) fn take_user(&mut self, entry: &mut Map<String, Value>, at: &str) -> Option<UserId> {
        let by_email = take_text(entry, "email");
        let by_id = take_text(entry, USER_ID).map(|id| id.to_ascii_lowercase());
        let (found, kind, name) = match (by_email, by_id) {
            (Some(email), _) => {
                let found = self.store.users.by_email(&email);
                (found, EMAIL, case_fold(&email))
            }
            (None, Some(id)) => (
                self.store.users.get(&UserId::from(id.as_str())),
                USER_ID,
                id,
            ),
            (None, None) => return None,
        };
        if let Some(found) = found {
            return Some(found.metadata.user_id.clone());
        }
        if !self.declared.contains(&(kind, name.clone())) {
            self.wrong(at, format!("there is no user {name:?}"));
        }
        None
    }
}
