//! The organization that a request is for, by id or by name.
//!
//! The rules for names are strict because customers choose the display names of their
//! organizations: a lookup by display name alone would let one customer take the name of another
//! and be mistaken for it.

use std::fmt;

use super::denied::Forbidden;
use crate::{
    id::OrgId,
    org_member_info::{OrgMember, OrgMemberInfo},
};

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

    /// Returns the membership in this organization.
    ///
    /// `by_id` is a map lookup, so that a user in many organizations costs no more than a user in
    /// one; `all` is read only for a lookup by name.
    ///
    /// # Errors
    ///
    /// Returns [`Forbidden`] if the lookup is empty or matches no membership or more than one.
    pub(super) fn find<'a>(
        &self,
        by_id: impl FnOnce(&OrgId) -> Option<&'a OrgMemberInfo>,
        all: impl Iterator<Item = &'a OrgMemberInfo>,
    ) -> Result<&'a OrgMemberInfo, Forbidden> {
        self.check_usable()?;
        match (&self.org_id, &self.org_name) {
            (Some(id), name) => by_id(id)
                .filter(|org| name.as_deref().is_none_or(|name| may_be_called(org, name)))
                .ok_or_else(|| Forbidden::UserIsNotInOrg(self.to_string())),
            (None, Some(name)) => self.find_by_name(name, all),
            (None, None) => Err(Forbidden::OrgUnspecified(
                "neither an id nor a name was given".to_owned(),
            )),
        }
    }

    fn find_by_name<'a>(
        &self,
        name: &str,
        all: impl Iterator<Item = &'a OrgMemberInfo>,
    ) -> Result<&'a OrgMemberInfo, Forbidden> {
        let (mut by_url_safe_name, mut by_display_name) = (Vec::new(), Vec::new());
        for org in all {
            if org.url_safe_org_name == name {
                by_url_safe_name.push(org);
            } else if org.org_name == name {
                by_display_name.push(org);
            }
        }
        match (by_url_safe_name.as_slice(), by_display_name.as_slice()) {
            ([org], _) => Ok(org),
            ([], [org]) if is_usual_spelling(&org.url_safe_org_name, name) => Ok(org),
            ([], [org]) => Err(Forbidden::OrgNameNotUnique {
                name: name.to_owned(),
                url_safe_org_name: org.url_safe_org_name.clone(),
            }),
            ([], []) => Err(Forbidden::UserIsNotInOrg(self.to_string())),
            _ => Err(Forbidden::AmbiguousOrgName(name.to_owned())),
        }
    }

    /// Denies text that cannot be an id or a name. U+FFFD replaces bytes that were not UTF-8, so two
    /// different requests would name the same organization with it.
    fn check_usable(&self) -> Result<(), Forbidden> {
        let id = self.org_id.as_deref().is_none_or(is_usable_id);
        if id && self.org_name.as_deref().is_none_or(is_usable) {
            return Ok(());
        }
        Err(Forbidden::OrgUnspecified(format!(
            "{self} cannot be an organization"
        )))
    }
}

fn is_usable_id(id: &str) -> bool {
    // PropelAuth's ids are plain ASCII. `fold` in place of `all` has no early exit, which lets the
    // compiler check many bytes at a time.
    let all_plain = |all, byte: u8| all & byte.is_ascii_graphic();
    let is_plain = !id.is_empty() && id.bytes().fold(true, all_plain);
    is_plain || (is_usable(id) && !id.contains(char::is_whitespace))
}

fn is_usable(text: &str) -> bool {
    !text.trim().is_empty()
        && !text.contains(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER)
}

/// Returns `true` if this name is accepted for an organization that was found by its id.
///
/// An organization's display name may be the URL-safe name of another organization, so a name in
/// that form must be the URL-safe name.
fn may_be_called(org: &OrgMember, name: &str) -> bool {
    let is_in_url_safe_form = name.bytes().all(|byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
    });
    org.url_safe_org_name == name || (org.org_name == name && !is_in_url_safe_form)
}

/// Returns `true` if a URL-safe name is the one that PropelAuth derives from a display name as long
/// as no other organization has it: in lower case, and with hyphens for spaces.
///
/// PropelAuth does not document how it derives other characters, so names with them are denied.
fn is_usual_spelling(url_safe_org_name: &str, name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" -_".contains(&byte);
    let usual = name.to_ascii_lowercase().replace(' ', "-");
    name.bytes().all(is_plain) && url_safe_org_name == usual
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
