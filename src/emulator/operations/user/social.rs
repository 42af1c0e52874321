//! Sign-up query parameters, and OAuth tokens of social login providers.

use std::collections::BTreeMap;

use crate::{
    api::{
        FetchFreshTokenFromProvider, FetchUserOauthTokens, FetchUserSignupQueryParams, NotFound,
        SocialLoginToken, SocialLoginTokenProvider, UserSignupQueryParams,
    },
    emulator::{
        operations::handler::{Handler, Rejection},
        state::Store,
    },
};

/// The lifetime of a refreshed token, in seconds.
pub(crate) const TOKEN_LIFETIME: i64 = 60 * 60;

impl Handler<FetchUserSignupQueryParams> for Store {
    fn handle(
        &mut self,
        request: FetchUserSignupQueryParams,
    ) -> Result<UserSignupQueryParams, Rejection<NotFound>> {
        let user = self.user_mut(&request.user_id)?;
        Ok(UserSignupQueryParams {
            user_signup_query_parameters: user.account.signup_query_parameters.clone(),
        })
    }
}

impl Handler<FetchUserOauthTokens> for Store {
    fn handle(
        &mut self,
        request: FetchUserOauthTokens,
    ) -> Result<BTreeMap<SocialLoginTokenProvider, SocialLoginToken>, Rejection<NotFound>> {
        Ok(self
            .user_mut(&request.user_id)?
            .account
            .oauth_tokens
            .clone())
    }
}

impl Handler<FetchFreshTokenFromProvider> for Store {
    fn handle(
        &mut self,
        request: FetchFreshTokenFromProvider,
    ) -> Result<SocialLoginToken, Rejection<NotFound>> {
        let now = self.now();
        let access_token = self.ids.hex(4);
        let mut user = self.user_mut(&request.user_id)?;
        let no_token = || Rejection::missing("token of the provider", request.provider.as_str());
        let tokens = &mut user.account.oauth_tokens;
        let token = tokens.get_mut(&request.provider).ok_or_else(no_token)?;
        let has_expired = token.token_expiration.is_some_and(|at| at <= now);
        if has_expired {
            if token.refresh_token.is_none() {
                return Err(no_token());
            }
            token.access_token = access_token.into();
            token.token_expiration = Some(now.saturating_add(TOKEN_LIFETIME));
        }
        Ok(token.clone())
    }
}
