//! The user identified by a verified access token, or by a validated API key.

use std::{
    collections::BTreeMap,
    fmt,
    ops::Deref,
    sync::{Arc, OnceLock, atomic::AtomicU64},
};

use serde::{Serialize, Serializer};

use super::{callers::validated_key::ValidatedKey, settings::Settings, user_claims::UserClaims};
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
pub struct User(pub(super) Arc<Verified>);

/// What is known of a user.
pub(super) struct Verified {
    pub(super) claims: UserClaims,
    /// The settings of the project that the credential is of.
    pub(super) settings: Arc<Settings>,
    /// The API key that was sent in place of a token.
    pub(super) key: Option<ValidatedKey>,
    /// The generation of the marks that the user was judged by, or 0.
    pub(super) judged: AtomicU64,
    /// The memberships of the token for which it no longer speaks.
    pub(super) stale_orgs: BTreeMap<OrgId, OrgMemberInfo>,
    /// The generation of the marks at which the memberships were fetched, or 0.
    pub(super) fetched_at: u64,
    /// The same user with the memberships that a guard has fetched. Guards do not know the token, by which the cache
    /// could be told.
    pub(super) newer: OnceLock<User>,
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
            newer: OnceLock::new(),
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
            newer: OnceLock::new(),
        }))
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

    /// Returns the memberships of the token for which it no longer speaks.
    pub(super) fn stale_orgs(&self) -> &BTreeMap<OrgId, OrgMemberInfo> {
        &self.0.stale_orgs
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
