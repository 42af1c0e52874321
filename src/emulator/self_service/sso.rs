//! Finding the organization whose identity provider logs a user in.

use super::{Code, Refusal, email_rules::domain_of};
use crate::{
    emulator::{
        operations::org::domains,
        state::{OrgRecord, Store, ascii_domain, ids::canonical},
    },
    words::ids::OrgId,
};

/// Returns the URL at which the members of an organization log in, found by its id, its domain, or the
/// email address of a member.
pub(crate) fn sso_login_url(
    store: &Store,
    org_id: Option<&str>,
    domain: Option<&str>,
    email: Option<&str>,
) -> Result<String, Refusal> {
    let domain = domain.map(ascii_domain).or_else(|| email.map(domain_of));
    let org_id = org_id.map(canonical::<OrgId>);
    let is_meant = |org: &OrgRecord| match (&org_id, &domain) {
        (Some(org_id), _) => org.org_id == *org_id,
        (None, Some(domain)) => domains::has(org, domain),
        (None, None) => false,
    };
    let is_live = |org: &&OrgRecord| org.connection.as_ref().is_some_and(|it| it.is_live);
    let mut found = store.orgs.values().filter(is_live);
    let mut found = found.by_ref().filter(|org| is_meant(org));
    match (found.next(), found.next()) {
        (Some(org), None) => Ok(format!(
            "{}/saml?id={}",
            store.project.pages_url(),
            org.org_id
        )),
        (Some(_), Some(_)) => Err(Refusal::new(
            Code::AmbiguousResults,
            "Several organizations have this domain",
        )),
        (None, _) => Err(Refusal::new(
            Code::OrgNotFound,
            "There is no organization with single sign-on",
        )),
    }
}
