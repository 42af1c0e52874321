//! What a user's token still says, by the marks of now and by what was fetched.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{
    accounts::account::Fetched,
    denied::{Denied, InvalidToken, Unreachable},
    freshness::{Age, Cause, OnStale, Stale, Staleness},
    membership,
    required_org::RequiredOrg,
    user::{User, Verified},
};

/// A token that does not speak.
pub(super) struct Silent {
    pub(super) denied: Denied,
    /// Whether the account may speak in its place.
    pub(super) is_refetchable: bool,
}

impl User {
    /// Compares the token with the marks. Returns another user if it no longer speaks for some of its
    /// memberships.
    ///
    /// Where nothing changed since the last time, this compares two numbers.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidToken::Stale`] if the token no longer speaks, and [`Denied::Unreachable`] if too
    /// little is known to say so.
    pub(super) fn judged(&self) -> Result<Option<Self>, Silent> {
        let freshness = &self.0.settings.freshness;
        freshness.trusts_memory().map_err(|Staleness(_)| Silent {
            denied: Denied::Unreachable {
                what: Unreachable::Fleet,
                retry_after: Duration::from_secs(1),
            },
            is_refetchable: false,
        })?;
        // Before the marks are read: one that is set in between is judged with the next request.
        let generation = freshness.generation();
        if self.0.judged.load(Ordering::Acquire) == generation {
            return Ok(None);
        }
        let age = self.age();
        if let Some(stale) = freshness.of_user(&self.user_id, age) {
            return Err(self.silent(stale));
        }
        let mut stale_orgs = self.0.stale_orgs.clone();
        for (org_id, org) in &self.org_id_to_org_member_info {
            if let Some(stale) = freshness.of_member(&self.user_id, org_id, age) {
                let is_refetched = self.0.settings.on_stale == OnStale::Refetch;
                // The token is for this organization alone.
                if is_refetched || self.active_org_id.as_ref() == Some(org_id) {
                    return Err(self.silent(stale));
                }
                stale_orgs.insert(org_id.clone(), org.clone());
            }
        }
        if stale_orgs.len() == self.0.stale_orgs.len() {
            self.0.judged.store(generation, Ordering::Release);
            return Ok(None);
        }
        let mut claims = self.0.claims.clone();
        claims
            .org_id_to_org_member_info
            .retain(|org_id, _| !stale_orgs.contains_key(org_id));
        Ok(Some(Self(Arc::new(Verified {
            claims,
            settings: Arc::clone(&self.0.settings),
            key: None,
            judged: AtomicU64::new(generation),
            stale_orgs,
            fetched_at: self.0.fetched_at,
        }))))
    }

    fn age(&self) -> Age {
        Age {
            issued_at: self.issued_at,
            expires_at: self.expires_at,
            fetched_at: self.0.fetched_at,
        }
    }

    fn silent(&self, stale: Stale) -> Silent {
        let is_refetched = self.0.settings.on_stale == OnStale::Refetch;
        Silent {
            denied: InvalidToken::Stale(stale.cause).into(),
            is_refetchable: is_refetched && stale.is_in_account,
        }
    }

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
        })))
    }

    /// Returns the user with the memberships of now.
    ///
    /// # Errors
    ///
    /// Returns [`Denied::Unreachable`] if they cannot be fetched, and [`InvalidToken::Stale`] if the account is
    /// disabled, locked or deleted.
    pub(super) async fn live(&self) -> Result<Self, Denied> {
        let unreachable = |retry_after| Denied::Unreachable {
            what: Unreachable::Membership,
            retry_after,
        };
        let accounts = self.0.settings.accounts.get();
        let accounts = accounts.ok_or_else(|| unreachable(Duration::from_secs(1)))?;
        let fetched = accounts.fetch(&self.user_id).await.map_err(unreachable)?;
        self.with_account(&fetched)
    }

    /// Returns why the token does not speak for an organization that it does not list, if that may be because
    /// of a change.
    pub(super) fn stale_for(&self, required_org: &RequiredOrg) -> Option<Denied> {
        if self.0.key.is_some() {
            return None;
        }
        let listed = membership::find(&self.0.stale_orgs, required_org).ok();
        let org_id = listed.map(|org| &org.org_id).or(required_org.org_id())?;
        let freshness = &self.0.settings.freshness;
        let stale = freshness.of_member(&self.user_id, org_id, self.age())?;
        Some(InvalidToken::Stale(stale.cause).into())
    }
}
