//! The user of a live guard: with the memberships of now.

use std::sync::Arc;

use crate::access::{
    callers::principal::Principal, denial::Denial, outcome::Outcome,
    request::cached_result::AuthResult,
};

/// Fetches the memberships of a user who was authenticated. An organization by API key has none.
pub(super) fn live(outcome: Outcome<AuthResult>) -> Outcome<AuthResult> {
    Outcome::Pending(Box::pin(async move {
        let principal = match outcome {
            Outcome::Ready(result) => result,
            Outcome::Pending(later) => later.await,
        }?;
        let Some(user) = principal.user() else {
            return Ok(principal);
        };
        let live = user.live(None).await;
        live.map(Principal::from).map_err(|denied| Denial {
            denied,
            settings: Arc::clone(user.settings()),
        })
    }))
}
