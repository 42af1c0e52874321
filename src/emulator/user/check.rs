//! What addresses, names and URLs must be.

use url::Url;

use crate::{
    api::{FieldErrors, SecretText},
    emulator::store::Store,
    id::UserId,
};

/// Checks the arguments of one request; of each field the first thing that is wrong is kept.
pub(super) struct Check<'a> {
    store: &'a Store,
    /// The user that is changed, who may keep what is its own.
    user_id: Option<&'a UserId>,
    errors: FieldErrors,
}

impl<'a> Check<'a> {
    pub(super) fn new(store: &'a Store, user_id: Option<&'a UserId>) -> Self {
        Self {
            store,
            user_id,
            errors: FieldErrors::default(),
        }
    }

    pub(super) fn add(&mut self, field: &str, reason: &str) {
        if self.errors.get(field).is_empty() {
            self.errors.add(field, reason);
        }
    }

    pub(super) fn email(&mut self, field: &str, email: &str) {
        if !is_email(email) {
            self.add(field, "Not a valid email address");
        } else if self.store.users.is_email_taken(email, self.user_id) {
            self.add(field, "Email is already in use");
        }
    }

    pub(super) fn domain(&mut self, field: &str, email: &str) {
        let domain = email.rsplit('@').next().unwrap_or_default();
        let blocked = &self.store.project.blocked_domains;
        if blocked.iter().any(|it| same(it, domain)) {
            self.add(field, "Emails of this domain cannot sign up");
        }
    }

    pub(super) fn username(&mut self, username: Option<&str>) {
        let Some(username) = username else { return };
        if username.is_empty() {
            self.add("username", "Cannot be empty");
        } else if self.store.users.is_username_taken(username, self.user_id) {
            self.add("username", "Username is already in use");
        }
    }

    pub(super) fn password(&mut self, password: Option<&SecretText>) {
        if password.is_some_and(|it| it.expose().is_empty()) {
            self.add("password", "Cannot be empty");
        }
    }

    pub(super) fn url(&mut self, field: &str, url: Option<&str>) {
        if url.is_some_and(|url| Url::parse(url).is_err()) {
            self.add(field, "Not a valid URL");
        }
    }

    pub(super) fn done(self) -> Result<(), FieldErrors> {
        match self.errors {
            errors if errors.is_empty() => Ok(()),
            errors => Err(errors),
        }
    }
}

/// Compares e-mail addresses and usernames: upper and lower case are the same.
fn same(a: &str, b: &str) -> bool {
    a == b || fold(a) == fold(b)
}

/// Makes one text of those that are the same.
pub(in crate::emulator) fn fold(text: &str) -> String {
    text.to_lowercase()
}

/// Something before the last `@`, something after it, and nothing that no address has.
pub(in crate::emulator) fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let is_clean = !text.chars().any(|c| c.is_control() || c.is_whitespace());
    is_clean && !local.is_empty() && !domain.is_empty() && !local.contains('@')
}
