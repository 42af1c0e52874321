//! The one path from a request to its user. Middleware, guards and extractors all take it, and
//! what it finds is kept in the request's extensions, so that nothing is verified twice.

use std::{
    cell::{Ref, RefMut},
    sync::Arc,
};

use actix_web::{
    HttpMessage as _, HttpRequest,
    dev::{Extensions, RequestHead},
    guard::GuardContext,
    web,
};
use futures_util::future::LocalBoxFuture;

use super::{
    authenticator::{Authenticator, Progress},
    denied::Denied,
    settings::Settings,
    user::User,
};
use crate::auth::PropelAuth;

/// A denial, with the settings that say how to word it.
#[derive(Clone)]
pub(super) struct Refused {
    pub(super) denied: Denied,
    pub(super) settings: Arc<Settings>,
}

/// Who is calling, as far as that is known.
pub(super) type Caller = Result<User, Refused>;

/// Who is calling, at once or after a new key was fetched.
pub(super) enum Identifying {
    Ready(Caller),
    Pending {
        /// The verdict for those who cannot wait.
        meanwhile: Refused,
        later: LocalBoxFuture<'static, Caller>,
    },
}

/// In the extensions: that there is no user, and why. What `User` is for success.
struct NoUser(Refused);

/// What routing guards and everything after them know a request by.
pub(super) trait Request {
    fn request_head(&self) -> &RequestHead;
    fn data(&self) -> Ref<'_, Extensions>;
    fn data_mut(&self) -> RefMut<'_, Extensions>;
    /// Returns the handle that the application put into its app data.
    fn handle(&self) -> Option<&PropelAuth>;
}

impl Request for HttpRequest {
    fn request_head(&self) -> &RequestHead {
        self.head()
    }

    fn data(&self) -> Ref<'_, Extensions> {
        self.extensions()
    }

    fn data_mut(&self) -> RefMut<'_, Extensions> {
        self.extensions_mut()
    }

    fn handle(&self) -> Option<&PropelAuth> {
        let in_data = || {
            self.app_data::<web::Data<PropelAuth>>()
                .map(|data| data.get_ref())
        };
        self.app_data::<PropelAuth>().or_else(in_data)
    }
}

impl Request for GuardContext<'_> {
    fn request_head(&self) -> &RequestHead {
        self.head()
    }

    fn data(&self) -> Ref<'_, Extensions> {
        self.req_data()
    }

    fn data_mut(&self) -> RefMut<'_, Extensions> {
        self.req_data_mut()
    }

    fn handle(&self) -> Option<&PropelAuth> {
        let in_data = || {
            self.app_data::<web::Data<PropelAuth>>()
                .map(|data| data.get_ref())
        };
        self.app_data::<PropelAuth>().or_else(in_data)
    }
}

/// Identifies the caller for one project. What another project found does not count.
pub(super) fn identify_for(auth: &Arc<Authenticator>, request: &impl Request) -> Identifying {
    let known = known(&request.data()).filter(|caller| {
        let settings = match caller {
            Ok(user) => user.settings(),
            Err(refused) => &refused.settings,
        };
        Arc::ptr_eq(settings, auth.settings())
    });
    match known {
        Some(caller) => Identifying::Ready(caller),
        None => verify(auth, request),
    }
}

/// Identifies the caller by what is known already, or else by the handle in the app data.
/// `whom` names who asks, for the log of a developer who provided neither.
pub(super) fn identify(request: &impl Request, whom: impl FnOnce() -> String) -> Identifying {
    if let Some(caller) = known(&request.data()) {
        return Identifying::Ready(caller);
    }
    match request.handle() {
        Some(handle) => verify(handle.authenticator(), request),
        None => Identifying::Ready(Err(Refused::misconfigured(format!(
            "{} met a request that no PropelAuth middleware has seen. Wrap the app, scope or \
             resource in `auth.require_user()` (the last `.wrap` runs first), or add \
             `.app_data(auth.clone())` to the app",
            whom()
        )))),
    }
}

/// Keeps for the rest of the request who is calling.
pub(super) fn remember(request: &impl Request, caller: &Caller) {
    let mut extensions = request.data_mut();
    match caller {
        Ok(user)
            if extensions
                .get::<User>()
                .is_some_and(|known| known.is_same(user)) => {}
        Ok(user) => {
            extensions.remove::<NoUser>();
            extensions.insert(user.clone());
        }
        Err(refused) => {
            extensions.remove::<User>();
            extensions.insert(NoUser(refused.clone()));
        }
    }
}

/// Returns the settings of whoever looked at the request before, or else of the handle in the
/// app data.
pub(super) fn settings_of(request: &impl Request) -> Option<Arc<Settings>> {
    let known = known(&request.data()).map(|caller| match caller {
        Ok(user) => Arc::clone(user.settings()),
        Err(refused) => refused.settings,
    });
    known.or_else(|| {
        let handle = request.handle()?;
        Some(Arc::clone(handle.authenticator().settings()))
    })
}

fn known(extensions: &Extensions) -> Option<Caller> {
    let user = extensions.get::<User>().cloned().map(Ok);
    user.or_else(|| {
        extensions
            .get::<NoUser>()
            .map(|no_user| Err(no_user.0.clone()))
    })
}

fn verify(auth: &Arc<Authenticator>, request: &impl Request) -> Identifying {
    let settings = Arc::clone(auth.settings());
    match auth.authenticate(request.request_head().headers()) {
        Progress::Ready(result) => {
            Identifying::Ready(result.map_err(|denied| Refused { denied, settings }))
        }
        Progress::Pending { meanwhile, later } => Identifying::Pending {
            meanwhile: Refused {
                denied: meanwhile,
                settings: Arc::clone(&settings),
            },
            later: Box::pin(
                async move { later.await.map_err(|denied| Refused { denied, settings }) },
            ),
        },
    }
}

impl Refused {
    pub(super) fn misconfigured(message: String) -> Self {
        Self {
            denied: Denied::Misconfigured(message),
            settings: Settings::fallback(),
        }
    }
}
