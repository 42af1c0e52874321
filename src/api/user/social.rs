//! What a user's sign-up and the logins at other providers left behind.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::UserApi;
use crate::{
    api::declare::endpoints,
    endpoint::{NotFound, SerializableSecret, codec::ResponseCodec, response::entity},
    id::UserId,
    wire_enum::wire_enum,
};

endpoints! {
    pub part of UserApi;

    /// Fetches the query parameters of the page on which a user signed up.
    #[doc(alias = "fetch_user_signup_query_parameters")]
    #[doc(alias = "fetch_user_signup_query_params_by_user_id")]
    Read GET "/api/backend/v1/user/{user_id}/signup_query_parameters"
    fetch_user_signup_query_params: FetchUserSignupQueryParams(user_id: UserId)
    -> UserSignupQueryParams | NotFound;

    /// Fetches the tokens that a user's logins at other providers gave, by provider.
    ///
    /// They may have expired; see [`fetch_fresh_token_from_provider`][fresh].
    ///
    /// [fresh]: Self::fetch_fresh_token_from_provider
    Read GET "/api/backend/v1/user/{user_id}/oauth_token"
    fetch_user_oauth_tokens: FetchUserOauthTokens(user_id: UserId)
    -> BTreeMap<SocialLoginTokenProvider, SocialLoginToken> | NotFound;

    /// Fetches a token of a user at another provider, renewed if it had expired.
    ///
    /// A user who never logged in there is "not found".
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
    /// A token that another provider gave at a login.
    pub struct SocialLoginToken {
        required {
            /// The token, for calls of the provider.
            access_token: SerializableSecret,
            /// The provider.
            token_provider: SocialLoginTokenProvider,
        }
        tolerant {
            /// What the token can be renewed by.
            refresh_token: Option<SerializableSecret>,
            /// When the token expires, in seconds since 1970 (unix time).
            token_expiration: Option<i64>,
            /// What the token may be used for.
            authorized_scopes: Option<Vec<String>>,
        }
    }
}

wire_enum! {
    /// A provider whose tokens PropelAuth keeps.
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
