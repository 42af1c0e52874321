//! What addresses, names and URLs must be.

use url::{Host, Url};

use crate::{
    api::{FieldErrors, SerializableSecret},
    emulator::store::Store,
    endpoint::field_errors::quoted,
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

    /// Checks the address of a user, a new one or another one.
    pub(super) fn email(&mut self, field: &str, email: &str) {
        self.email_whatever_its_domain(field, email);
        if self.store.is_blocked(email) {
            self.add(field, &blocked(email));
        }
    }

    /// Checks an address that the backend lets in whatever domains are kept out.
    pub(super) fn email_whatever_its_domain(&mut self, field: &str, email: &str) {
        if !is_email(email) {
            self.add(field, &no_email(email));
        } else if self.store.users.is_email_taken(email, self.user_id) {
            let reason = format!("Email is already in use: {}", quoted(email));
            self.add(field, &reason);
        }
    }

    pub(super) fn username(&mut self, username: Option<&str>) {
        let Some(username) = username else { return };
        if username.is_empty() {
            self.add("username", "Cannot be empty");
        } else if self.store.users.is_username_taken(username, self.user_id) {
            let reason = format!("Username is already in use: {}", quoted(username));
            self.add("username", &reason);
        }
    }

    pub(super) fn password(&mut self, password: Option<&SerializableSecret>) {
        if password.is_some_and(|it| it.expose().is_empty()) {
            self.add("password", "Cannot be empty");
        }
    }

    pub(super) fn url(&mut self, field: &str, url: Option<&str>) {
        if let Some(url) = url.filter(|url| Url::parse(url).is_err()) {
            self.add(field, &format!("Not a valid URL: {}", quoted(url)));
        }
    }

    pub(super) fn done(self) -> Result<(), FieldErrors> {
        match self.errors {
            errors if errors.is_empty() => Ok(()),
            errors => Err(errors),
        }
    }
}

impl Store {
    /// Returns whether the project keeps the domain of an address out. Every operation that gives
    /// a user an address asks this.
    pub(in crate::emulator) fn is_blocked(&self, email: &str) -> bool {
        let domain = ascii_domain(email.rsplit('@').next().unwrap_or_default());
        let mut blocked = self.project.blocked_domains.iter();
        blocked.any(|it| ascii_domain(it) == domain)
    }
}

/// Says that the domain of an address is kept out.
pub(in crate::emulator) fn blocked(email: &str) -> String {
    let domain = email.rsplit('@').next().unwrap_or_default();
    format!("Emails of the domain {} cannot sign up", quoted(domain))
}

/// Says that a text is no address.
pub(in crate::emulator) fn no_email(text: &str) -> String {
    format!("Not a valid email address: {}", quoted(text))
}

/// Makes one text of all that name the same domain: in upper case, with the root's dot, and in
/// the letters of its own script.
fn ascii_domain(domain: &str) -> String {
    let domain = domain.trim_end_matches('.');
    Host::parse(domain).map_or_else(|_| fold(domain), |host| host.to_string())
}

/// Makes one text of the e-mail addresses and usernames that are the same: upper and lower case
/// do not differ.
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
