//! The account of a user in place of the token, or of what of it a mark is about.
//!
//! The account has memberships, and whether the user may log in. Everything else stays as the token says it: who
//! impersonates the user, how the user logged in, the properties, and the one organization that it may be for.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{
    accounts::account::Fetched,
    denied::{Denied, InvalidToken, Unreachable},
    freshness::Cause,
    user::{User, Verified},
};
use crate::words::ids::OrgId;

/// The most times that an account is fetched for one request. The second time, the user was marked while the first
/// answer was on its way.
const MOST_FETCHES: usize = 4;

impl User {
    /// Returns the user with the memberships of the account in place of those of the token, as far as they are in
    /// its scope.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidToken::Stale`] if the account is disabled, locked or deleted.
    pub(super) fn with_account(&self, fetched: &Fetched) -> Result<Self, Denied> {
        let account = match &fetched.account {
            Some(account) if !account.is_enabled => Err(Cause::UserDisabled),
            Some(account) if account.is_locked => Err(Cause::UserLocked),
            Some(account) => Ok(account),
            None => Err(Cause::UserDeleted),
        };
        let account = account.map_err(InvalidToken::Stale)?;
        let mut claims = self.0.claims.clone();
        claims.org_id_to_org_member_info = match &claims.active_org_id {
            Some(active) => {
                let org = account.orgs.get(active);
                org.into_iter()
                    .map(|org| (active.clone(), org.clone()))
                    .collect()
            }
            None => account.orgs.clone(),
        };
        Ok(Self(Arc::new(Verified {
            claims,
            settings: Arc::clone(&self.0.settings),
            key: self.0.key.clone(),
            judged: AtomicU64::new(0),
            stale_orgs: BTreeMap::new(),
            fetched_at: fetched.generation,
            newer: OnceLock::new(),
        })))
    }

    /// Returns the user with the memberships of now. With an organization, also with that in this one, if the user
    /// has just joined it.
    ///
    /// # Errors
    ///
    /// Returns [`Denied::Unreachable`] if they cannot be fetched, and [`InvalidToken::Stale`] if the account is
    /// disabled, locked or deleted.
    pub(super) async fn live(&self, org_id: Option<&OrgId>) -> Result<Self, Denied> {
        let unreachable = |retry_after| Denied::Unreachable {
            what: Unreachable::Membership,
            retry_after,
        };
        let accounts = self.0.settings.accounts.get();
        let accounts = accounts.ok_or_else(|| unreachable(Duration::from_secs(1)))?;
        let fetched = accounts.fetch(&self.user_id, org_id).await;
        self.with_account(&*fetched.map_err(unreachable)?)
    }

    /// Returns the user with the memberships that were fetched, judged by the marks of now, if they may speak in
    /// place of those of the token. With an organization, also with that in this one.
    ///
    /// # Errors
    ///
    /// Returns `denied` if they cannot be fetched: the old ones do not speak. Returns [`InvalidToken::Stale`] if the
    /// account does not speak, either.
    pub(super) async fn refetched(
        &self,
        org_id: Option<&OrgId>,
        denied: Denied,
    ) -> Result<Self, Denied> {
        let Some(accounts) = self.0.settings.accounts.get() else {
            return Err(denied);
        };
        for _ in 0..MOST_FETCHES {
            let Ok(fetched) = accounts.fetch(&self.user_id, org_id).await else {
                return Err(denied);
            };
            let speaking = self.with_account(&fetched)?;
            // The token is for this organization alone.
            if speaking.active_org_id.is_some() && speaking.active_org().is_none() {
                return Err(denied);
            }
            match speaking.judged() {
                Ok(None) => return Ok(speaking),
                Ok(Some(judged)) => return Ok(judged),
                // The user was marked again meanwhile.
                Err(silent) if silent.is_refetchable => {}
                Err(silent) => return Err(silent.denied),
            }
        }
        Err(denied)
    }

    /// Lets the cache replace this user by the same one with the memberships that were fetched.
    pub(super) fn set_newer(&self, newer: &Self) {
        // If two requests fetched at the same time, either will do: both are judged again.
        let _ = self.0.newer.set(newer.clone());
        // The next request looks at it.
        self.0.judged.store(0, Ordering::Release);
    }
}
