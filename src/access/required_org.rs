//! Which organization a request is about.

use std::fmt;

use super::denied::Forbidden;
use crate::{
    id::OrgId,
    org_member_info::{OrgMember, OrgMemberInfo},
};

/// The organization that a user must be in: by id, by name, or by both, which must then agree.
///
/// Anything that is an org id converts into it. Prefer ids: anybody can create an organization and
/// call it as they like, so a name alone finds only the one organization of the project that can
/// go by it.
///
/// - **By id**: the organization with this id.
/// - **By name**: the organization whose URL-safe name (`acme-inc`) this is, as PropelAuth gives
///   each URL-safe name to one organization only. A display name (`Acme Inc`) counts where it is
///   the organization's own and PropelAuth's usual spelling of it, in lower case and with hyphens
///   for spaces, is the organization's URL-safe name. Any other display name, such as `acme.inc`,
///   `Ünited` or that of a namesake, finds nothing: two organizations can have it. So does an
///   organization without a URL-safe name in the token.
/// - **By both**: the organization with this id, if the name is its URL-safe name or its display
///   name. The id decides, so take it from where you trust it; a name in URL-safe form must be the
///   URL-safe name even so.
///
/// Names are compared byte by byte: upper and lower case, surrounding spaces and Unicode
/// normalization forms all differ.
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
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct RequiredOrg {
    org_id: Option<OrgId>,
    org_name: Option<String>,
}

impl RequiredOrg {
    /// Asks for the organization with this id.
    #[must_use]
    #[doc(alias = "OrgId")]
    pub fn id(org_id: impl Into<OrgId>) -> Self {
        Self {
            org_id: Some(org_id.into()),
            org_name: None,
        }
    }

    /// Asks for the organization of this name: its URL-safe name, or a display name that only one
    /// organization can go by, as described [above](Self).
    #[must_use]
    #[doc(alias = "OrgName")]
    pub fn name(org_name: impl Into<String>) -> Self {
        Self {
            org_id: None,
            org_name: Some(org_name.into()),
        }
    }

    /// Asks for this name as well.
    #[must_use]
    pub fn and_name(self, org_name: impl Into<String>) -> Self {
        Self {
            org_name: Some(org_name.into()),
            ..self
        }
    }

    /// Asks for this id as well.
    #[must_use]
    pub fn and_id(self, org_id: impl Into<OrgId>) -> Self {
        Self {
            org_id: Some(org_id.into()),
            ..self
        }
    }

    /// Finds the one membership that is asked for.
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

    /// Refuses what no id or name can be. U+FFFD stands for bytes that were not UTF-8, so that
    /// two different requests would name the same organization with it.
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
    // All that come from PropelAuth are plain. Not to stop at a byte that is not lets many be
    // looked at together.
    let all_plain = |all, byte: u8| all & byte.is_ascii_graphic();
    let is_plain = !id.is_empty() && id.bytes().fold(true, all_plain);
    is_plain || (is_usable(id) && !id.contains(char::is_whitespace))
}

fn is_usable(text: &str) -> bool {
    !text.trim().is_empty()
        && !text.contains(|c: char| c.is_control() || c == char::REPLACEMENT_CHARACTER)
}

/// Returns whether an organization that was found by its id may be called so.
///
/// Anyone may name an organization after the URL-safe name of another. So a name in that form
/// must be the URL-safe name.
fn may_be_called(org: &OrgMember, name: &str) -> bool {
    let is_in_url_safe_form = name.bytes().all(|byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
    });
    org.url_safe_org_name == name || (org.org_name == name && !is_in_url_safe_form)
}

/// Returns whether a URL-safe name is the one that PropelAuth makes of a display name while
/// nobody has it: in lower case, and with hyphens for spaces.
///
/// How it spells other characters is not known, and what is not known finds no organization.
fn is_usual_spelling(url_safe_org_name: &str, name: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b" -_".contains(&byte);
    let usual = name.to_ascii_lowercase().replace(' ', "-");
    name.bytes().all(is_plain) && url_safe_org_name == usual
}

/// Says what was asked for, escaped: it comes from the caller.
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
