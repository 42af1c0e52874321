//! Validation of email addresses, usernames, passwords and URLs.

use url::Url;

use crate::{
    api::{FieldErrors, SerializableSecret},
    emulator::state::{Store, is_email},
    endpoint::field_errors::quoted,
    words::ids::UserId,
};

/// The validation of one request, which collects the first error of each field.
pub(crate) struct Check<'a> {
    store: &'a Store,
    /// The user being changed, whose own email address and username are not taken.
    user_id: Option<&'a UserId>,
    errors: FieldErrors,
}

impl<'a> Check<'a> {
    pub(crate) fn new(store: &'a Store, user_id: Option<&'a UserId>) -> Self {
        Self {
            store,
            user_id,
            errors: FieldErrors::default(),
        }
    }

    pub(crate) fn add(&mut self, field: &str, reason: &str) {
        if self.errors.get(field).is_empty() {
            self.errors.add(field, reason);
        }
    }

    /// Checks the email address of a new or changed user.
    pub(crate) fn email(&mut self, field: &str, email: &str) {
        self.email_whatever_its_domain(field, email);
        if self.store.is_domain_blocked(email) {
            self.add(field, &blocked_domain_message(email));
        }
    }

    /// Checks an email address without regard to blocked domains.
    pub(crate) fn email_whatever_its_domain(&mut self, field: &str, email: &str) {
        if !is_email(email) {
            self.add(field, &invalid_email_message(email));
        } else if self.store.users.is_email_taken(email, self.user_id) {
            let reason = format!("Email is already in use: {}", quoted(email));
            self.add(field, &reason);
        }
    }

    pub(crate) fn username(&mut self, username: Option<&str>) {
        let Some(username) = username else { return };
        if username.is_empty() {
            self.add("username", "Cannot be empty");
        } else if self.store.users.is_username_taken(username, self.user_id) {
            let reason = format!("Username is already in use: {}", quoted(username));
            self.add("username", &reason);
        }
    }

    pub(crate) fn password(&mut self, password: Option<&SerializableSecret>) {
        if password.is_some_and(|it| it.expose().is_empty()) {
            self.add("password", "Cannot be empty");
        }
    }

    pub(crate) fn url(&mut self, field: &str, url: Option<&str>) {
        if let Some(url) = url.filter(|url| Url::parse(url).is_err()) {
            self.add(field, &format!("Not a valid URL: {}", quoted(url)));
        }
    }

    pub(crate) fn finish(self) -> Result<(), FieldErrors> {
        match self.errors {
            errors if errors.is_empty() => Ok(()),
            errors => Err(errors),
        }
    }
}

impl Store {}

/// Returns the error message for an email address whose domain is blocked.
pub(crate) fn blocked_domain_message(email: &str) -> String {
    let domain = email.rsplit('@').next().unwrap_or_default();
    format!("Emails of the domain {} cannot sign up", quoted(domain))
}

/// Returns the error message for text that is not an email address.
pub(crate) fn invalid_email_message(text: &str) -> String {
    format!("Not a valid email address: {}", quoted(text))
}
