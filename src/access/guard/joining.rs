//! The user of a guard who may have joined the organization after the token was issued.
//!
//! Guards look up the organization, so that only they can know. Only a mark of this user in this organization makes a
//! call: a caller who names organizations at random causes none.
//!
//! It is the second look at a denial, so that a request which is allowed pays nothing for it.

use std::sync::Arc;

use actix_web::{HttpMessage as _, HttpRequest};
use futures_util::future::LocalBoxFuture;

use crate::access::{
    callers::principal::Principal,
    denial::Denial,
    denied::{Denied, InvalidToken, Unauthorized},
    freshness::OnStale,
    request::cached_result::{AuthResult, principal},
    required_org::RequiredOrg,
};

/// Returns the caller with the membership of now, if the denial may be because the token does not list it yet.
pub(super) fn joined(
    request: &HttpRequest,
    denial: &Denial,
    is_live: bool,
    org: impl FnOnce(&Principal) -> Option<RequiredOrg>,
) -> Option<LocalBoxFuture<'static, AuthResult>> {
    let Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Stale(_))) = denial.denied
    else {
        return None;
    };
    if !is_live && denial.settings.on_stale != OnStale::Refetch {
        return None;
    }
    let principal = principal(&request.extensions())?;
    let org_id = org(&principal)?.org_id()?.clone();
    let user = principal.into_user().ok()?;
    if !user.may_have_joined(&org_id) {
        return None;
    }
    let denied = denial.denied.clone();
    Some(Box::pin(async move {
        let org_id = Some(&org_id);
        let joined = if is_live {
            user.live(org_id).await
        } else {
            let joined = user.refetched(org_id, denied).await;
            joined.inspect(|joined| user.set_newer(joined))
        };
        joined.map(Principal::from).map_err(|denied| Denial {
            denied,
            settings: Arc::clone(user.settings()),
        })
    }))
}
