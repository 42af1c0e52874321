//! Mistakes in the organization that a request names, by the organizations that the user is in.
//!
//! | the request names | hint |
//! |---|---|
//! | `"1189c444-…"`, `{1189c444-…}` | `decorated_org_id` |
//! | `undefined`, `:org_id`, `{org_id}` | `org_id_is_placeholder` |
//! | `1189C444-…`, `1189c444…` without hyphens | `org_id_in_other_form` |
//! | `acme-inc` where an id is looked up | `org_name_as_id` |
//! | an id where a name is looked up | `org_id_as_name` |
//! | `ACME-Inc` for `acme-inc` | `org_name_in_other_form` |
//! | the user's own id | `user_id_as_org_id` |
//! | any other, and the token is for one active organization | `other_org_is_active` |
//! | any other, and the token lists no organization | `user_in_no_org` |
//!
//! Only organizations of the user are compared, so that the log shows nothing of others.

use super::mistake::Hint;
use crate::{
    access::{required_org::RequiredOrg, token::credential::is_placeholder, user::User},
    words::org_member_info::OrgMemberInfo,
};

/// Returns why the user is not a member of the organization, if the text or the token shows it.
pub(super) fn find(required: &RequiredOrg, user: &User) -> Option<Hint> {
    let found = match (required.org_id(), required.org_name()) {
        (Some(id), None) => of_id(id, user),
        (None, Some(name)) => of_name(name, user),
        _ => None,
    };
    found.or_else(|| of_user(user))
}

/// Returns the mistake in the text that was taken for an id.
fn of_id(id: &str, user: &User) -> Option<Hint> {
    let bare = id.trim_matches([
        '"', '\'', '`', '{', '}', '(', ')', '[', ']', '<', '>', ':', '/', ' ',
    ]);
    let canonical = |text: &str| text.replace('-', "").to_ascii_lowercase();
    let found = |code, text: String| Some(Hint::new(code, text));
    if let Some(org) = user.orgs().find(|org| *org.org_id == *bare) {
        let text = format!(
            "the user is in {:?}, and the request has signs around it",
            org.org_id
        );
        return found("decorated_org_id", text);
    }
    if is_placeholder(id) || is_placeholder(bare) || ["org_id", "orgId"].contains(&bare) {
        let text = "it is a placeholder and not an id".to_owned();
        return found("org_id_is_placeholder", text);
    }
    if let Some(org) = user
        .orgs()
        .find(|org| canonical(&org.org_id) == canonical(bare))
    {
        let text = format!(
            "the user is in {:?}, which differs in case or hyphens",
            org.org_id
        );
        return found("org_id_in_other_form", text);
    }
    if let Some(org) = user.orgs().find(|org| is_called(org, id)) {
        let text = format!("it is the name of {:?}, which the user is in", org.org_id);
        return found("org_name_as_id", text);
    }
    if *user.user_id == *bare {
        return found("user_id_as_org_id", "it is the id of the user".to_owned());
    }
    None
}

/// Returns the mistake in the text that was taken for a name.
fn of_name(name: &str, user: &User) -> Option<Hint> {
    if user.orgs().any(|org| *org.org_id == *name) {
        let text = "it is an id of an organization of the user, and the lookup is by name";
        return Some(Hint::new("org_id_as_name", text));
    }
    let org = user.orgs().find(|org| is_called(org, name))?;
    let text = format!(
        "the URL-safe name of {:?} is {:?}, which differs in case or spaces",
        org.org_id, org.url_safe_org_name
    );
    Some(Hint::new("org_name_in_other_form", text))
}

/// Returns what the token says about the user's organizations.
fn of_user(user: &User) -> Option<Hint> {
    if let Some(active) = &user.active_org_id {
        let text = format!("the token is for the active organization {active:?} only");
        return Some(Hint::new("other_org_is_active", text));
    }
    (user.orgs().len() == 0).then(|| {
        let text = "the token lists no organization at all";
        Hint::new("user_in_no_org", text)
    })
}

/// Returns `true` if a name is one of the organization's, up to case, spaces and hyphens.
fn is_called(org: &OrgMemberInfo, name: &str) -> bool {
    let plain = |text: &str| text.trim().replace([' ', '_'], "-").to_lowercase();
    let name = plain(name);
    plain(&org.org_name) == name || plain(&org.url_safe_org_name) == name
}
