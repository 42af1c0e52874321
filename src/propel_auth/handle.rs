//! The handle that an application holds.

use std::{
    fmt, io,
    sync::{Arc, Weak},
};

use actix_web::http::Method;
use once_cell::sync::OnceCell;

use super::{
    accounts::ask_about_account,
    api_keys::ask_about_key,
    changes,
    dedicated_thread::{DedicatedThread, gone},
    grants::ask_about_grant,
};
use crate::{
    access::{
        Accounts, Authentication, Authenticator, Grants, Handle, KeyValidator, Policy, Project,
        Readiness, TokenCache, TokenCacheStats,
        freshness::{Cause, Mark},
    },
    api::{
        AccessTokenApi, ApiKeyApi, EmployeeApi, MfaApi, OrgApi, SamlApi, ScimApi, UserApi,
        UserInsightsApi, operations,
    },
    call::{Call, CustomCall},
    client::Client,
    endpoint::Endpoint,
    webhook::Seen,
    words::subject::Subject,
};

/// PropelAuth for one application: verifies its access tokens and calls its backend API.
///
/// Build it once, and move a clone into `HttpServer::new`. Clones share the verifier key, the cache of
/// verified tokens and the connections; cloning increments a reference count.
///
/// A handler takes it as an argument, to call the backend API. It is the handle whose middleware
/// authenticated the request, or else the one in the app data; without both, the response is 500, and the
/// log names the route and the fix.
///
/// ```
/// use actix_web_propelauth::{Error, PropelAuth, User};
///
/// async fn rename(user: User, auth: PropelAuth, name: String) -> Result<&'static str, Error> {
///     auth.user().update_user_metadata(&user.user_id).first_name(name).await?;
///     Ok("renamed")
/// }
/// ```
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

impl PropelAuth {
    /// Creates the handle, and lets the settings refer to it.
    pub(super) fn new(authenticator: Arc<Authenticator>, client: Client) -> Self {
        let inner = Arc::new(Inner {
            authenticator,
            client,
            dedicated_thread: OnceCell::new(),
            webhooks_seen: Arc::default(),
            #[cfg(feature = "redis")]
            fleet: OnceCell::new(),
        });
        let handle: Handle = Arc::<Inner>::clone(&inner);
        inner.authenticator.settings().set_handle(&handle);
        let authenticator = Arc::downgrade(&inner.authenticator);
        let freshness = &inner.authenticator.settings().freshness;
        freshness.listen(move |subject| {
            if let Some(authenticator) = authenticator.upgrade() {
                authenticator.forget_keys(subject.clone());
            }
        });
        let settings = Arc::clone(inner.authenticator.settings());
        inner
            .client
            .config()
            .set_after_call(Box::new(move |request| {
                if let Some(subject) = changes::of(request) {
                    // It holds at once; a fleet gets it without being waited for.
                    drop(settings.record(Mark::new(subject).because(Cause::Call)));
                }
            }));
        // The handle owns the authenticator, so that this must not keep the handle alive.
        let weak = Arc::downgrade(&inner);
        let owner = Weak::clone(&weak);
        let run = move |job| match weak.upgrade() {
            Some(inner) => inner.thread()?.run(job),
            None => Err(gone()),
        };
        let client = move || owner.upgrade().map(|inner| inner.client.clone());
        let grants = Grants::new(ask_about_grant(client.clone()));
        let accounts = Accounts::new(
            Arc::clone(&inner.authenticator.settings().freshness),
            ask_about_account(client, run.clone()),
        );
        // A second handle for the same settings does not exist.
        let _ = inner.authenticator.settings().accounts.set(accounts);
        let _ = inner.authenticator.settings().grants.set(grants);
        let validator = KeyValidator::new(
            Arc::clone(inner.authenticator.settings()),
            inner.client.config().integration_key(),
            ask_about_key(inner.client.clone(), run),
        );
        inner.authenticator.set_key_validator(validator);
        Self(inner)
    }
}

impl Inner {
    /// Returns the dedicated thread, which the first use starts.
    pub(super) fn thread(&self) -> io::Result<&DedicatedThread> {
        self.dedicated_thread
            .get_or_try_init(DedicatedThread::start)
    }
}

pub(super) struct Inner {
    pub(super) authenticator: Arc<Authenticator>,
    pub(super) client: Client,
    pub(super) dedicated_thread: OnceCell<DedicatedThread>,
    /// The webhooks that were handled, of all workers.
    pub(super) webhooks_seen: Arc<Seen>,
    #[cfg(feature = "redis")]
    pub(super) fleet: OnceCell<Arc<crate::fleet::Member>>,
}

impl PropelAuth {
    /// Returns middleware that denies requests without a valid access token with 401.
    ///
    /// Handlers take a [`User`](crate::User). API keys are accepted with
    /// [`accept_api_keys`](Authentication::accept_api_keys).
    ///
    /// ```
    /// use actix_web::{App, web};
    /// use actix_web_propelauth::{PropelAuth, User};
    ///
    /// async fn whoami(user: User) -> String {
    ///     user.email.clone()
    /// }
    ///
    /// # fn example(auth: PropelAuth) {
    /// let app = App::new().route("/whoami", web::get().to(whoami)).wrap(auth.require_user());
    /// # }
    /// ```
    #[doc(alias = "IsUserAuthenticated")]
    pub fn require_user(&self) -> Authentication {
        self.authentication(Policy::Require)
    }

    /// Returns middleware that passes requests without a token, and denies invalid tokens with 401.
    ///
    /// An invalid token is denied rather than ignored so that a client whose token expired learns of it and
    /// refreshes, instead of being served as a stranger. Handlers take an
    /// [`OptionalUser`](crate::OptionalUser).
    pub fn optional_user(&self) -> Authentication {
        self.authentication(Policy::Optional)
    }

    /// Returns middleware that never denies a request because of its token: an invalid one is treated like a
    /// missing one, and so is one that is [too long](crate::PropelAuthBuilder::max_token_len).
    ///
    /// While no verifier key could be fetched, a request with a token is answered with 503, because the token
    /// cannot be judged. Handlers take an [`OptionalUser`](crate::OptionalUser).
    #[doc(alias = "AllowAny")]
    pub fn allow_anonymous(&self) -> Authentication {
        self.authentication(Policy::AllowAnonymous)
    }

    /// Returns the user API: fetching, creating, changing and deleting users.
    #[must_use]
    pub fn user(&self) -> UserApi<'_> {
        UserApi::new(&self.0.client)
    }

    /// Returns the organization API: organizations, their members and invitations.
    #[must_use]
    pub fn org(&self) -> OrgApi<'_> {
        OrgApi::new(&self.0.client)
    }

    /// Returns the API of SAML and OIDC connections of organizations.
    #[must_use]
    pub fn saml(&self) -> SamlApi<'_> {
        SamlApi::new(&self.0.client)
    }

    /// Returns the SCIM API: groups that are synchronized from an identity provider.
    #[must_use]
    pub fn scim(&self) -> ScimApi<'_> {
        ScimApi::new(&self.0.client)
    }

    /// Returns the API that creates access tokens for users.
    #[must_use]
    pub fn access_token(&self) -> AccessTokenApi<'_> {
        AccessTokenApi::new(&self.0.client)
    }

    /// Returns the multi-factor authentication API: step-up challenges and their grants.
    #[must_use]
    pub fn mfa(&self) -> MfaApi<'_> {
        MfaApi::new(&self.0.client)
    }

    /// Returns the employee API: members of your own team.
    #[must_use]
    pub fn employee(&self) -> EmployeeApi<'_> {
        EmployeeApi::new(&self.0.client)
    }

    /// Returns the API of end users' and organizations' API keys.
    #[must_use]
    pub fn api_key(&self) -> ApiKeyApi<'_> {
        ApiKeyApi::new(&self.0.client)
    }

    /// Returns the user insights API: usage reports and charts.
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

    /// Creates a call of an operation that this version of the crate does not have, by its method and path.
    ///
    /// A field in braces, such as `{user_id}`, is a segment of the path whose value
    /// [`path_field`](CustomCall::path_field) sets, encoded and checked. The path is `&'static str` so that
    /// no value can be written into it unchecked, and so that it can be logged.
    ///
    /// ```
    /// use actix_web::http::Method;
    /// use actix_web_propelauth::{Error, PropelAuth, UserId};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Note {
    ///     text: String,
    /// }
    ///
    /// async fn add_note(auth: &PropelAuth, user_id: &UserId) -> Result<String, Error> {
    ///     let note: Note = auth
    ///         .request(Method::POST, "/api/backend/v1/user/{user_id}/notes")
    ///         .path_field("user_id", user_id)
    ///         .json(&serde_json::json!({ "text": "called" }))
    ///         .send()
    ///         .await?;
    ///     Ok(note.text)
    /// }
    /// ```
    ///
    /// The emulator answers an operation that it does not have with 501.
    pub fn request(&self, method: Method, path: &'static str) -> CustomCall {
        CustomCall::new(self.0.client.clone(), method, path, &operations::PATHS)
    }

    /// Fetches the verifier key again. Returns `true` if it changed.
    ///
    /// Middleware, guards and extractors do this themselves if a signature does not verify. Code that only
    /// calls the `validate_…` methods, which never connect, can do it here: to get the first key after
    /// [`build_lazy`](crate::PropelAuthBuilder::build_lazy), or from time to time.
    ///
    /// Nothing is fetched if you set the key yourself, or if the last fetch brought no new key less than
    /// [`key_refresh_interval`](crate::PropelAuthBuilder::key_refresh_interval) ago. If a fetch is in progress,
    /// this waits for it. Dropping the future does not cancel the fetch, because others may wait for it.
    pub async fn refresh_verifier_key(&self) -> bool {
        self.0.authenticator.refresh_key().await
    }

    /// Returns hit, miss and eviction counts of the cache of verified tokens.
    #[must_use]
    pub fn token_cache_stats(&self) -> TokenCacheStats {
        let cache = self.0.authenticator.cache();
        cache.map(TokenCache::stats).unwrap_or_default()
    }

    /// Clears the cache of verified tokens. Every token is verified again on its next use.
    ///
    /// This revokes nothing: a token is valid until it expires. The cache is cleared automatically if the
    /// verifier key changes.
    pub fn clear_token_cache(&self) {
        self.0.authenticator.clear_cache();
    }

    /// Forgets what is known of the API keys of end users. Each is validated by PropelAuth again on its next use.
    ///
    /// Call it if many keys were deleted at once by another program, and the
    /// [seconds](crate::ApiKeys::cache_for) for which a validation is believed are too long.
    pub fn clear_api_key_cache(&self) {
        self.0.authenticator.forget_keys(Subject::AllKeys);
    }

    /// Returns the number of access tokens whose signature was verified since the handle was built.
    ///
    /// Each request adds at most one, however many guards and middlewares it passes. A cached token and a
    /// malformed header add none.
    #[must_use]
    pub fn verification_count(&self) -> u64 {
        self.0.authenticator.verification_count()
    }

    /// Returns `true` if access tokens can be judged: there is a verifier key, and the marks of the fleet
    /// were read back, if the handle is in one.
    ///
    /// It does not connect. [`readiness`](Self::readiness) also says why not, and has an example.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.readiness().is_ready
    }

    /// Returns whether access tokens can be judged, and what is known of the verifier key.
    ///
    /// It does not connect, so it can be called for every probe. After
    /// [`build_lazy`](crate::PropelAuthBuilder::build_lazy), the key is fetched by the first request with a
    /// token, and an orchestrator sends none to a service that is not ready: fetch the key in the route
    /// that is probed.
    ///
    /// ```
    /// use actix_web::{HttpResponse, web::ThinData};
    /// use actix_web_propelauth::PropelAuth;
    ///
    /// async fn readyz(auth: ThinData<PropelAuth>) -> HttpResponse {
    ///     if !auth.is_ready() {
    ///         // At most one fetch per second, which all probes and requests share.
    ///         auth.refresh_verifier_key().await;
    ///     }
    ///     let readiness = auth.readiness();
    ///     if readiness.is_ready {
    ///         HttpResponse::Ok().body("ready")
    ///     } else {
    ///         eprintln!("{readiness}");
    ///         HttpResponse::ServiceUnavailable().body("not ready")
    ///     }
    /// }
    /// ```
    ///
    /// Add the route outside of what requires a user. An outage of PropelAuth does not make a service
    /// unready that has a key: it keeps verifying tokens.
    #[must_use]
    pub fn readiness(&self) -> Readiness {
        let readiness = self.0.authenticator.readiness();
        #[cfg(feature = "redis")]
        let readiness = readiness.in_fleet(self.waits_for_fleet());
        readiness
    }

    /// Returns the issuer whose tokens are accepted.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.0.authenticator.settings().issuer
    }

    #[cfg(feature = "cli")]
    pub(crate) fn client(&self) -> &Client {
        &self.0.client
    }

    fn authentication(&self, policy: Policy) -> Authentication {
        Authentication::new(self.project(), policy)
    }

    /// Returns what middleware holds of the handle.
    pub(super) fn project(&self) -> Project {
        let handle: Handle = Arc::<Inner>::clone(&self.0);
        Project::new(Arc::clone(&self.0.authenticator), handle)
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
