//! Handlers that record what they were given.

use std::{cell::RefCell, collections::BTreeMap};

use actix_web::{FromRequest as _, HttpMessage as _, HttpRequest, HttpResponse, web};
use actix_web_propelauth::{ActiveOrg, OrgMemberInfo, PropelAuthExt as _, User};

use futures_util::FutureExt as _;
use serde::Deserialize;

use crate::app::{Handler, Project, Takes};

/// An organization as a handler sees it, and of which project the membership is.
pub(crate) type SeenOrg = (String, Project);

/// What one call of a handler was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Seen {
    pub handler: usize,
    /// The user's e-mail address, which names the project as well.
    pub user: Option<String>,
    pub org: Option<SeenOrg>,
    /// The path parameters as actix has matched them, still encoded; `None` if the handler takes
    /// nothing.
    pub params: Option<Vec<(String, String)>>,
}

/// What the handler read besides, for the invariants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Beside {
    /// The path parameters `org_id` and `id` as `web::Path` reads them.
    pub path: BTreeMap<&'static str, String>,
    /// Whatever membership lies in the request's extensions.
    pub extension: Option<SeenOrg>,
    /// What `propelauth_org` says.
    pub org: Option<SeenOrg>,
}

thread_local! {
    static LOG: RefCell<Vec<(Seen, Beside)>> = const { RefCell::new(Vec::new()) };
}

/// Returns what was recorded since the last call.
pub(crate) fn take_log() -> Vec<(Seen, Beside)> {
    LOG.take()
}

fn seen_org(org: &OrgMemberInfo) -> SeenOrg {
    let project = match (org.has_permission("in_a"), org.has_permission("in_b")) {
        (true, false) => Project::A,
        (false, true) => Project::B,
        _ => panic!("a membership of neither project or of both: {org:?}"),
    };
    (org.org_id.to_string(), project)
}

fn record(
    handler: &Handler,
    request: Option<&HttpRequest>,
    user: Option<&User>,
    org: Option<&OrgMemberInfo>,
) -> HttpResponse {
    let params = request.map(|request| {
        let params = request.match_info().iter();
        params
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect()
    });
    let beside = request.map(|request| Beside {
        path: path(request),
        extension: request.extensions().get::<OrgMemberInfo>().map(seen_org),
        org: request.propelauth_org().as_ref().map(seen_org),
    });
    let seen = Seen {
        handler: handler.id,
        user: user.map(|user| user.email.clone()),
        org: org.map(seen_org),
        params,
    };
    LOG.with_borrow_mut(|log| log.push((seen, beside.unwrap_or_default())));
    match handler.not_found {
        true => HttpResponse::NotFound().finish(),
        false => HttpResponse::Ok().body("handled"),
    }
}

#[derive(Deserialize)]
struct OrgId {
    org_id: String,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

/// Reads the path as a handler with the argument `web::Path<OrgId>` would.
fn path(request: &HttpRequest) -> BTreeMap<&'static str, String> {
    let org_id = web::Path::<OrgId>::extract(request).now_or_never();
    let org_id = org_id
        .unwrap()
        .map(|path| ("org_id", path.into_inner().org_id));
    let id = web::Path::<Id>::extract(request).now_or_never();
    let id = id.unwrap().map(|path| ("id", path.into_inner().id));
    org_id.into_iter().chain(id).collect()
}

/// Makes a route that calls the handler; `.guard` and `.wrap` come after.
pub(crate) fn route(described: &Handler) -> actix_web::Route {
    let handler = described.clone();
    let route = web::route();
    match described.takes {
        Takes::Nothing => route.to(move || {
            let answer = record(&handler, None, None, None);
            async { answer }
        }),
        Takes::Request => route.to(move |request: HttpRequest| {
            let (user, org) = (request.propelauth_user(), request.propelauth_org());
            let answer = record(&handler, Some(&request), user.as_ref(), org.as_ref());
            async { answer }
        }),
        Takes::User => route.to(move |request: HttpRequest, user: User| {
            let answer = record(&handler, Some(&request), Some(&user), None);
            async { answer }
        }),
        Takes::OptionUser => route.to(move |request: HttpRequest, user: Option<User>| {
            let answer = record(&handler, Some(&request), user.as_ref(), None);
            async { answer }
        }),
        Takes::Org => route.to(move |request: HttpRequest, org: OrgMemberInfo| {
            let answer = record(&handler, Some(&request), None, Some(&org));
            async { answer }
        }),
        Takes::OptionOrg => route.to(move |request: HttpRequest, org: Option<OrgMemberInfo>| {
            let answer = record(&handler, Some(&request), None, org.as_ref());
            async { answer }
        }),
        Takes::UserAndOrg => route.to(
            move |request: HttpRequest, user: User, org: OrgMemberInfo| {
                let answer = record(&handler, Some(&request), Some(&user), Some(&org));
                async { answer }
            },
        ),
        Takes::ActiveOrg => route.to(move |request: HttpRequest, org: ActiveOrg| {
            let answer = record(&handler, Some(&request), None, Some(&org));
            async { answer }
        }),
    }
}
