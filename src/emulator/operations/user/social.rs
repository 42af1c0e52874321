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
        let no_token = || Rejection::missing("token of the provider", request.provider.as_str());
        let user = self.user_mut(&request.user_id)?;
        let token = user.account.oauth_tokens.get(&request.provider);
        let token = token.ok_or_else(no_token)?;
        if token.token_expiration.is_none_or(|at| at > now) {
            return Ok(token.clone());
        }
        if token.refresh_token.is_none() {
            return Err(no_token());
        }
        drop(user);
        // Drawn last, so that a request that is refused does not change the ids of later ones.
        let access_token = self.ids.hex(4);
        let mut user = self.user_mut(&request.user_id)?;
        let token = user.account.oauth_tokens.get_mut(&request.provider);
        let token = token.ok_or_else(no_token)?;
        token.access_token = access_token.into();
        token.token_expiration = Some(now.saturating_add(TOKEN_LIFETIME));
        Ok(token.clone())
    }
}
