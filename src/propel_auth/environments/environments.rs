//! [`Environments`]: the handles of several environments.

use std::sync::Arc;

use actix_web::HttpRequest;

use crate::{
    access::{
        Authentication, Denied, OfProject, Policy, Project, Selection, Settings, StepUp, User,
    },
    propel_auth::handle::PropelAuth,
};

/// Several PropelAuth environments in one application, such as one for each region or brand, or the test environment
/// beside the one for production.
///
/// Each request chooses one of them: by the [issuer](Self::by_issuer) of its token, by its [host](Self::by_host), or
/// by its [path](Self::by_path). From then on, it is a request of that environment and of no other. Handlers take
/// its handle as the argument [`PropelAuth`](crate::PropelAuth), and guards, marks, API keys and calls are those of
/// the environment.
///
/// ```
/// use actix_web::{App, web};
/// use actix_web_propelauth::{Environments, EnvironmentsError, InOrg, OrgMemberInfo, PropelAuth, User, org_id};
///
/// async fn whoami(user: User, auth: PropelAuth) -> String {
///     // Ids of users are unique in their environment.
///     format!("{} of {}", user.user_id, auth.issuer())
/// }
///
/// # fn example(eu: PropelAuth, us: PropelAuth) -> Result<(), EnvironmentsError> {
/// let environments = Environments::by_host([("eu.example.com", eu), ("us.example.com", us)])?;
/// let app = App::new()
///     .route("/whoami", web::get().to(whoami))
///     .wrap(environments.require_user());
/// # Ok(())
/// # }
/// ```
///
/// A token of one environment is invalid in another (401), also if middlewares of several environments are nested: each
/// verifies for itself.
///
/// | chosen by | the request is for no environment | API keys |
/// | --- | --- | --- |
/// | issuer | the first environment judges it, and denies it unless it has no token and needs none | of the first environment |
/// | host | 421, or 400 without exactly one host | of the environment |
/// | path | 404 | of the environment |
///
/// Log lines of denials have the issuer of the environment in the field `issuer`, and so have spans that declare
/// [`propelauth.issuer`](crate::observe#the-user-in-your-own-spans). Responses do not name it.
///
/// Keep [webhooks](crate::PropelAuth::webhooks) apart: each environment has its own secret, and needs a service of its own, on
/// a path of its own and outside of the middleware.
#[derive(Clone, Debug)]
pub struct Environments(Arc<Selection<PropelAuth>>);

impl OfProject for PropelAuth {
    fn settings(&self) -> &Arc<Settings> {
        self.authenticator().settings()
    }
}

impl Environments {
    /// Returns middleware that denies requests without a valid access token of their environment with 401.
    ///
    /// It is [`PropelAuth::require_user`](crate::PropelAuth::require_user) of the environment that a request chooses.
    pub fn require_user(&self) -> Authentication {
        self.authentication(Policy::Require)
    }

    /// Returns middleware that passes requests without a token, and denies tokens that are invalid in their
    /// environment with 401.
    ///
    /// It is [`PropelAuth::optional_user`](crate::PropelAuth::optional_user) of the environment that a request
    /// chooses. A request for no environment is denied.
    pub fn optional_user(&self) -> Authentication {
        self.authentication(Policy::Optional)
    }

    /// Returns middleware that never denies a request because of its token.
    ///
    /// It is [`PropelAuth::allow_anonymous`](crate::PropelAuth::allow_anonymous) of the environment that a request
    /// chooses. A request for no environment is denied.
    pub fn allow_anonymous(&self) -> Authentication {
        self.authentication(Policy::AllowAnonymous)
    }

    /// Returns middleware that requires a step-up grant for a type of action, of the environment that a request chooses.
    ///
    /// It is [`PropelAuth::require_step_up`](crate::PropelAuth::require_step_up) of that environment. By issuer, a
    /// request is for the environment whose middleware has authenticated it, wherever its token was.
    ///
    /// ```
    /// use actix_web::web;
    /// use actix_web_propelauth::{Environments, User};
    ///
    /// async fn delete(user: User) -> String {
    ///     format!("deleted {}", user.email)
    /// }
    ///
    /// # fn example(environments: Environments) {
    /// let account = web::resource("/account")
    ///     .wrap(environments.require_step_up("DELETE_ACCOUNT"))
    ///     .wrap(environments.require_user())
    ///     .delete(delete);
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the type of action is empty.
    #[track_caller]
    pub fn require_step_up(&self, action_type: impl Into<String>) -> StepUp {
        StepUp::of_several(self.projects(), action_type.into())
    }

    /// Returns the environment that a request is for, as the middleware chooses it.
    ///
    /// Behind the middleware, the argument [`PropelAuth`](crate::PropelAuth) of a handler is the same. This is for
    /// code without it, such as a login page. A token is looked for in the `Authorization` header and in the places of
    /// the handles, and not in those of a middleware, unless a middleware has decided by them.
    ///
    /// ```
    /// use actix_web::{HttpRequest, web::ThinData};
    /// use actix_web_propelauth::{Denied, Environments};
    ///
    /// async fn login_page(environments: ThinData<Environments>, request: HttpRequest) -> Result<String, Denied> {
    ///     let auth = environments.for_request(&request)?;
    ///     Ok(format!("log in at {}", auth.issuer()))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Denied::NoEnvironment`] if the request is for none.
    pub fn for_request(&self, request: &HttpRequest) -> Result<&PropelAuth, Denied> {
        Ok(self.0.for_request_of_handles(request)?)
    }

    /// Returns the environment that judges a token without a request: the one whose issuer the token names, or else the
    /// first one.
    ///
    /// The token is not verified. Do that with the handle, for example by
    /// [`authenticate`](crate::PropelAuth::authenticate).
    #[must_use]
    pub fn for_token(&self, token: &str) -> &PropelAuth {
        self.0.for_token(token)
    }

    /// Verifies an access token in the environment whose issuer it names, and returns its user.
    ///
    /// It is for tokens without a request, such as in a job of a queue, also if requests choose by host or path. For a
    /// token in a message of a WebSocket, call
    /// [`authenticate`](crate::PropelAuth::authenticate) of the handler's [`PropelAuth`](crate::PropelAuth), so
    /// that a token of another environment is invalid there.
    ///
    /// ```
    /// # use actix_web_propelauth::{Denied, Environments};
    /// # async fn example(environments: Environments, token: &str) -> Result<(), Denied> {
    /// let user = environments.authenticate(token).await?;
    /// let auth = environments.for_token(token);
    /// println!("{} of {}", user.user_id, auth.issuer());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of [`PropelAuth::authenticate`](crate::PropelAuth::authenticate).
    pub async fn authenticate(&self, token: &str) -> Result<User, Denied> {
        self.for_token(token).authenticate(token).await
    }

    /// Returns the handle whose issuer this is, or `None` if there is none.
    ///
    /// ```
    /// # use actix_web_propelauth::Environments;
    /// # fn example(environments: Environments) {
    /// let eu = environments.get("https://auth.eu.example.com");
    /// # }
    /// ```
    #[must_use]
    pub fn get(&self, issuer: &str) -> Option<&PropelAuth> {
        self.iter().find(|auth| auth.issuer() == issuer)
    }

    /// Returns the handles, each once.
    ///
    /// ```
    /// use actix_web::{HttpResponse, web::ThinData};
    /// use actix_web_propelauth::{Environments, PropelAuth};
    ///
    /// async fn readyz(environments: ThinData<Environments>) -> HttpResponse {
    ///     if environments.iter().all(PropelAuth::is_ready) {
    ///         HttpResponse::Ok().finish()
    ///     } else {
    ///         HttpResponse::ServiceUnavailable().finish()
    ///     }
    /// }
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = &PropelAuth> {
        let of_earlier =
            |index, auth: &PropelAuth| self.0.iter().take(index).any(|it| is_same(it, auth));
        let all = self.0.iter().enumerate();
        all.filter(move |(index, auth)| !of_earlier(*index, auth))
            .map(|(_, auth)| auth)
    }

    /// Creates environments from a list that was checked, and lets log lines name them.
    pub(super) fn new(selection: Selection<PropelAuth>) -> Self {
        for auth in selection.iter() {
            auth.settings().be_one_of_several();
        }
        Self(Arc::new(selection))
    }

    fn authentication(&self, policy: Policy) -> Authentication {
        Authentication::of_several(self.projects(), policy)
    }

    /// Returns what middleware holds of the environments.
    fn projects(&self) -> Selection<Project> {
        self.0.map(PropelAuth::project)
    }
}

/// Returns `true` for clones of one handle.
pub(super) fn is_same(one: &PropelAuth, other: &PropelAuth) -> bool {
    Arc::ptr_eq(one.settings(), other.settings())
}
