//! Enabling, disabling, logging out and deleting users.

use crate::{
    api::{
        DeleteUser, DisableUser, DisableUser2fa, DisableUserCanCreateOrgs, EnableUser,
        EnableUserCanCreateOrgs, FieldErrors, LogoutAllUserSessions, NotFound,
        ResendEmailConfirmation, ResendEmailConfirmationRefusal, UserFacing, UserMetadata,
    },
    emulator::{
        operations::{
            checks::check_uuid,
            handler::{Handler, Rejection},
        },
        state::{Happening, Store},
    },
    words::ids::UserId,
};

/// The maximum number of confirmation emails for one user in an hour.
const MAX_CONFIRMATIONS: usize = 5;
const HOUR: i64 = 60 * 60;

impl Handler<DeleteUser> for Store {
    fn handle(&mut self, request: DeleteUser) -> Result<(), Rejection<NotFound>> {
        self.user_mut(&request.user_id)?;
        self.drop_sessions(&request.user_id);
        self.users.remove(&request.user_id);
        self.mfa.remove_user(&request.user_id);
        Ok(())
    }
}

impl Handler<DisableUser> for Store {
    fn handle(&mut self, request: DisableUser) -> Result<(), Rejection<NotFound>> {
        let mut user = self.user_mut(&request.user_id)?;
        user.metadata.enabled = false;
        drop(user);
        self.drop_sessions(&request.user_id);
        Ok(())
    }
}

impl Handler<EnableUser> for Store {
    fn handle(&mut self, request: EnableUser) -> Result<(), Rejection<NotFound>> {
        self.set(&request.user_id, |user| user.enabled = true)
    }
}

impl Handler<DisableUser2fa> for Store {
    fn handle(&mut self, request: DisableUser2fa) -> Result<(), Rejection<NotFound>> {
        let mut user = self.user_mut(&request.user_id)?;
        user.account.remove_second_factor();
        user.metadata.mfa_enabled = false;
        drop(user);
        self.mfa.remove_challenges(&request.user_id);
        Ok(())
    }
}

impl Handler<EnableUserCanCreateOrgs> for Store {
    fn handle(&mut self, request: EnableUserCanCreateOrgs) -> Result<(), Rejection<NotFound>> {
        self.set(&request.user_id, |user| user.can_create_orgs = true)
    }
}

impl Handler<DisableUserCanCreateOrgs> for Store {
    fn handle(&mut self, request: DisableUserCanCreateOrgs) -> Result<(), Rejection<NotFound>> {
        self.set(&request.user_id, |user| user.can_create_orgs = false)
    }
}

impl Handler<LogoutAllUserSessions> for Store {
    fn handle(&mut self, request: LogoutAllUserSessions) -> Result<(), Rejection<NotFound>> {
        self.user_mut(&request.user_id)?;
        self.drop_sessions(&request.user_id);
        self.happenings.push(Happening::LoggedOut {
            user_id: request.user_id,
        });
        Ok(())
    }
}

impl Handler<ResendEmailConfirmation> for Store {
    fn handle(
        &mut self,
        request: ResendEmailConfirmation,
    ) -> Result<(), Rejection<ResendEmailConfirmationRefusal>> {
        let mut errors = FieldErrors::default();
        check_uuid(&mut errors, "user_id", &request.user_id);
        Rejection::check(errors)?;
        let hour_ago = self.now().saturating_sub(HOUR);
        let mut user = self
            .users
            .get_mut(&request.user_id)
            .ok_or(Rejection::Refused(
                ResendEmailConfirmationRefusal::UserNotFound,
            ))?;
        if user.metadata.email_confirmed && user.account.pending_email.is_none() {
            let errors = FieldErrors::sentence("This email address is confirmed already");
            return Err(Rejection::Fields(errors));
        }
        let sent = &mut user.account.confirmations_sent;
        sent.retain(|at| *at > hour_ago);
        if sent.len() >= MAX_CONFIRMATIONS {
            return Err(Rejection::Refused(
                ResendEmailConfirmationRefusal::TooManyEmails(UserFacing::new(
                    "Too many emails were sent, please try again later",
                )),
            ));
        }
        drop(user);
        self.send_confirmation(&request.user_id);
        Ok(())
    }
}

impl Store {
    fn set(
        &mut self,
        user_id: &UserId,
        change: impl FnOnce(&mut UserMetadata),
    ) -> Result<(), Rejection<NotFound>> {
        change(&mut self.user_mut(user_id)?.metadata);
        Ok(())
    }
}
