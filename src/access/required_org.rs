//! The organization that a request is for, by id or by name.

use std::fmt;

use crate::words::ids::OrgId;

/// The organization that a user must be in: by id, by name, or by both, which must then agree.
///
/// Strings and ids convert into it, as the organization's id. Prefer ids to names: every customer
/// can create an organization and choose its display name, so a name is accepted only if it
/// identifies one organization of the project.
///
/// - **By id**: the organization with this id.
/// - **By name**: the organization with this URL-safe name (`acme-inc`), because PropelAuth gives
///   each URL-safe name to one organization only. A display name (`Acme Inc`) is accepted if it is
///   the organization's display name and its usual spelling, in lower case and with hyphens for
///   spaces, is the organization's URL-safe name. Any other display name, such as `acme.inc`,
///   `Ünited` or that of a second organization of the same name, is denied, because two
///   organizations can have it. An organization without a URL-safe name in the token is never
///   found by name.
/// - **By both**: the organization with this id, if the name is its URL-safe name or its display
///   name. The id decides, so take it from a source that you trust. A name in URL-safe form must
///   be the URL-safe name.
///
/// Names are compared byte by byte: case, surrounding spaces and Unicode normalization forms
/// matter.
///
/// ```
/// use actix_web_propelauth::RequiredOrg;
///
/// let by_id = RequiredOrg::from("1189c444-8a2d-4c41-8b4b-ae43ce79a492");
/// let by_name = RequiredOrg::name("acme-inc");
/// let both = RequiredOrg::id("1189c444-8a2d-4c41-8b4b-ae43ce79a492").and_name("Acme Inc");
/// assert_ne!(by_id, both);
/// assert_ne!(by_name, both);
/// ```
///
/// A handler can look up an organization by the name in its path:
///
/// ```
/// use actix_web::web;
/// use actix_web_propelauth::{Denied, RequiredOrg, Requirement, User};
///
/// async fn billing(user: User, name: web::Path<String>) -> Result<String, Denied> {
///     let required_org = RequiredOrg::name(name.into_inner());
///     let org = user.authorize(required_org, &Requirement::permission("billing::read"))?;
///     Ok(format!("the invoices of {}", org.org_id))
/// }
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RequiredOrg {
    org_id: Option<OrgId>,
    org_name: Option<String>,
}

impl RequiredOrg {
    /// Creates a lookup by id.
    ///
    /// ```
    /// use actix_web_propelauth::RequiredOrg;
    ///
    /// assert_eq!(RequiredOrg::id("1189c444"), RequiredOrg::from("1189c444"));
    /// ```
    #[must_use]
    #[doc(alias = "OrgId")]
    pub fn id(org_id: impl Into<OrgId>) -> Self {
        Self {
            org_id: Some(org_id.into()),
            org_name: None,
        }
    }

    /// Creates a lookup by name: the URL-safe name, or a display name that only one organization
    /// can have, as described [above](Self).
    #[must_use]
    #[doc(alias = "OrgName")]
    pub fn name(org_name: impl Into<String>) -> Self {
        Self {
            org_id: None,
            org_name: Some(org_name.into()),
        }
    }

    /// Requires that the organization also has this name.
    ///
    /// This detects links that were edited by hand, such as `/acme-inc/1189c444` with the id of
    /// another organization of the same user.
    #[must_use]
    pub fn and_name(self, org_name: impl Into<String>) -> Self {
        Self {
            org_name: Some(org_name.into()),
            ..self
        }
    }

    /// Requires that the organization also has this id.
    #[must_use]
    pub fn and_id(self, org_id: impl Into<OrgId>) -> Self {
        Self {
            org_id: Some(org_id.into()),
            ..self
        }
    }

    /// Returns the id, if the lookup is by id.
    pub(crate) fn org_id(&self) -> Option<&OrgId> {
        self.org_id.as_ref()
    }

    /// Returns the name, if the lookup is by name.
    pub(crate) fn org_name(&self) -> Option<&str> {
        self.org_name.as_deref()
    }
}

/// Writes the id and the name for the log. Both are escaped, because they come from the caller.
impl fmt::Display for RequiredOrg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.org_id, &self.org_name) {
            (Some(id), Some(name)) => write!(f, "{id:?} called {name:?}"),
            (Some(id), None) => write!(f, "{id:?}"),
            (None, Some(name)) => write!(f, "called {name:?}"),
            (None, None) => f.write_str("(unspecified)"),
        }
    }
}

impl From<OrgId> for RequiredOrg {
    fn from(org_id: OrgId) -> Self {
        Self::id(org_id)
    }
}

impl From<&OrgId> for RequiredOrg {
    fn from(org_id: &OrgId) -> Self {
        Self::id(org_id)
    }
}

impl From<&str> for RequiredOrg {
    fn from(org_id: &str) -> Self {
        Self::id(org_id)
    }
}

impl From<String> for RequiredOrg {
    fn from(org_id: String) -> Self {
        Self::id(org_id)
    }
}

impl From<&String> for RequiredOrg {
    fn from(org_id: &String) -> Self {
        Self::id(org_id.as_str())
    }
}

impl From<&Self> for RequiredOrg {
    fn from(required: &Self) -> Self {
        required.clone()
    }
}
