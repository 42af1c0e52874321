//! Logging in with a magic link, and sessions.

use crate::{
    emulator::state::{EmulatedMagicLink, Happening, Store},
    words::ids::{OrgId, UserId},
};

impl Store {
    /// Logs in the user of a magic link, creating the user if the link allows it.
    pub(crate) fn open_magic_link(&mut self, url: &str) -> Result<UserId, &'static str> {
        let token = url.rsplit_once("?t=").map_or("", |(_, token)| token);
        let link = self.login_state.magic_links.get(token);
        if link.is_none_or(|link| link.url != url) {
            return Err("there is no such link");
        }
        let user_id = self.redeem_magic_link(token)?;
        self.start_session(&user_id, None)?;
        Ok(user_id)
    }

    /// Returns the user of a magic link, who is created if the link allows it, and notes that the link
    /// was used.
    pub(crate) fn redeem_magic_link(&mut self, token: &str) -> Result<UserId, &'static str> {
        let link = self.magic_link(token)?.clone();
        let found = self.users.by_email(&link.email);
        let user_id = match found.map(|user| user.metadata.user_id.clone()) {
            Some(user_id) => user_id,
            None if self.is_domain_blocked(&link.email) => {
                return Err("the email domain is blocked");
            }
            None if link.creates_user => {
                let mut user = self.new_user(link.email);
                let parameters = link.user_signup_query_parameters.into_iter();
                user.account.signup_query_parameters = parameters
                    .map(|(name, value)| (name, value.into()))
                    .collect();
                self.insert_user(user)
            }
            None => return Err("there is no such user"),
        };
        self.check_login(&user_id)?;
        if let Some(mut user) = self.users.get_mut(&user_id) {
            // Opening the link proves that the user receives emails at this address.
            user.metadata.email_confirmed = true;
        }
        if let Some(link) = self.login_state.magic_links.get_mut(token) {
            link.uses = link.uses.saturating_add(1);
        }
        Ok(user_id)
    }

    /// Returns a magic link that can be opened.
    pub(crate) fn magic_link(&self, token: &str) -> Result<&EmulatedMagicLink, &'static str> {
        let link = self.login_state.magic_links.get(token);
        let link = link.ok_or("there is no such link")?;
        if self.now() >= link.expires_at {
            return Err("the link has expired");
        }
        if link.expires_after_first_use && link.uses > 0 {
            return Err("the link was used already");
        }
        Ok(link)
    }

    /// Returns the reason if a user cannot log in.
    pub(crate) fn check_login(&self, user_id: &UserId) -> Result<(), &'static str> {
        let user = self.users.get(user_id).ok_or("there is no such user")?;
        if !user.metadata.enabled {
            return Err("the user is disabled");
        }
        if user.metadata.locked {
            return Err("the user is locked");
        }
        Ok(())
    }

    /// Starts a session, unless the user is disabled or locked.
    pub(crate) fn start_session(
        &mut self,
        user_id: &UserId,
        active_org_id: Option<&OrgId>,
    ) -> Result<(), &'static str> {
        self.check_login(user_id)?;
        let user = self.users.get_mut(user_id);
        let mut user = user.ok_or("there is no such user")?;
        user.account.sessions = user.account.sessions.saturating_add(1);
        user.account.failed_logins = 0;
        drop(user);
        self.note_activity(user_id);
        self.happenings.push(Happening::LoggedIn {
            user_id: user_id.clone(),
            active_org_id: active_org_id.cloned(),
        });
        Ok(())
    }
}
