//! Where a guard finds the organization that a request is about.
//!
//! A guard takes any closure from the request to an org id. The functions here make the usual
//! ones. All of them deny, rather than choose, when a source says two things.
//!
//! ```
//! use actix_web_propelauth::{InOrg, InOrgWithRole, RequiredOrg, org_id};
//!
//! // GET /orgs/{org}/billing
//! let in_path = InOrgWithRole::new("Admin", org_id::path("org"));
//! // The header X-Org-Id
//! let in_header = InOrg::new(org_id::header("x-org-id"));
//! // By name, from the first label of the host
//! let by_name = InOrg::new(|request: &org_id::OrgRequest<'_>| {
//!     let host = request.header("host")?;
//!     host.split_once('.').map(|(name, _)| RequiredOrg::name(name))
//! });
//! ```

use std::{cell::RefCell, fmt};

use actix_web::{
    dev::{Path, RequestHead, ResourceDef, Url},
    http::header::HeaderMap,
    web,
};

use crate::access::{required_org::RequiredOrg, user::User};

/// The name of the path or query parameter that [`default`] looks for.
const ORG_ID: &str = "org_id";

/// Looks at the path parameter of this name, decoded as `web::Path` decodes it.
///
/// A guard around a scope sees the parameters of the scope's prefix and of the scopes outside of
/// it. A route inside should not use their names for something else.
pub fn path(name: &'static str) -> impl Fn(&OrgRequest<'_>) -> Option<RequiredOrg> + Clone {
    move |request| request.path_param(name).map(RequiredOrg::id)
}

/// Looks at the query parameter of this name, decoded as `web::Query` decodes it.
pub fn query(name: &'static str) -> impl Fn(&OrgRequest<'_>) -> Option<RequiredOrg> + Clone {
    move |request| request.query_param(name).map(RequiredOrg::id)
}

/// Looks at the header of this name; upper and lower case are the same.
pub fn header(name: &'static str) -> impl Fn(&OrgRequest<'_>) -> Option<RequiredOrg> + Clone {
    move |request| request.header(name).map(RequiredOrg::id)
}

/// Takes the active organization of the user's token.
pub fn active() -> impl Fn(&OrgRequest<'_>) -> Option<RequiredOrg> + Clone {
    move |request| {
        let org_id = request.user().active_org_id.as_ref().map(RequiredOrg::from);
        request.found(org_id, || {
            "the token is for no active organization".to_owned()
        })
    }
}

/// Looks at the path parameter `org_id`, and at the query parameter of that name only where the
/// route is known and has no such path parameter.
///
/// Around a whole app or an outer scope, and in `.guard(…)` without
/// [`path_pattern`](crate::InOrg::path_pattern), the route is not known yet. A path parameter of it
/// could name another organization than the query does, so nothing is found there.
pub fn default() -> impl Fn(&OrgRequest<'_>) -> Option<RequiredOrg> + Clone {
    move |request| {
        let org_id = if request.is_path_matched() && !request.has_path_param(ORG_ID) {
            request.query_param(ORG_ID)
        } else {
            request.path_param(ORG_ID)
        };
        org_id.map(RequiredOrg::id)
    }
}

/// What a closure that looks for an organization can see of a request.
///
/// Each look that finds nothing leaves a note of why, which the log of the refusal shows.
pub struct OrgRequest<'a> {
    head: &'a RequestHead,
    params: PathParams<'a>,
    user: &'a User,
    note: RefCell<Option<String>>,
}

/// Where path parameters come from.
pub(in crate::access) enum PathParams<'a> {
    /// From the route that the request was matched to.
    Route(&'a Path<Url>),
    /// From a pattern that the guard was given, as routing has not come that far.
    Pattern(&'a ResourceDef),
    /// From nowhere.
    None,
}

impl<'a> OrgRequest<'a> {
    pub(in crate::access) fn new(
        head: &'a RequestHead,
        params: PathParams<'a>,
        user: &'a User,
    ) -> Self {
        Self {
            head,
            params,
            user,
            note: RefCell::new(None),
        }
    }

    /// Returns the user, whose token has been verified by now.
    #[must_use]
    pub fn user(&self) -> &User {
        self.user
    }

    /// Returns the method, path, version and headers.
    #[must_use]
    pub fn head(&self) -> &RequestHead {
        self.head
    }

    /// Returns all headers.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.head.headers()
    }

    /// Returns the header of this name if there is one and one only, and it is visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<String> {
        let mut values = self.headers().get_all(name);
        let only = values.next().filter(|_| values.next().is_none());
        let text = only
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned);
        self.found(text, || {
            format!("there must be one header {name:?}, in visible ASCII")
        })
    }

    /// Returns the query parameter of this name, decoded, if there is one and one only.
    #[must_use]
    pub fn query_param(&self, name: &str) -> Option<String> {
        let query = self.head.uri.query().unwrap_or_default();
        let pairs = web::Query::<Vec<(String, String)>>::from_query(query);
        let pairs = pairs.map(web::Query::into_inner).unwrap_or_default();
        let mut values = pairs.into_iter().filter(|(key, _)| key == name);
        let only = values
            .next()
            .filter(|_| values.next().is_none())
            .map(|(_, value)| value);
        self.found(only, || {
            format!("there must be one query parameter {name:?}")
        })
    }

    /// Returns the path parameter of this name, decoded, if there is one and one only.
    ///
    /// Around a whole app no parameter is known yet, and around a scope only those of its prefix. A
    /// closure that looks elsewhere when there is none should do so only where
    /// [`is_path_matched`](Self::is_path_matched), or the caller could have another organization
    /// checked than the one that the rest of the path names.
    #[must_use]
    pub fn path_param(&self, name: &str) -> Option<String> {
        self.in_path(|path| {
            let value = path.and_then(|path| only(path, name));
            self.found(value, || why_not(path, name))
        })
    }

    /// Returns whether the whole path is matched, so that no parameter of it is still unknown: around
    /// a resource or a route, and in `.guard(…)` with a pattern that fits.
    #[must_use]
    pub fn is_path_matched(&self) -> bool {
        match self.params {
            PathParams::Route(path) => path.unprocessed().is_empty(),
            PathParams::Pattern(pattern) => self.captured(pattern).is_some(),
            PathParams::None => false,
        }
    }

    fn has_path_param(&self, name: &str) -> bool {
        self.in_path(|path| path.is_some_and(|path| path.iter().any(|(known, _)| known == name)))
    }

    /// Looks into the path, where parameters are known. A scope and a resource inside it may use
    /// one name twice.
    fn in_path<T>(&self, look: impl FnOnce(Option<&Path<Url>>) -> T) -> T {
        match self.params {
            PathParams::Route(path) => look(Some(path)),
            PathParams::Pattern(pattern) => {
                let captured = self.captured(pattern);
                look(Some(&captured.unwrap_or_else(|| Path::new(Url::default()))))
            }
            PathParams::None => look(None),
        }
    }

    /// Returns what a pattern finds in the whole path, decoded as for actix's routes, if it fits.
    fn captured(&self, pattern: &ResourceDef) -> Option<Path<Url>> {
        let mut path = Path::new(Url::new(self.head.uri.clone()));
        pattern.capture_match_info(&mut path).then_some(path)
    }

    /// Passes a value on, and notes why there is none.
    fn found<T>(&self, value: Option<T>, why_not: impl FnOnce() -> String) -> Option<T> {
        *self.note.borrow_mut() = value.is_none().then(why_not);
        value
    }

    /// Returns why the last look found nothing.
    pub(in crate::access) fn into_note(self) -> String {
        let note = self.note.into_inner();
        note.unwrap_or_else(|| "the guard's closure found no organization".to_owned())
    }
}

/// Returns the one value of this name, decoded as `web::Path` does, so that a guard and its handler
/// read the same.
fn only(path: &Path<Url>, name: &str) -> Option<String> {
    let values = path.iter().enumerate();
    let mut values = values.filter(|(_, (known, _))| *known == name);
    let (place, (_, value)) = values.next().filter(|_| values.next().is_none())?;
    if !value.contains('%') {
        return Some(value.to_owned());
    }
    let all: Vec<String> = path.load().ok()?;
    all.into_iter().nth(place)
}

/// Says why there is not one value of this name.
fn why_not(path: Option<&Path<Url>>, name: &str) -> String {
    match path {
        None => format!(
            "a guard in `.guard(…)` runs before path parameters are known; give it the pattern, \
             as in `.path_pattern(\"/orgs/{{{name}}}\")`, or use it in `.wrap(…)`"
        ),
        Some(path) if path.is_empty() => format!(
            "there are no path parameters here, so none called {name:?}; around a whole app or an \
             outer scope routing has not come that far: wrap the resource"
        ),
        Some(path) => format!(
            "there must be one path parameter {name:?} here; there are {:?}",
            path.iter().map(|(name, _)| name).collect::<Vec<_>>()
        ),
    }
}

impl fmt::Debug for OrgRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrgRequest")
            .field("method", &self.head.method)
            .field("uri", &self.head.uri)
            .field("user_id", &self.user.user_id)
            .finish_non_exhaustive()
    }
}
