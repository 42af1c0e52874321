//! Links in emails: what the token in their URL stands for.

use crate::{
    emulator::state::{EmailLink, EmulatedEmail, LinkPurpose, Store, case_fold},
    words::ids::UserId,
};

impl Store {
    /// Creates a link, and returns its path.
    pub(crate) fn new_email_link(&mut self, purpose: LinkPurpose) -> String {
        let now = self.now();
        let token = self
            .ids
            .hex_of(&["link", purpose.path(), purpose.user_id()], 4);
        let path = link_path(purpose.path(), &token);
        let expires_at = now.saturating_add(purpose.lifetime());
        let link = EmailLink {
            purpose,
            expires_at,
        };
        self.login_state.links.insert(token, link);
        path
    }

    /// Returns all emails, with the URLs of their links. They are stored without a host and a port, which
    /// are others in the next run.
    pub(crate) fn outbox(&self) -> Vec<EmulatedEmail> {
        let pages_url = self.project.pages_url();
        let mut emails = self.login_state.emails.clone();
        for link in emails.iter_mut().filter_map(|email| email.link.as_mut()) {
            link.insert_str(0, &pages_url);
        }
        emails
    }

    /// Returns what a link is for, unless it has expired or was used.
    pub(crate) fn email_link(&self, token: &str) -> Option<&LinkPurpose> {
        let link = self.login_state.links.get(token)?;
        (self.now() < link.expires_at).then_some(&link.purpose)
    }

    /// Removes the links that let a user choose a password.
    pub(crate) fn remove_reset_links(&mut self, user_id: &UserId) {
        let is_of_user = |purpose: &LinkPurpose| {
            let is_reset = matches!(purpose, LinkPurpose::ResetPassword { .. });
            is_reset && purpose.user_id() == user_id
        };
        let links = &mut self.login_state.links;
        links.retain(|_, link| !is_of_user(&link.purpose));
    }

    /// Confirms an address of a user: the requested one, which then replaces the other, or else the
    /// current one. Returns the reason if it is neither, or cannot be the user's any more.
    pub(crate) fn confirm_address(
        &mut self,
        user_id: &UserId,
        email: &str,
    ) -> Result<(), &'static str> {
        let user = self.users.get(user_id).ok_or("there is no such user")?;
        let is = |it: &str| case_fold(it) == case_fold(email);
        let is_pending = user.account.pending_email.as_deref().is_some_and(is);
        if !is_pending && !is(&user.metadata.email) {
            return Err("the user has another email address by now");
        }
        if is_pending {
            if self.users.is_email_taken(email, Some(user_id)) {
                return Err("the email address is taken");
            }
            if self.is_domain_blocked(email) {
                return Err("the email domain is blocked");
            }
        }
        let Some(mut user) = self.users.get_mut(user_id) else {
            return Ok(());
        };
        if is_pending && let Some(email) = user.account.pending_email.take() {
            user.metadata.email = email;
        }
        user.metadata.email_confirmed = true;
        Ok(())
    }
}

/// Returns the path of an invitation.
pub(crate) fn invite_path(token: &str) -> String {
    link_path("accept_invite", token)
}

fn link_path(page: &str, token: &str) -> String {
    format!("/{page}?t={token}")
}
