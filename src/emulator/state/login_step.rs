//! What a login still needs: the state of a login, as frontends ask for it.

use serde::Serialize;

use crate::emulator::state::{Session, Store, UserRecord};

/// The next step of a login, under the name that frontends know.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) enum LoginStep {
    LoginRequired,
    TwoFactorRequired,
    ConfirmEmailRequired,
    UpdatePasswordRequired,
    UserMetadataRequired,
    TwoFactorEnablementRequired,
    OrgCreationRequired,
    Finished,
}

impl Store {
    /// Returns the next step of the login that a refresh token is of.
    pub(crate) fn login_step(&self, refresh_token: &str) -> LoginStep {
        self.browser_session(refresh_token)
            .map_or(LoginStep::LoginRequired, |session| self.step_of(session))
    }

    /// Returns the next step of the login that a session is of, which may be one that a client holds.
    pub(crate) fn step_of(&self, session: &Session) -> LoginStep {
        if session.needs_second_factor {
            return LoginStep::TwoFactorRequired;
        }
        match self.users.get(&session.user_id) {
            Some(user) => self.step_of_user(user),
            None => LoginStep::LoginRequired,
        }
    }

    /// Returns what the user of a session with all its factors still has to do.
    fn step_of_user(&self, user: &UserRecord) -> LoginStep {
        let settings = &self.project.settings;
        let metadata = &user.metadata;
        if settings.require_email_confirmation && !metadata.email_confirmed {
            return LoginStep::ConfirmEmailRequired;
        }
        if metadata.update_password_required {
            return LoginStep::UpdatePasswordRequired;
        }
        if !settings.user_properties.missing(user).is_empty() {
            return LoginStep::UserMetadataRequired;
        }
        if self.needs_second_factor_setup(user) {
            return LoginStep::TwoFactorEnablementRequired;
        }
        let must_join = self.project.orgs_enabled && settings.users_must_be_in_an_organization;
        if must_join && user.memberships.is_empty() {
            return LoginStep::OrgCreationRequired;
        }
        LoginStep::Finished
    }

    /// Returns `true` if the project, or an organization from a time that has come, demands a second
    /// factor that the user does not have.
    fn needs_second_factor_setup(&self, user: &UserRecord) -> bool {
        let now = self.now();
        let is_demanded = |org_id| {
            let by = self
                .orgs
                .get(org_id)
                .and_then(|org| org.requires_2fa_by.as_ref());
            by.is_some_and(|by| *by <= now)
        };
        user.account.second_factor.is_none()
            && (self.project.settings.all_users_must_setup_2fa
                || user.memberships.keys().any(is_demanded))
    }
}
