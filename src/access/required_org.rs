//! Which organization a request is about.

use std::fmt;

use super::denied::Forbidden;
use crate::{
    id::OrgId,
    org_member_info::{OrgMember, OrgMemberInfo},
};

/// The organization that a user must be in: by id, by name, or by both, which must then agree.
///
/// Anything that is an org id converts into it. Prefer ids: a name is what its owner calls an
/// organization, and two may be called the same.
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

    /// Asks for the organization of this name, spelled exactly as its name or as its URL-safe
    /// name.
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
        mut all: impl Iterator<Item = &'a OrgMemberInfo>,
    ) -> Result<&'a OrgMemberInfo, Forbidden> {
        self.check_usable()?;
        let not_in_org = || Forbidden::UserIsNotInOrg(self.to_string());
        match (&self.org_id, &self.org_name) {
            (Some(id), name) => by_id(id)
                .filter(|org| name.as_deref().is_none_or(|name| goes_by(org, name)))
                .ok_or_else(not_in_org),
            (None, Some(name)) => {
                let found = all.find(|org| goes_by(org, name)).ok_or_else(not_in_org)?;
                match all.find(|org| goes_by(org, name)) {
                    Some(_) => Err(Forbidden::AmbiguousOrgName(name.clone())),
                    None => Ok(found),
                }
            }
            (None, None) => Err(Forbidden::OrgUnspecified(
                "neither an id nor a name was given".to_owned(),
            )),
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

/// Tells whether an organization goes by this name.
///
/// Anyone may name an organization after the URL-safe name of another. So a name in that form
/// must be the URL-safe name where the organization has one.
fn goes_by(org: &OrgMember, name: &str) -> bool {
    if org.url_safe_org_name == name {
        return true;
    }
    let is_url_safe = name.bytes().all(|byte| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_'
    });
    org.org_name == name && (!is_url_safe || org.url_safe_org_name.is_empty())
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
