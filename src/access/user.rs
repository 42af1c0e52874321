//! The user identified by a verified access token, or by a validated API key.

use std::{
    collections::BTreeMap,
    fmt,
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use serde::{Serialize, Serializer};

use super::{
    accounts::account::Fetched,
    callers::validated_key::ValidatedKey,
    denied::{Denied, Forbidden, InvalidToken, Unreachable},
    freshness::{Age, Cause, OnStale, Stale, Staleness},
    membership,
    required_org::RequiredOrg,
    requirement::Requirement,
    settings::Settings,
    shortfall::Held,
    user_claims::UserClaims,
};
use crate::{
    access::token::claims::Claims,
    words::{ids::OrgId, org_member_info::OrgMemberInfo},
};

/// The user identified by a verified access token, or by an API key that PropelAuth has found valid.
///
/// A `User` exists only for such a credential: it cannot be created or deserialized by an
/// application. API keys are an opt-in of the middleware; [`Principal`](crate::Principal) tells them from
/// tokens. Its fields are those of [`UserClaims`], available through `Deref`. Cloning it only
/// increments a reference count, so pass it by value wherever that is convenient.
///
/// As an argument of a handler, it denies requests without a valid credential with 401, and an organization by
/// API key, which is no user, with 403.
///
/// ```
/// use actix_web_propelauth::User;
///
/// async fn whoami(user: User) -> String {
///     format!("{} <{}>", user.user_id, user.email)
/// }
/// ```
///
/// A user describes the token and not the account: a disabled user or a changed role takes effect
/// with the next token, within 30 minutes by PropelAuth's default, or once
/// [a mark](crate::freshness) says so. If a decision cannot wait for that, a guard with
/// [`live`](crate::InOrg::live) fetches the memberships of the user.
#[derive(Clone)]
pub struct User(Arc<Verified>);

struct Verified {
    claims: UserClaims,
    settings: Arc<Settings>,
    /// The API key that was sent in place of a token.
    key: Option<ValidatedKey>,
    /// The generation of the marks that the user was judged by, or 0.
    judged: AtomicU64,
    /// The memberships of the token for which it no longer speaks.
    stale_orgs: BTreeMap<OrgId, OrgMemberInfo>,
    /// The generation of the marks at which the memberships were fetched, or 0.
    fetched_at: u64,
}

/// A token that does not speak.
pub(super) struct Silent {
    pub(super) denied: Denied,
    /// Whether the account may speak in its place.
    pub(super) is_refetchable: bool,
}

impl User {
    /// Creates the user of a token that was just verified. Beside [`by_key`](Self::by_key), this is the only
    /// way to create one.
    pub(super) fn verified(claims: Claims, settings: Arc<Settings>) -> Self {
        Self(Arc::new(Verified {
            claims: claims.into(),
            settings,
            key: None,
            judged: AtomicU64::new(0),
            stale_orgs: BTreeMap::new(),
            fetched_at: 0,
        }))
    }

    /// Creates the user of an API key that PropelAuth has just found valid.
    pub(super) fn by_key(claims: UserClaims, key: ValidatedKey, settings: Arc<Settings>) -> Self {
        Self(Arc::new(Verified {
            claims,
            settings,
            key: Some(key),
            judged: AtomicU64::new(0),
            stale_orgs: BTreeMap::new(),
            fetched_at: 0,
        }))
    }

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
    fn stale_for(&self, required_org: &RequiredOrg) -> Option<Denied> {
        if self.0.key.is_some() {
            return None;
        }
        let listed = membership::find(&self.0.stale_orgs, required_org).ok();
        let org_id = listed.map(|org| &org.org_id).or(required_org.org_id())?;
        let freshness = &self.0.settings.freshness;
        let stale = freshness.of_member(&self.user_id, org_id, self.age())?;
        Some(InvalidToken::Stale(stale.cause).into())
    }

    /// Returns the API key that the user sent in place of a token, without its text.
    ///
    /// ```
    /// use actix_web_propelauth::User;
    ///
    /// fn is_program(user: &User) -> bool {
    ///     user.api_key().is_some()
    /// }
    /// ```
    #[must_use]
    pub fn api_key(&self) -> Option<&ValidatedKey> {
        self.0.key.as_ref()
    }

    /// Returns the settings under which this user's token was verified.
    pub(super) fn settings(&self) -> &Arc<Settings> {
        &self.0.settings
    }

    /// The size of the allocation that all clones of a user share, in bytes, without what its fields
    /// allocate in turn.
    pub(super) const SHARED_SIZE: usize = size_of::<Verified>();

    /// Returns `true` if both users are from the same verification.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// Returns the membership in the active organization, if the token has one.
    ///
    /// Frontends with an organization switcher request tokens for the chosen organization.
    ///
    /// ```
    /// use actix_web_propelauth::User;
    ///
    /// async fn title(user: User) -> String {
    ///     match user.active_org() {
    ///         Some(org) => format!("Dashboard of {}", org.org_name),
    ///         None => "Choose an organization".to_owned(),
    ///     }
    /// }
    /// ```
    #[must_use]
    pub fn active_org(&self) -> Option<&OrgMemberInfo> {
        self.active_org_id
            .as_ref()
            .and_then(|org_id| self.org(org_id))
    }

    /// Returns the user's membership in the organization with this id, or `None` if the user is not
    /// a member.
    ///
    /// To also check a role or a permission, and to deny with the right response, use
    /// [`authorize`](Self::authorize).
    ///
    /// ```
    /// use actix_web_propelauth::User;
    ///
    /// fn can_see_prices(user: &User, org_id: &str) -> bool {
    ///     user.org(org_id).is_some_and(|org| org.has_permission("prices::read"))
    /// }
    /// ```
    #[must_use]
    #[doc(alias = "get_org")]
    pub fn org(&self, org_id: &str) -> Option<&OrgMemberInfo> {
        self.org_id_to_org_member_info.get(org_id)
    }

    /// Returns the user's memberships, ordered by org id.
    ///
    /// ```
    /// use actix_web_propelauth::User;
    ///
    /// async fn org_names(user: User) -> String {
    ///     let names: Vec<&str> = user.orgs().map(|org| org.org_name.as_str()).collect();
    ///     names.join(", ")
    /// }
    /// ```
    #[must_use]
    #[doc(alias = "get_orgs")]
    pub fn orgs(&self) -> impl ExactSizeIterator<Item = &OrgMemberInfo> {
        self.org_id_to_org_member_info.values()
    }

    /// Returns `true` if an employee is impersonating this user.
    ///
    /// Impersonation is meant for support, so an application may want to log it or to deny
    /// actions that only the user should take.
    ///
    /// ```
    /// use actix_web::{error::ErrorForbidden, Result};
    /// use actix_web_propelauth::User;
    ///
    /// async fn delete_account(user: User) -> Result<&'static str> {
    ///     if user.is_impersonated() {
    ///         return Err(ErrorForbidden("only the user can delete the account"));
    ///     }
    ///     Ok("deleted")
    /// }
    /// ```
    #[must_use]
    pub fn is_impersonated(&self) -> bool {
        self.impersonator_user_id.is_some()
    }

    /// Denies a user whom an employee is impersonating.
    ///
    /// ```
    /// use actix_web_propelauth::{Denied, User};
    ///
    /// async fn delete_account(user: User) -> Result<&'static str, Denied> {
    ///     user.deny_impersonation()?;
    ///     Ok("deleted")
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Forbidden::Impersonated`] (403) if the token names an impersonator.
    pub fn deny_impersonation(&self) -> Result<(), Denied> {
        if self.is_impersonated() {
            return Err(Forbidden::Impersonated.into());
        }
        Ok(())
    }

    /// Returns the user's membership in an organization if it meets the requirement.
    ///
    /// This is the check that the guards make. Use it where the organization is known only in the
    /// handler, such as from the body or from a database. A handler returns the error with `?`,
    /// which responds with 403.
    ///
    /// ```
    /// use actix_web_propelauth::{Denied, Requirement, User};
    ///
    /// async fn rename(user: User, org_id: actix_web::web::Path<String>) -> Result<String, Denied> {
    ///     let org = user.authorize(org_id.as_str(), &Requirement::role("Owner"))?;
    ///     Ok(format!("renaming {}", org.org_name))
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`Denied::Forbidden`] with
    ///
    /// - [`Forbidden::OrgUnspecified`] if the id or name is empty or cannot be one,
    /// - [`Forbidden::UserIsNotInOrg`] if the user is not a member,
    /// - [`Forbidden::AmbiguousOrgName`] or [`Forbidden::OrgNameNotUnique`] if the name does not
    ///   identify one organization,
    /// - [`Forbidden::Impersonated`] if the user would meet the requirement if no employee were impersonating
    ///   the user,
    /// - [`Forbidden::RequirementNotMet`] if the user does not meet the requirement otherwise.
    ///
    /// Returns [`InvalidToken::Stale`] if the membership changed since the token was issued.
    pub fn authorize(
        &self,
        required_org: impl Into<RequiredOrg>,
        requirement: &Requirement,
    ) -> Result<&OrgMemberInfo, Denied> {
        let required_org = required_org.into();
        let org = match membership::find(&self.org_id_to_org_member_info, &required_org) {
            Ok(org) => org,
            Err(forbidden @ Forbidden::UserIsNotInOrg(_)) => {
                return Err(self.stale_for(&required_org).unwrap_or(forbidden.into()));
            }
            Err(forbidden) => return Err(forbidden.into()),
        };
        if requirement.is_met(org, self.is_impersonated()) {
            return Ok(org);
        }
        if self.is_impersonated() && requirement.is_met(org, false) {
            return Err(Forbidden::Impersonated.into());
        }
        let org_id = org.org_id.clone();
        Err(Forbidden::RequirementNotMet {
            org_id,
            requirement: requirement.clone(),
            held: Held(org.clone()),
        }
        .into())
    }
}

impl Deref for User {
    type Target = UserClaims;

    fn deref(&self) -> &UserClaims {
        &self.0.claims
    }
}

/// Users are equal when their claims are.
impl PartialEq for User {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for User {}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("User").field(&self.0.claims).finish()
    }
}

impl Serialize for User {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.claims.serialize(serializer)
    }
}
