//! [`OrgRequest`]: the request, as a lookup of the organization sees it.

use std::{cell::RefCell, fmt};

use actix_web::{
    dev::{Path, RequestHead, ResourceDef, Url},
    http::header::HeaderMap,
    web,
};

#[cfg(feature = "audit")]
use crate::access::probe::OrgSource;
use crate::access::{callers::principal::Principal, unspecified_org::UnspecifiedOrg, user::User};

/// The request, as a lookup of the organization sees it.
///
/// It has the head of the request and the authenticated caller. A failed lookup records the reason,
/// which is logged with the denial, so that a closure only has to return `None`.
///
/// ```
/// use actix_web_propelauth::{InOrg, RequiredOrg, org_id::OrgRequest};
///
/// /// Uses the header, or the user's only organization if the header is missing.
/// fn find_org(request: &OrgRequest<'_>) -> Option<RequiredOrg> {
///     if request.headers().contains_key("x-org-id") {
///         return request.header("x-org-id").map(RequiredOrg::id);
///     }
///     let mut orgs = request.user()?.orgs();
///     let only = orgs.next().filter(|_| orgs.len() == 0)?;
///     Some(RequiredOrg::from(&only.org_id))
/// }
///
/// let guard = InOrg::new(find_org);
/// ```
pub struct OrgRequest<'a> {
    head: &'a RequestHead,
    params: PathParams<'a>,
    principal: &'a Principal,
    /// Why the last lookup failed.
    miss_reason: RefCell<Option<UnspecifiedOrg>>,
    /// Where lookups looked.
    #[cfg(feature = "audit")]
    sources: RefCell<Vec<OrgSource>>,
}

/// The source of path parameters.
pub(in crate::access) enum PathParams<'a> {
    /// The route that the request was matched to.
    Route(&'a Path<Url>),
    /// The pattern that the guard was created with, because routing has not come that far.
    Pattern(&'a ResourceDef),
    /// No source, in `.guard(…)` without a pattern.
    None,
}

impl<'a> OrgRequest<'a> {
    pub(in crate::access) fn new(
        head: &'a RequestHead,
        params: PathParams<'a>,
        principal: &'a Principal,
    ) -> Self {
        Self {
            head,
            params,
            principal,
            miss_reason: RefCell::new(None),
            #[cfg(feature = "audit")]
            sources: RefCell::default(),
        }
    }

    /// Returns the authenticated user, or `None` for an organization by API key, which only a middleware
    /// with the opt-in accepts.
    #[must_use]
    pub fn user(&self) -> Option<&User> {
        self.principal.user()
    }

    /// Returns the authenticated caller. The closure runs only if there is one.
    #[must_use]
    pub fn principal(&self) -> &Principal {
        self.principal
    }

    /// Returns the head of the request: method, path, version and headers.
    #[must_use]
    pub fn head(&self) -> &RequestHead {
        self.head
    }

    /// Returns all headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.head.headers()
    }

    /// Returns the value of a header if there is exactly one of this name and the value is visible
    /// ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        #[cfg(feature = "audit")]
        self.note(OrgSource::Header(name.to_owned()));
        let mut values = self.headers().get_all(name);
        let only = values.next().filter(|_| values.next().is_none());
        let text = only
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        self.record_miss(text, || {
            UnspecifiedOrg::NotInRequest(format!(
                "there must be exactly one header {name:?}, in visible ASCII"
            ))
        })
    }

    /// Returns the value of a query parameter, decoded, if there is exactly one of this name.
    #[must_use]
    pub fn query_param(&self, name: &str) -> Option<String> {
        #[cfg(feature = "audit")]
        self.note(OrgSource::Query(name.to_owned()));
        let query = self.head.uri.query().unwrap_or_default();
        let pairs = web::Query::<Vec<(String, String)>>::from_query(query);
        let pairs = pairs.map(web::Query::into_inner).unwrap_or_default();
        let mut values = pairs.into_iter().filter(|(key, _)| key == name);
        let only = values
            .next()
            .filter(|_| values.next().is_none())
            .map(|(_, value)| value);
        self.record_miss(only, || {
            UnspecifiedOrg::NotInRequest(format!(
                "there must be exactly one query parameter {name:?}"
            ))
        })
    }

    /// Returns the value of a path parameter, decoded, if there is exactly one of this name.
    ///
    /// Around a whole app no parameter is known yet, and around a scope only those of its prefix. A
    /// closure that uses another source if there is no parameter should do so only if
    /// [`is_path_matched`](Self::is_path_matched) returns `true`. Otherwise a caller could have one
    /// organization checked by that source, while the rest of the path names another.
    #[must_use]
    pub fn path_param(&self, name: &str) -> Option<String> {
        #[cfg(feature = "audit")]
        self.note(OrgSource::Path(name.to_owned()));
        self.with_path_params(|path| {
            let value = path.and_then(|path| unique_param(path, name));
            self.record_miss(value, || miss_reason(path, name))
        })
    }

    /// Returns `true` if the whole path is matched, so that all of its parameters are known: around a
    /// resource or a route, and in `.guard(…)` with a pattern that matches.
    #[must_use]
    pub fn is_path_matched(&self) -> bool {
        match self.params {
            PathParams::Route(path) => path.unprocessed().is_empty(),
            PathParams::Pattern(pattern) => self.capture_params(pattern).is_some(),
            PathParams::None => false,
        }
    }

    /// Returns `true` if there is a path parameter of this name, whatever its value.
    pub(super) fn has_path_param(&self, name: &str) -> bool {
        self.with_path_params(|path| {
            path.is_some_and(|path| path.iter().any(|(known, _)| known == name))
        })
    }

    /// Calls a function with the path parameters, or with `None` if no source of them is known.
    fn with_path_params<T>(&self, look: impl FnOnce(Option<&Path<Url>>) -> T) -> T {
        match self.params {
            PathParams::Route(path) => look(Some(path)),
            PathParams::Pattern(pattern) => {
                let params = self.capture_params(pattern);
                look(Some(&params.unwrap_or_else(|| Path::new(Url::default()))))
            }
            PathParams::None => look(None),
        }
    }

    /// Returns the path parameters by a pattern, if it matches the whole path. The path is decoded as
    /// for actix-web's routes.
    fn capture_params(&self, pattern: &ResourceDef) -> Option<Path<Url>> {
        let mut path = Path::new(Url::new(self.head.uri.clone()));
        pattern.capture_match_info(&mut path).then_some(path)
    }

    /// Returns where lookups looked for the organization, each place once.
    #[cfg(feature = "audit")]
    pub(in crate::access) fn sources(&self) -> Vec<OrgSource> {
        self.sources.borrow().clone()
    }

    /// Notes for an audit that a lookup looks here.
    #[cfg(feature = "audit")]
    pub(super) fn note(&self, source: OrgSource) {
        let mut sources = self.sources.borrow_mut();
        if !sources.contains(&source) {
            sources.push(source);
        }
    }

    /// Returns the value, and records the reason if there is none. A lookup that succeeds clears the
    /// reason of an earlier one: the closure has found another source.
    pub(super) fn record_miss<T>(
        &self,
        value: Option<T>,
        reason: impl FnOnce() -> UnspecifiedOrg,
    ) -> Option<T> {
        *self.miss_reason.borrow_mut() = value.is_none().then(reason);
        value
    }

    /// Returns why the last lookup failed.
    pub(in crate::access) fn miss_reason(&self) -> UnspecifiedOrg {
        let reason = self.miss_reason.borrow().clone();
        reason.unwrap_or_else(|| {
            UnspecifiedOrg::NotInRequest("the guard's closure returned no organization".to_owned())
        })
    }
}

/// Returns the value of the path parameter of this name, if there is exactly one. A scope and a
/// resource in it may both have one.
///
/// The value is decoded as `web::Path` decodes it, so that the guard checks the organization that the
/// handler then uses.
fn unique_param(path: &Path<Url>, name: &str) -> Option<String> {
    let values = path.iter().enumerate();
    let mut values = values.filter(|(_, (known, _))| *known == name);
    let (place, (_, value)) = values.next().filter(|_| values.next().is_none())?;
    if !value.contains('%') {
        return Some(value.to_owned());
    }
    let all: Vec<String> = path.load().ok()?;
    all.into_iter().nth(place)
}

/// Returns the reason why there is not exactly one path parameter of this name, with the fix.
fn miss_reason(path: Option<&Path<Url>>, name: &str) -> UnspecifiedOrg {
    match path {
        None => UnspecifiedOrg::NoPathParameter(format!(
            "a guard in `.guard(…)` runs before path parameters are known; set the pattern, as in \
             `.path_pattern(\"/orgs/{{{name}}}\")`, or use the guard in `.wrap(…)`"
        )),
        Some(path) if path.is_empty() => UnspecifiedOrg::NoPathParameter(format!(
            "there is no path parameter {name:?} here; around a whole app or an outer scope, \
             actix-web has not matched the path yet: wrap the resource"
        )),
        Some(path) if path.iter().filter(|(known, _)| *known == name).count() == 1 => {
            UnspecifiedOrg::NotInRequest(format!("the path parameter {name:?} cannot be decoded"))
        }
        Some(path) => UnspecifiedOrg::NoPathParameter(format!(
            "there must be exactly one path parameter {name:?} here; there are {:?}",
            path.iter().map(|(name, _)| name).collect::<Vec<_>>()
        )),
    }
}

impl fmt::Debug for OrgRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrgRequest")
            .field("method", &self.head.method)
            // Not the query, which may have a token.
            .field("path", &self.head.uri.path())
            .field("user_id", &self.user().map(|user| &user.user_id))
            .finish_non_exhaustive()
    }
}
