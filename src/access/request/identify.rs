//! The one path from a request to its caller. Middleware, guards and extractors all take it, and
//! what it finds is kept in the request's extensions, so that nothing is verified twice.

use std::{cell::Ref, sync::Arc};

use actix_web::{
    HttpMessage as _, HttpRequest,
    dev::Extensions,
    guard::GuardContext,
    http::header::{AUTHORIZATION, HeaderMap, HeaderValue},
    web,
};
use futures_util::future::LocalBoxFuture;

use crate::{
    access::{
        denied::Denied,
        settings::Settings,
        token::authenticator::{AtOnce, Authenticator, Progress},
        user::User,
    },
    auth::PropelAuth,
    org_member_info::OrgMemberInfo,
};

/// A denial, with the settings that say how to word it.
#[derive(Clone)]
pub(in crate::access) struct Refused {
    pub(in crate::access) denied: Denied,
    pub(in crate::access) settings: Arc<Settings>,
}

/// Who is calling, as far as that is known.
pub(in crate::access) type Caller = Result<User, Refused>;

/// Who is calling, at once or after the token was verified.
pub(in crate::access) enum Identifying {
    Ready(Caller),
    Pending(LocalBoxFuture<'static, Caller>),
}

/// In the extensions: that there is no user, and why. What `User` is for success.
struct NoUser(Refused);

/// In the extensions: that no middleware found the caller, but a guard or an extractor by the
/// handle in the app data.
struct ByAppData;

/// In the extensions: what a routing guard found by the handle in the app data, and from which
/// header. It saves a second verification, and no handler sees it.
struct FoundWhileRouting {
    caller: Caller,
    authorization: Option<HeaderValue>,
}

/// What routing guards and everything after them know a request by.
pub(in crate::access) trait Request {
    fn data(&self) -> Ref<'_, Extensions>;
    fn app_data<T: 'static>(&self) -> Option<&T>;

    /// Returns the handle that the application put into its app data, in whatever wrapper.
    fn handle(&self) -> Option<&PropelAuth> {
        self.app_data::<PropelAuth>()
            .or_else(|| self.app_data::<web::Data<PropelAuth>>().map(|it| &***it))
            .or_else(|| self.app_data::<web::ThinData<PropelAuth>>().map(|it| &it.0))
            .or_else(|| self.app_data::<Arc<PropelAuth>>().map(|it| &**it))
            .or_else(|| {
                let data = self.app_data::<web::Data<Arc<PropelAuth>>>();
                data.map(|it| &****it)
            })
            .or_else(|| {
                let data = self.app_data::<web::ThinData<Arc<PropelAuth>>>();
                data.map(|it| &*it.0)
            })
    }
}

impl Request for HttpRequest {
    fn data(&self) -> Ref<'_, Extensions> {
        self.extensions()
    }

    fn app_data<T: 'static>(&self) -> Option<&T> {
        Self::app_data(self)
    }
}

impl Request for GuardContext<'_> {
    fn data(&self) -> Ref<'_, Extensions> {
        self.req_data()
    }

    fn app_data<T: 'static>(&self) -> Option<&T> {
        Self::app_data(self)
    }
}

/// Identifies the caller for one project, as its middleware does. What another project found does
/// not count.
pub(in crate::access) fn identify_for(
    auth: &Arc<Authenticator>,
    request: &HttpRequest,
) -> Identifying {
    identify_by(auth, request, Authenticator::authenticate_in_turn)
}

fn identify_by(
    auth: &Arc<Authenticator>,
    request: &HttpRequest,
    authenticate: impl FnOnce(&Arc<Authenticator>, &HeaderMap) -> Progress,
) -> Identifying {
    if let Some(caller) = found_for(auth, &request.extensions(), request.headers()) {
        return Identifying::Ready(caller);
    }
    let settings = Arc::clone(auth.settings());
    let refused = |denied| Refused { denied, settings };
    match authenticate(auth, request.headers()) {
        Progress::Ready(result) => Identifying::Ready(result.map_err(refused)),
        Progress::Pending(later) => {
            Identifying::Pending(Box::pin(async move { later.await.map_err(refused) }))
        }
    }
}

/// Identifies the caller for a guard around a service: as the middleware outside of it found, or,
/// where there is none, by the handle in the app data. `whom` names who asks, for the log of a
/// developer who provided neither.
pub(in crate::access) fn identify_for_guard(
    request: &HttpRequest,
    whom: impl FnOnce() -> String,
) -> Identifying {
    match ask_for_guard(request, whom) {
        Asked::Known(caller) => Identifying::Ready(caller),
        Asked::By(auth) => identify_for(auth, request),
    }
}

/// Identifies the caller for a guard that cannot wait, as actix is looking for a route meanwhile.
///
/// The outcome is kept for whoever asks the same project again, unless a key that is being fetched
/// may change it.
pub(in crate::access) fn identify_while_routing(
    context: &GuardContext<'_>,
    whom: impl FnOnce() -> String,
) -> Caller {
    let auth = match ask_for_guard(context, whom) {
        Asked::Known(caller) => return caller,
        Asked::By(auth) => auth,
    };
    let headers = context.head().headers();
    if let Some(caller) = found_for(auth, &context.req_data(), headers) {
        return caller;
    }
    let AtOnce {
        result,
        is_provisional,
    } = auth.authenticate_at_once(headers);
    let caller = result.map_err(|denied| Refused {
        denied,
        settings: Arc::clone(auth.settings()),
    });
    if !is_provisional {
        let found = FoundWhileRouting {
            caller: caller.clone(),
            authorization: headers.get(AUTHORIZATION).cloned(),
        };
        context.req_data_mut().insert(found);
    }
    caller
}

/// Identifies the caller for the arguments of a handler, which all get what is known already.
pub(in crate::access) fn identify_for_handler(
    request: &HttpRequest,
    whom: impl FnOnce() -> String,
) -> Identifying {
    let known = known(&request.extensions());
    match known.map_or_else(|| ask_app_data(request, whom), Asked::Known) {
        Asked::Known(caller) => Identifying::Ready(caller),
        // At once, as a handler's other arguments may be there at once, and the first to fail counts.
        Asked::By(auth) => identify_by(auth, request, Authenticator::authenticate),
    }
}

/// Who is calling, or who has to find out.
enum Asked<'r> {
    Known(Caller),
    By(&'r Arc<Authenticator>),
}

fn ask_for_guard(request: &impl Request, whom: impl FnOnce() -> String) -> Asked<'_> {
    let (known, is_by_app_data) = {
        let extensions = request.data();
        (known(&extensions), extensions.contains::<ByAppData>())
    };
    match known {
        // The app data further in may be of another project.
        Some(caller) if is_by_app_data => request.handle().map_or(Asked::Known(caller), |handle| {
            Asked::By(handle.authenticator())
        }),
        Some(caller) => Asked::Known(caller),
        None => ask_app_data(request, whom),
    }
}

fn ask_app_data(request: &impl Request, whom: impl FnOnce() -> String) -> Asked<'_> {
    if let Some(handle) = request.handle() {
        return Asked::By(handle.authenticator());
    }
    Asked::Known(Err(Refused::misconfigured(format!(
        "{} met a request that no PropelAuth middleware has seen. Wrap the app, scope or resource \
         in `auth.require_user()` (the last `.wrap` runs first), or add \
         `.app_data(auth.clone())` to the app",
        whom()
    ))))
}

/// Returns whether a middleware found out about the caller and let the request pass.
pub(in crate::access) fn was_let_pass(request: &HttpRequest) -> bool {
    let extensions = request.extensions();
    is_known(&extensions) && !extensions.contains::<ByAppData>()
}

/// Keeps for the rest of the request who is calling, as a middleware found out.
///
/// One project at a time is known: with the caller of another, the organization goes that was
/// checked for the last one's.
pub(in crate::access) fn remember(request: &HttpRequest, caller: &Caller) {
    let mut extensions = request.extensions_mut();
    extensions.remove::<ByAppData>();
    keep(&mut extensions, caller);
}

/// Keeps for the rest of the request who is calling, as a guard or an extractor found out: with
/// nothing known before, by the handle in the app data.
pub(in crate::access) fn remember_found(request: &HttpRequest, caller: &Caller) {
    let mut extensions = request.extensions_mut();
    // What a middleware found is kept as it is.
    if is_kept(&extensions, caller) {
        return;
    }
    if !is_known(&extensions) {
        extensions.insert(ByAppData);
    }
    keep(&mut extensions, caller);
}

fn is_kept(extensions: &Extensions, caller: &Caller) -> bool {
    let kept = extensions.get::<User>().zip(caller.as_ref().ok());
    kept.is_some_and(|(kept, user)| kept.is_same(user))
}

fn keep(extensions: &mut Extensions, caller: &Caller) {
    if is_kept(extensions, caller) {
        return;
    }
    let last = settings_in(extensions);
    if last.is_some_and(|last| !Arc::ptr_eq(&last, settings_by(caller))) {
        extensions.remove::<OrgMemberInfo>();
    }
    match caller {
        Ok(user) => {
            extensions.remove::<NoUser>();
            extensions.insert(user.clone());
        }
        Err(refused) => {
            extensions.remove::<User>();
            extensions.remove::<OrgMemberInfo>();
            extensions.insert(NoUser(refused.clone()));
        }
    }
}

/// Returns the settings of whoever looked at the request before, or else of the handle in the
/// app data.
pub(in crate::access) fn settings_of(request: &impl Request) -> Option<Arc<Settings>> {
    let known = settings_in(&request.data());
    known.or_else(|| {
        let handle = request.handle()?;
        Some(Arc::clone(handle.authenticator().settings()))
    })
}

fn settings_in(extensions: &Extensions) -> Option<Arc<Settings>> {
    let of_user = extensions
        .get::<User>()
        .map(|user| Arc::clone(user.settings()));
    of_user.or_else(|| {
        extensions
            .get::<NoUser>()
            .map(|no_user| Arc::clone(&no_user.0.settings))
    })
}

fn settings_by(caller: &Caller) -> &Arc<Settings> {
    match caller {
        Ok(user) => user.settings(),
        Err(refused) => &refused.settings,
    }
}

/// Returns what was found out for one project, whoever may see it.
///
/// What a routing guard found holds only for the header that it looked at: between the guard and
/// whoever asks now, an application may have removed a token that it does not accept any longer.
fn found_for(auth: &Authenticator, extensions: &Extensions, headers: &HeaderMap) -> Option<Caller> {
    let is_its = |caller: &Caller| Arc::ptr_eq(settings_by(caller), auth.settings());
    known(extensions).filter(is_its).or_else(|| {
        let found = extensions.get::<FoundWhileRouting>()?;
        let is_of_this_header = headers
            .get_all(AUTHORIZATION)
            .eq(found.authorization.as_ref());
        (is_of_this_header && is_its(&found.caller)).then(|| found.caller.clone())
    })
}

fn is_known(extensions: &Extensions) -> bool {
    extensions.contains::<User>() || extensions.contains::<NoUser>()
}

fn known(extensions: &Extensions) -> Option<Caller> {
    let user = extensions.get::<User>().cloned().map(Ok);
    user.or_else(|| {
        extensions
            .get::<NoUser>()
            .map(|no_user| Err(no_user.0.clone()))
    })
}

impl Refused {
    pub(in crate::access) fn misconfigured(message: String) -> Self {
        Self {
            denied: Denied::Misconfigured(message),
            settings: Settings::fallback(),
        }
    }
}
