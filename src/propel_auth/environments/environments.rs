//! [`Environments`]: the handles of several environments.

use std::sync::Arc;

use actix_web::HttpRequest;

use super::error::EnvironmentsError;
use crate::{
    access::{
        Authentication, Denied, OfProject, Policy, Project, Selection, Settings, StepUp, User,
        normalize_host, normalize_prefix,
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
    /// Creates environments of which a request chooses one by the issuer that its token names.
    ///
    /// The issuer is read before the token is verified, and only says who verifies it: the environment that is
    /// chosen compares it again, after the signature. A request whose token names none of the issuers, one without a
    /// token and one with an API key are judged by the first environment.
    ///
    /// ```
    /// use actix_web_propelauth::{Environments, EnvironmentsError, PropelAuth};
    ///
    /// # fn example(customers: PropelAuth, staff: PropelAuth) -> Result<(), EnvironmentsError> {
    /// let environments = Environments::by_issuer([customers, staff])?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// With more than one environment, any caller can choose which of them has to fetch its verifier key again.
    /// The [pause](crate::PropelAuthBuilder::key_refresh_interval) between fetches holds for each of them.
    ///
    /// # Errors
    ///
    /// Returns [`EnvironmentsError::Empty`] if there is no handle, and [`EnvironmentsError::SameIssuer`] if two
    /// accept tokens of one issuer.
    pub fn by_issuer(
        environments: impl IntoIterator<Item = PropelAuth>,
    ) -> Result<Self, EnvironmentsError> {
        let list: Vec<_> = environments.into_iter().collect();
        let first = list.first().ok_or(EnvironmentsError::Empty)?.clone();
        check_issuers(&list)?;
        Ok(Self::new(Selection::by_issuer(first, list)))
    }

    /// Creates environments of which a request chooses one by its host, such as `eu.example.com`.
    ///
    /// The host is that of the header `Host`, or of the request's target if it has one (`:authority` in HTTP/2).
    /// It is compared without case, port and a dot at the end. `Forwarded` and `X-Forwarded-Host` are not read,
    /// because any caller can send them: a proxy in front has to pass the host on. A clone of one handle can be
    /// given for several hosts.
    ///
    /// ```
    /// use actix_web_propelauth::{Environments, EnvironmentsError, PropelAuth};
    ///
    /// # fn example(eu: PropelAuth, us: PropelAuth) -> Result<(), EnvironmentsError> {
    /// let environments = Environments::by_host([
    ///     ("eu.example.com", eu.clone()),
    ///     ("example.eu", eu),
    ///     ("us.example.com", us),
    /// ])?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A request for another host is denied with 421 (Misdirected Request), and one without a host, with several or
    /// with a malformed one with 400, whatever the middleware requires.
    ///
    /// # Errors
    ///
    /// Returns [`EnvironmentsError::Empty`] if the list is empty, [`EnvironmentsError::Host`] if a text is not a
    /// host, [`EnvironmentsError::SameHost`] if a host occurs twice, and [`EnvironmentsError::SameIssuer`] if two
    /// different handles accept tokens of one issuer.
    pub fn by_host<H: Into<String>>(
        environments: impl IntoIterator<Item = (H, PropelAuth)>,
    ) -> Result<Self, EnvironmentsError> {
        let named = |host: String| match normalize_host(&host) {
            Ok(name) => Ok(name),
            Err(problem) => Err(EnvironmentsError::Host { host, problem }),
        };
        let (first, list) = named_list(environments, named, EnvironmentsError::SameHost)?;
        Ok(Self::new(Selection::by_host(first, list)))
    }

    /// Creates environments of which a request chooses one by the beginning of its path, such as `/eu`.
    ///
    /// Prefixes are compared by whole segments, so that `/eu` is for `/eu` and `/eu/orders` and not for `/europe`. The
    /// longest one decides, and `/` is for all other paths. The path is the one that actix-web matches routes
    /// with, percent-decoded. A clone of one handle can be given for several prefixes.
    ///
    /// ```
    /// use actix_web_propelauth::{Environments, EnvironmentsError, PropelAuth};
    ///
    /// # fn example(eu: PropelAuth, us: PropelAuth) -> Result<(), EnvironmentsError> {
    /// let environments = Environments::by_path([("/eu", eu), ("/us", us)])?;
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// A request for another path is denied with 404, and so is one whose path has an empty segment, as in `//eu`, or
    /// the segment `.` or `..`: another middleware might read it as another path. Wrap middleware that changes
    /// paths, such as actix-web's [`NormalizePath`](actix_web::middleware::NormalizePath), outside: the last
    /// `.wrap` runs first.
    ///
    /// # Errors
    ///
    /// Returns [`EnvironmentsError::Empty`] if the list is empty, [`EnvironmentsError::Prefix`] if a text is not a
    /// prefix, [`EnvironmentsError::SamePrefix`] if a prefix occurs twice, and [`EnvironmentsError::SameIssuer`] if
    /// two different handles accept tokens of one issuer.
    pub fn by_path<P: Into<String>>(
        environments: impl IntoIterator<Item = (P, PropelAuth)>,
    ) -> Result<Self, EnvironmentsError> {
        let named = |prefix: String| match normalize_prefix(&prefix) {
            Ok(name) => Ok(name),
            Err(problem) => Err(EnvironmentsError::Prefix { prefix, problem }),
        };
        let same = |prefix: String| {
            EnvironmentsError::SamePrefix(if prefix.is_empty() {
                "/".into()
            } else {
                prefix
            })
        };
        let (first, list) = named_list(environments, named, same)?;
        Ok(Self::new(Selection::by_path(first, list)))
    }

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
    /// the handles, and not in those of a middleware.
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

    fn new(selection: Selection<PropelAuth>) -> Self {
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
fn is_same(one: &PropelAuth, other: &PropelAuth) -> bool {
    Arc::ptr_eq(one.settings(), other.settings())
}

/// Returns an error if two of the handles accept tokens of one issuer.
fn check_issuers<'a>(
    handles: impl IntoIterator<Item = &'a PropelAuth>,
) -> Result<(), EnvironmentsError> {
    let mut earlier: Vec<&PropelAuth> = Vec::new();
    for auth in handles {
        let (one, is_of) = (auth.settings(), |other: &&&PropelAuth| {
            let other = other.settings();
            auth.settings().accepts_issuer(&other.issuer) || other.accepts_issuer(auth.issuer())
        });
        if let Some(other) = earlier.iter().find(is_of) {
            return Err(EnvironmentsError::SameIssuer {
                issuer: other.issuer().to_owned(),
                other: one.issuer.clone(),
            });
        }
        earlier.push(auth);
    }
    Ok(())
}

/// Returns the first handle, and all with their names, which must be different.
fn named_list<N: Into<String>>(
    environments: impl IntoIterator<Item = (N, PropelAuth)>,
    normalize: impl Fn(String) -> Result<String, EnvironmentsError>,
    same: impl Fn(String) -> EnvironmentsError,
) -> Result<(PropelAuth, Vec<(String, PropelAuth)>), EnvironmentsError> {
    let mut list: Vec<(String, PropelAuth)> = Vec::new();
    let mut handles: Vec<PropelAuth> = Vec::new();
    for (name, auth) in environments {
        let name = normalize(name.into())?;
        if list.iter().any(|(other, _)| *other == name) {
            return Err(same(name));
        }
        if !handles.iter().any(|other| is_same(other, &auth)) {
            handles.push(auth.clone());
        }
        list.push((name, auth));
    }
    check_issuers(&handles)?;
    let first = handles.into_iter().next().ok_or(EnvironmentsError::Empty)?;
    Ok((first, list))
}
