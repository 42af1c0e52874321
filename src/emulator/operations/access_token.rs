//! Creating access tokens.

use crate::{
    api::{AccessToken, CreateAccessToken, CreateAccessTokenRefusal, FieldErrors},
    emulator::{
        operations::{
            checks::check_uuid,
            handler::{Handler, Rejection},
        },
        state::{Store, TokenOrigin},
    },
    endpoint::field_errors::quoted,
};

impl Handler<CreateAccessToken> for Store {
    fn handle(
        &mut self,
        request: CreateAccessToken,
    ) -> Result<AccessToken, Rejection<CreateAccessTokenRefusal>> {
        if !self.project.access_tokens_enabled {
            return Err(Rejection::Refused(CreateAccessTokenRefusal::NotEnabled));
        }
        let mut errors = FieldErrors::default();
        check_uuid(&mut errors, "user_id", &request.user_id);
        if request.duration_in_minutes == 0 {
            errors.add("duration_in_minutes", "Must be at least 1");
        }
        Rejection::check(errors)?;
        let user = self
            .users
            .get(&request.user_id)
            .ok_or(Rejection::Refused(CreateAccessTokenRefusal::UserNotFound))?;
        let active_org = match &request.active_org_id {
            None => None,
            Some(org_id) => Some(self.org_info(user, org_id).ok_or_else(|| {
                let reason = format!("User is not in the organization {}", quoted(org_id));
                Rejection::Fields(FieldErrors::one("active_org_id", reason))
            })?),
        };
        let lifetime = i64::from(request.duration_in_minutes) * 60;
        let token = self
            .sign(user, lifetime, active_org, TokenOrigin::Backend)
            .map_err(Rejection::Broken)?;
        Ok(AccessToken {
            access_token: token.into(),
        })
    }
}
