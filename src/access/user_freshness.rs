//! What a user's token still says, by the marks of now.

use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use super::{
    denied::{Denied, InvalidToken, Unreachable},
    freshness::{Age, OnStale, Stale, Staleness},
    membership,
    required_org::RequiredOrg,
    user::{User, Verified},
};
use crate::words::ids::OrgId;

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
        if let Some(newer) = self.0.newer.get() {
            let judged = newer.judged()?;
            return Ok(Some(judged.unwrap_or_else(|| newer.clone())));
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
            newer: OnceLock::new(),
        }))))
    }

    /// Returns when the token was issued, and what was fetched since.
    pub(super) fn age(&self) -> Age {
        Age {
            issued_at: self.issued_at,
            expires_at: self.expires_at,
            fetched_at: self.0.fetched_at,
        }
    }

    fn silent(&self, stale: Stale) -> Silent {
        self.0.settings.freshness.count_stale(&stale.cause);
        let is_refetched = self.0.settings.on_stale == OnStale::Refetch;
        Silent {
            denied: InvalidToken::Stale(stale.cause).into(),
            is_refetchable: is_refetched && stale.is_in_account,
        }
    }

    /// Returns why the token does not speak for an organization that it does not list, if that may be because
    /// of a change.
    pub(super) fn stale_for(&self, required_org: &RequiredOrg) -> Option<Denied> {
        let listed = membership::find(&self.0.stale_orgs, required_org).ok();
        let org_id = listed.map(|org| &org.org_id).or(required_org.org_id())?;
        if !self.may_speak_for(org_id) {
            return None;
        }
        let freshness = &self.0.settings.freshness;
        let stale = freshness.of_member(&self.user_id, org_id, self.age())?;
        freshness.count_stale(&stale.cause);
        Some(InvalidToken::Stale(stale.cause).into())
    }

    /// Returns `true` if the user may have joined an organization that the token does not list, so that it is worth
    /// a call: only a mark that is about this user in this organization says so, and none that a caller can choose.
    pub(super) fn may_have_joined(&self, org_id: &OrgId) -> bool {
        let freshness = &self.0.settings.freshness;
        self.may_speak_for(org_id)
            && self.org(org_id).is_none()
            && freshness
                .of_joining(&self.user_id, org_id, self.age())
                .is_some()
    }

    /// Returns `true` if an organization is in the scope of the credential: a token with an active organization is
    /// for this one alone, and what is known of an API key is judged elsewhere.
    fn may_speak_for(&self, org_id: &OrgId) -> bool {
        let is_in_scope = |active| active == org_id;
        self.0.key.is_none() && self.active_org_id.as_ref().is_none_or(is_in_scope)
    }
}
