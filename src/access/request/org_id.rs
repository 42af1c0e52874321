//! Lookups of the organization that a request is for.
//!
//! A guard takes any closure that returns an organization for a request. The functions here return
//! the usual closures. If a source names two organizations, such as a query with the parameter twice,
//! all of them deny the request instead of choosing one: the handler, or a proxy in front, might
//! choose the other.
//!
//! ```
//! use actix_web_propelauth::{InOrg, InOrgWithRole, RequiredOrg, org_id};
//!
//! // GET /orgs/{org}/billing
//! let by_path = InOrgWithRole::new("Admin", org_id::path("org"));
//! // The header X-Org-Id
//! let by_header = InOrg::new(org_id::header("x-org-id"));
//! // By name, from the first label of the host
//! let by_name = InOrg::new(|request: &org_id::OrgRequest<'_>| {
//!     let host = request.header("host")?;
//!     host.split_once('.').map(|(name, _)| RequiredOrg::name(name))
//! });
//! ```
//!
//! The closures have no name, so that guards can take closures of yours by the same signature. To
//! store a lookup in a struct, or to choose one at run time, box it as an [`OrgLookup`], which is a
//! closure of that signature as well:
//!
//! ```
//! use actix_web_propelauth::{InOrg, org_id::{self, OrgLookup}};
//!
//! struct Config {
//!     org_header: Option<String>,
//! }
//!
//! fn lookup(config: Config) -> OrgLookup {
//!     match config.org_header {
//!         Some(name) => Box::new(org_id::header(name)),
//!         None => Box::new(org_id::active()),
//!     }
//! }
//!
//! let guard = InOrg::new(lookup(Config { org_header: Some("x-org-id".to_owned()) }));
//! ```

use std::borrow::Cow;

pub use super::org_request::OrgRequest;
pub(in crate::access) use super::org_request::PathParams;
#[cfg(feature = "audit")]
use crate::access::probe::OrgSource;
use crate::access::{required_org::RequiredOrg, unspecified_org::UnspecifiedOrg};

/// The name of the path or query parameter that [`default`] looks for.
const ORG_ID: &str = "org_id";

/// Any lookup of the organization, boxed: a name for the type of the closures that guards take.
pub type OrgLookup = Box<dyn Fn(&OrgRequest<'_>) -> Option<RequiredOrg> + Send + Sync>;

/// Returns a lookup of the organization's id in the path parameter of this name, decoded as
/// `web::Path` decodes it.
///
/// A guard around a scope sees the parameters of the scope's prefix and of the scopes outside of
/// it. A route inside the scope should not use the same name for something else, because the two
/// values would contradict each other and every request would be denied.
///
/// ```
/// use actix_web::web;
/// use actix_web_propelauth::{InOrg, OrgMemberInfo, org_id};
///
/// async fn dashboard(org: OrgMemberInfo) -> String {
///     format!("The dashboard of {}", org.org_name)
/// }
///
/// let resource = web::resource("/orgs/{org_id}/dashboard")
///     .route(web::get().to(dashboard))
///     .wrap(InOrg::new(org_id::path("org_id")));
/// ```
pub fn path(
    name: impl Into<Cow<'static, str>>,
) -> impl Fn(&OrgRequest<'_>) -> Option<RequiredOrg> + Clone {
    let name = name.into();
    move |request| request.path_param(&name).map(RequiredOrg::id)
}

/// Returns a lookup of the organization's id in the query parameter of this name, decoded as
/// `web::Query` decodes it.
///
/// ```
/// use actix_web_propelauth::{InOrgWithPermission, org_id};
///
/// // GET /invoices?org=1189c444-8a2d-4c41-8b4b-ae43ce79a492
/// let guard = InOrgWithPermission::new("invoices::read", org_id::query("org"));
/// ```
pub fn query(
    name: impl Into<Cow<'static, str>>,
) -> impl Fn(&OrgRequest<'_>) -> Option<RequiredOrg> + Clone {
    let name = name.into();
    move |request| request.query_param(&name).map(RequiredOrg::id)
}

/// Returns a lookup of the organization's id in the header of this name, which is
/// case-insensitive.
///
/// ```
/// use actix_web_propelauth::{InOrg, org_id};
///
/// let guard = InOrg::new(org_id::header("x-org-id"));
/// ```
pub fn header(
    name: impl Into<Cow<'static, str>>,
) -> impl Fn(&OrgRequest<'_>) -> Option<RequiredOrg> + Clone {
    let name = name.into();
    move |request| request.header(&name).map(RequiredOrg::id)
}

/// Returns a lookup of the active organization of the user's token, or of the organization of an API key.
///
/// The token is signed, so nothing else in the request can change the organization. Use this if the
/// frontend requests a token for each organization, and routes do not name one.
///
/// ```
/// use actix_web_propelauth::{InOrgWithRole, org_id};
///
/// let guard = InOrgWithRole::new("Owner", org_id::active());
/// ```
pub fn active() -> impl Fn(&OrgRequest<'_>) -> Option<RequiredOrg> + Clone {
    move |request| {
        #[cfg(feature = "audit")]
        request.note(OrgSource::ActiveOrg);
        let org = request.principal().active_org();
        let org_id = org.map(|org| RequiredOrg::from(&org.org_id));
        request.record_miss(org_id, || UnspecifiedOrg::NoActiveOrg)
    }
}

/// Returns a lookup of the path parameter `org_id`, or of the query parameter of that name if the
/// route is known to have no such path parameter.
///
/// Around a whole app or an outer scope, and in `.guard(…)` without
/// [`path_pattern`](crate::InOrg::path_pattern), the route is not known yet. A path parameter of the
/// route could name another organization than the query does, so the query is not used there.
///
/// This is the lookup of [`InOrg::default`](crate::InOrg).
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
