//! Lookup of the membership in the organization that a request is for.
//!
//! The rules for names are strict because customers choose the display names of their
//! organizations: a lookup by display name alone would let one customer take the name of another
//! and be mistaken for it.

use std::collections::BTreeMap;

use super::{denied::Forbidden, required_org::RequiredOrg, unspecified_org::UnspecifiedOrg};
use crate::words::{
    ids::OrgId,
    org_member_info::{OrgMember, OrgMemberInfo},
};

/// Returns the membership in the required organization, out of a user's memberships.
///
/// A lookup by id costs about the same for a user in many organizations as for a user in one. A lookup
/// by name compares the name with all of them, because it has to notice that two match.
///
/// # Errors
///
/// Returns [`Forbidden`] if the lookup is empty or matches no membership or more than one.
pub(super) fn find<'a>(
    orgs: &'a BTreeMap<OrgId, OrgMemberInfo>,
    required: &RequiredOrg,
) -> Result<&'a OrgMemberInfo, Forbidden> {
    check_usable(required)?;
    let not_in_org = || Forbidden::UserIsNotInOrg(required.clone());
    match (required.org_id(), required.org_name()) {
        (Some(id), name) => orgs
            .get(id)
            .filter(|org| name.is_none_or(|name| may_be_called(org, name)))
            .ok_or_else(not_in_org),
        (None, Some(name)) => find_by_name(orgs, name)?.ok_or_else(not_in_org),
        (None, None) => Err(Forbidden::OrgUnspecified(UnspecifiedOrg::NotInRequest(
            "neither an id nor a name was given".to_owned(),
        ))),
    }
}

/// Returns the one membership that a name identifies, or `None` if no organization of the user has it.
///
/// # Errors
///
/// Returns [`Forbidden`] if organizations of the user have the name, but it identifies none of them.
fn find_by_name<'a>(
    orgs: &'a BTreeMap<OrgId, OrgMemberInfo>,
    name: &str,
) -> Result<Option<&'a OrgMemberInfo>, Forbidden> {
    let (mut by_url_safe_name, mut by_display_name) = (Vec::new(), Vec::new());
    for org in orgs.values() {
        if org.url_safe_org_name == name {
            by_url_safe_name.push(org);
        } else if org.org_name == name {
            by_display_name.push(org);
        }
    }
    match (by_url_safe_name.as_slice(), by_display_name.as_slice()) {
        ([org], _) => Ok(Some(org)),
        ([], [org]) if is_usual_spelling(&org.url_safe_org_name, name) => Ok(Some(org)),
        ([], [org]) => Err(Forbidden::OrgNameNotUnique {
            name: name.to_owned(),
            url_safe_org_name: org.url_safe_org_name.clone(),
        }),
        ([], []) => Ok(None),
        _ => Err(Forbidden::AmbiguousOrgName(name.to_owned())),
    }
}

/// Denies text that cannot be an id or a name. U+FFFD replaces bytes that were not UTF-8, so two
/// different requests would name the same organization with it.
fn check_usable(required: &RequiredOrg) -> Result<(), Forbidden> {
    let has_usable_id = required.org_id().is_none_or(|id| is_usable_id(id));
    if has_usable_id && required.org_name().is_none_or(is_usable) {
        return Ok(());
    }
    Err(Forbidden::OrgUnspecified(UnspecifiedOrg::Unusable(
        format!("{required} cannot be an organization"),
    )))
}

/// Returns `true` if text can be an organization's id. Unlike a name, an id has no whitespace.
fn is_usable_id(id: &str) -> bool {
    // PropelAuth's ids are plain ASCII. `fold` in place of `all` has no early exit, which lets the
    // compiler check many bytes at a time.
    let all_plain = |all, byte: u8| all & byte.is_ascii_graphic();
    let is_plain = !id.is_empty() && id.bytes().fold(true, all_plain);
    is_plain || (is_usable(id) && !id.contains(char::is_whitespace))
}

/// Returns `true` if text can be an organization's name.
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
