//! What PropelAuth says of an API key that it has found valid.

use std::{fmt, sync::Arc};

use serde_json::{Map, Value};

/// An API key that PropelAuth has found valid, without the key itself.
///
/// It is what a handler learns of the credential of a caller; [`Principal::key`](crate::Principal::key) and
/// [`User::api_key`](crate::User::api_key) return it. Cloning it increments a reference count.
///
/// PropelAuth's answer has neither the id nor the display name of a key. To tell keys apart, store what you
/// need in the metadata when the key is created.
///
/// ```
/// use actix_web_propelauth::Principal;
///
/// async fn import(caller: Principal) -> String {
///     let plan = caller.key().and_then(|key| key.metadata().get("plan")?.as_str().map(str::to_owned));
///     format!("importing by the plan {}", plan.as_deref().unwrap_or("free"))
/// }
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct ValidatedKey(Arc<Facts>);

#[derive(PartialEq, Eq)]
struct Facts {
    /// By whom the key is owned.
    kind: ApiKeyKind,
    /// The metadata of the key; empty if there is none.
    metadata: Map<String, Value>,
    /// Whether the key is of another system.
    is_imported: bool,
    /// When it was validated.
    validation: Validation,
}

/// When a key was validated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Validation {
    /// When PropelAuth was asked, as a Unix timestamp in seconds.
    pub(crate) asked_at: i64,
    /// The generation of the marks then.
    pub(crate) generation: u64,
    /// Until when the answer is believed, as a Unix timestamp in seconds.
    pub(crate) expires_at: i64,
}

impl Validation {
    /// Returns one of which no mark is and that never ends, for callers in tests of an application.
    #[cfg(any(test, feature = "test-util"))]
    pub(crate) fn endless() -> Self {
        Self {
            asked_at: i64::MAX,
            generation: u64::MAX,
            expires_at: i64::MAX,
        }
    }
}

/// The kind of an API key, by its owner.
///
/// ```
/// use actix_web_propelauth::{ApiKeyKind, Principal};
///
/// /// Returns `true` for programs of an organization, with or without a user.
/// fn is_program_of_an_org(caller: &Principal) -> bool {
///     let kind = caller.key().map(|key| key.kind());
///     matches!(kind, Some(ApiKeyKind::Member | ApiKeyKind::Org))
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ApiKeyKind {
    /// A personal key, owned by a user. The user's organizations are those of the account.
    Personal,
    /// A key of an organization that one of its members uses. Only that organization is in scope.
    Member,
    /// A key of an organization without a user.
    Org,
}

impl ValidatedKey {
    /// Creates the description of a key that PropelAuth has found valid.
    pub(in crate::access) fn new(
        kind: ApiKeyKind,
        metadata: Map<String, Value>,
        is_imported: bool,
        validation: Validation,
    ) -> Self {
        Self(Arc::new(Facts {
            kind,
            metadata,
            is_imported,
            validation,
        }))
    }

    /// Returns the kind of the key.
    #[must_use]
    pub fn kind(&self) -> ApiKeyKind {
        self.0.kind
    }

    /// Returns the metadata that was set when the key was created; empty if there is none.
    #[must_use]
    pub fn metadata(&self) -> &Map<String, Value> {
        &self.0.metadata
    }

    /// Returns `true` if the key was imported from another system.
    #[must_use]
    pub fn is_imported(&self) -> bool {
        self.0.is_imported
    }

    /// Returns until when the validation is believed, as a Unix timestamp in seconds. The key itself may be
    /// valid for longer: PropelAuth is asked again then.
    #[must_use]
    pub fn expires_at(&self) -> i64 {
        self.0.validation.expires_at
    }

    /// Returns when the key was validated.
    pub(in crate::access) fn validation(&self) -> Validation {
        self.0.validation
    }
}

/// Prints the kind, and no metadata: an application may keep secrets there.
impl fmt::Debug for ValidatedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValidatedKey")
            .field("kind", &self.0.kind)
            .field("is_imported", &self.0.is_imported)
            .finish_non_exhaustive()
    }
}
