//! The handle that an application holds.

use std::{fmt, sync::Arc};

use once_cell::sync::OnceCell;

use super::dedicated_thread::DedicatedThread;
use crate::{
    access::{Authentication, Authenticator, Policy, TokenCache, TokenCacheStats},
    api::{
        AccessTokenApi, ApiKeyApi, EmployeeApi, MfaApi, OrgApi, SamlApi, ScimApi, UserApi,
        UserInsightsApi,
    },
    call::Call,
    client::Client,
    endpoint::Endpoint,
};

/// PropelAuth for one application: verifies its access tokens and calls its backend API.
///
/// Build it once and move a clone into `HttpServer::new`; a clone costs a reference count.
///
/// ```no_run
/// use actix_web::{App, HttpServer, web};
/// use actix_web_propelauth::{PropelAuth, User};
///
/// async fn whoami(user: User) -> String {
///     user.email.clone()
/// }
///
/// #[actix_web::main]
/// async fn main() -> Result<(), Box<dyn std::error::Error>> {
///     let auth = PropelAuth::from_env().await?;
///     HttpServer::new(move || {
///         App::new().route("/whoami", web::get().to(whoami)).wrap(auth.require_user())
///     })
///     .bind(("127.0.0.1", 8080))?
///     .run()
///     .await?;
///     Ok(())
/// }
/// ```
#[derive(Clone)]
pub struct PropelAuth(pub(super) Arc<Inner>);

pub(super) struct Inner {
    pub(super) authenticator: Arc<Authenticator>,
    pub(super) client: Client,
    pub(super) dedicated_thread: OnceCell<DedicatedThread>,
}

impl PropelAuth {
    /// Returns middleware that lets no request pass without a valid access token.
    ///
    /// Without one the answer is 401; handlers take a [`User`](crate::User).
    #[doc(alias = "IsUserAuthenticated")]
    pub fn require_user(&self) -> Authentication {
        Authentication::new(Arc::clone(&self.0.authenticator), Policy::Require)
    }

    /// Returns middleware that lets requests without a token pass and refuses bad tokens.
    ///
    /// Handlers take an [`OptionalUser`](crate::OptionalUser).
    pub fn optional_user(&self) -> Authentication {
        Authentication::new(Arc::clone(&self.0.authenticator), Policy::Optional)
    }

    /// Returns middleware that lets every request pass, a bad token being as good as none, also
    /// one that is [too long](PropelAuthBuilder::max_token_len). A request with a token is answered
    /// 503 while no verifier key could be fetched, as nobody can say whether it is bad.
    ///
    /// Handlers take an [`OptionalUser`](crate::OptionalUser).
    #[doc(alias = "AllowAny")]
    pub fn allow_anonymous(&self) -> Authentication {
        Authentication::new(Arc::clone(&self.0.authenticator), Policy::AllowAnonymous)
    }

    /// Returns the operations on users of the backend API.
    #[must_use]
    pub fn user(&self) -> UserApi<'_> {
        UserApi::new(&self.0.client)
    }

    /// Returns the operations on organizations of the backend API.
    #[must_use]
    pub fn org(&self) -> OrgApi<'_> {
        OrgApi::new(&self.0.client)
    }

    /// Returns the operations on the identity providers of organizations of the backend API.
    #[must_use]
    pub fn saml(&self) -> SamlApi<'_> {
        SamlApi::new(&self.0.client)
    }

    /// Returns the operations on groups that identity providers keep of the backend API.
    #[must_use]
    pub fn scim(&self) -> ScimApi<'_> {
        ScimApi::new(&self.0.client)
    }

    /// Returns the operations of the backend API that make access tokens.
    #[must_use]
    pub fn access_token(&self) -> AccessTokenApi<'_> {
        AccessTokenApi::new(&self.0.client)
    }

    /// Returns the operations on second factors of the backend API.
    #[must_use]
    pub fn mfa(&self) -> MfaApi<'_> {
        MfaApi::new(&self.0.client)
    }

    /// Returns the operations on your own team's members of the backend API.
    #[must_use]
    pub fn employee(&self) -> EmployeeApi<'_> {
        EmployeeApi::new(&self.0.client)
    }

    /// Returns the operations of the backend API on the API keys of end users and organizations.
    #[must_use]
    pub fn api_key(&self) -> ApiKeyApi<'_> {
        ApiKeyApi::new(&self.0.client)
    }

    /// Returns the operations of the backend API that tell how users and organizations develop.
    #[must_use]
    pub fn user_insights(&self) -> UserInsightsApi<'_> {
        UserInsightsApi::new(&self.0.client)
    }

    /// Sends a request value of any operation, such as a [`CreateUser`](crate::api::CreateUser).
    ///
    /// The groups, such as [`user`](Self::user), create the request from its arguments. Use this for
    /// requests that are stored, queued, compared, or sent by generic code.
    ///
    /// ```
    /// use actix_web_propelauth::{Error, PropelAuth, api::{CreateUser, Never}};
    ///
    /// # async fn example(auth: PropelAuth) -> Result<(), Error<Never>> {
    /// let request = CreateUser::new("alice@example.com").first_name("Alice");
    /// let created = auth.call(request).await?;
    /// println!("{}", created.user_id);
    /// # Ok(())
    /// # }
    /// ```
    pub fn call<E: Endpoint>(&self, request: E) -> Call<'_, E> {
        Call::new(&self.0.client, request)
    }

    /// Fetches the verifier key anew and tells whether it is another one now.
    ///
    /// Middleware, guards and extractors do so by themselves when a signature does not verify.
    /// Code that only calls the `validate_…` functions, which never connect, may do it here: to
    /// get the first key after `build_lazy`, or from time to time.
    ///
    /// Nothing is fetched when the key was given, or when a fetch brought nothing new less than
    /// [`key_refresh_interval`](PropelAuthBuilder::key_refresh_interval) ago. A fetch that is under
    /// way is waited for, and none is broken off when this future is dropped.
    pub async fn refresh_verifier_key(&self) -> bool {
        self.0.authenticator.refresh_key().await
    }

    /// Returns how often the cache of verified tokens was of use.
    #[must_use]
    pub fn token_cache_stats(&self) -> TokenCacheStats {
        let cache = self.0.authenticator.cache();
        cache.map(TokenCache::stats).unwrap_or_default()
    }

    /// Drops all verified tokens, so that each is verified anew when it comes again.
    ///
    /// This revokes nothing: a token is valid until it expires. The cache is emptied by itself
    /// when the verifier key changes.
    pub fn clear_token_cache(&self) {
        self.0.authenticator.clear_cache();
    }

    /// Returns how many access tokens have been verified since this was built: at most one a
    /// request, however many guards and middlewares look at it, none for a token that was
    /// verified before, and none for a header that is malformed.
    #[must_use]
    pub fn verification_count(&self) -> u64 {
        self.0.authenticator.verification_count()
    }

    /// Returns the issuer whose tokens are accepted.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0.authenticator.settings().issuer
    }

    pub(crate) fn authenticator(&self) -> &Arc<Authenticator> {
        &self.0.authenticator
    }
}

impl fmt::Debug for PropelAuth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PropelAuth")
            .field("authenticator", &self.0.authenticator)
            .finish_non_exhaustive()
    }
}
