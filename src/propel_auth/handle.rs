//! The handle that an application holds.

use std::{
    fmt, io,
    sync::{Arc, Weak},
};

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
        freshness::{Cause, Mark},
    },
    client::Client,
    webhook::Seen,
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
            .set_after_call(Box::new(move |request, answered| {
                if let Some(subject) = changes::of(request) {
                    // It holds at once; a fleet gets it without being waited for.
                    let mark = Mark::new(subject).because(Cause::Call);
                    drop(settings.record_change(mark, answered));
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
