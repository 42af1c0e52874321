//! Query parameters of a user's sign-up, and OAuth tokens of social logins.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::UserApi;
use crate::{
    api::declare::endpoints,
    endpoint::{NotFound, SerializableSecret, codec::ResponseCodec, response::entity},
    words::{ids::UserId, open_string_enum::open_string_enum},
};

endpoints! {
    pub part of UserApi;

    /// Fetches the query parameters of the page on which a user signed up.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user.
    #[doc(alias = "fetch_user_signup_query_parameters")]
    #[doc(alias = "fetch_user_signup_query_params_by_user_id")]
    Read GET "/api/backend/v1/user/{user_id}/signup_query_parameters"
    fetch_user_signup_query_params: FetchUserSignupQueryParams(user_id: UserId)
    -> UserSignupQueryParams | NotFound;

    /// Fetches the OAuth tokens of a user's social logins, by provider.
    ///
    /// A token may have expired; see [`fetch_fresh_token_from_provider`][fresh].
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user.
    ///
    /// [fresh]: Self::fetch_fresh_token_from_provider
    Read GET "/api/backend/v1/user/{user_id}/oauth_token"
    fetch_user_oauth_tokens: FetchUserOauthTokens(user_id: UserId)
    -> BTreeMap<SocialLoginTokenProvider, SocialLoginToken> | NotFound;

    /// Fetches the OAuth token of a user at one provider, and renews it first if it has expired.
    ///
    /// # Errors
    ///
    /// Returns [`NotFound`] if there is no such user, or the user never logged in with this
    /// provider.
    Read GET "/api/backend/v1/user/{user_id}/{provider}/fresh_token"
    fetch_fresh_token_from_provider: FetchFreshTokenFromProvider(
        user_id: UserId,
        provider: SocialLoginTokenProvider,
    ) -> SocialLoginToken | NotFound;
}

entity! {
    /// The query parameters of the page on which a user signed up.
    #[derive(PartialEq)]
    pub struct UserSignupQueryParams {
        required {}
        tolerant {
            /// The parameters by name; PropelAuth's values are text.
            user_signup_query_parameters: Map<String, Value>,
        }
    }
}

entity! {
    /// An OAuth token from a social login.
    pub struct SocialLoginToken {
        required {
            /// The token, for calls to the provider's API.
            access_token: SerializableSecret,
            /// The provider.
            token_provider: SocialLoginTokenProvider,
        }
        tolerant {
            /// The token to renew it with.
            refresh_token: Option<SerializableSecret>,
            /// When the token expires, as a Unix timestamp in seconds.
            token_expiration: Option<i64>,
            /// The scopes that the user granted.
            authorized_scopes: Option<Vec<String>>,
        }
    }
}

open_string_enum! {
    /// A provider whose OAuth tokens PropelAuth stores.
    ///
    /// ```
    /// use actix_web_propelauth::api::SocialLoginTokenProvider;
    ///
    /// assert_eq!(SocialLoginTokenProvider::from("github"), SocialLoginTokenProvider::GitHub);
    /// assert_eq!(SocialLoginTokenProvider::from("new").as_str(), "new");
    /// ```
    pub enum SocialLoginTokenProvider {
        /// Apple.
        Apple = "apple",
        /// Google.
        Google = "google",
        /// GitHub.
        GitHub = "github",
        /// Microsoft.
        Microsoft = "microsoft",
        /// Slack.
        Slack = "slack",
        /// Salesforce.
        Salesforce = "salesforce",
        /// LinkedIn.
        LinkedIn = "linkedin",
        /// Outreach.
        Outreach = "outreach",
        /// QuickBooks.
        QuickBooks = "quickbooks",
        /// Xero.
        Xero = "xero",
        /// Salesloft.
        Salesloft = "salesloft",
        /// Atlassian.
        Atlassian = "atlassian",
        /// GitLab.
        GitLab = "gitlab",
    }
}

impl ResponseCodec for BTreeMap<SocialLoginTokenProvider, SocialLoginToken> {
    #[inline]
    fn read(body: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(body)
    }

    #[inline]
    fn write(&self) -> serde_json::Result<Vec<u8>> {
        serde_json::to_vec(self)
    }
}
