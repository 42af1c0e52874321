//! The settings of an organization, for its members.

use serde::Serialize;

use super::{
    Code, Fields, Refusal,
    email_rules::{domain_of, is_personal},
    membership::{Member, member},
};
use crate::{
    api::UpdateOrg,
    emulator::{
        operations::{handler::Handler, org::iso8601},
        state::{Ability, Store},
    },
};

/// The settings as frontends read them.
#[derive(Debug, Serialize)]
pub(crate) struct OrgSettings {
    pub(crate) org_name: String,
    /// Whether the member may change who can join.
    pub(crate) user_can_update_org_settings: bool,
    /// Whether the member may rename the organization.
    pub(crate) user_can_update_metadata: bool,
    pub(crate) autojoin_by_domain: bool,
    pub(crate) restrict_to_domain: bool,
    /// As ISO 8601 text.
    pub(crate) require_2fa_by: Option<String>,
    pub(crate) existing_domain: Option<String>,
    pub(crate) current_user_domain: String,
    pub(crate) current_user_domain_is_personal: bool,
    pub(crate) can_setup_saml: bool,
    pub(crate) is_saml_enabled: bool,
    pub(crate) is_saml_in_test_mode: bool,
    pub(crate) can_setup_scim: bool,
    pub(crate) is_scim_enabled: bool,
}

/// A change of what is given.
#[derive(Debug, Default)]
pub(crate) struct OrgSettingsChange {
    pub(crate) name: Option<String>,
    pub(crate) autojoin_by_domain: Option<bool>,
    pub(crate) restrict_to_domain: Option<bool>,
    /// As ISO 8601 text, or `Some(None)` for never.
    pub(crate) require_2fa_by: Option<Option<String>>,
}

/// Returns the settings of an organization of the user.
pub(crate) fn org_settings(
    store: &Store,
    session: &str,
    org_id: &str,
) -> Result<OrgSettings, Refusal> {
    let member = member(store, session, org_id)?;
    let org = member.org;
    let domain = user_domain(store, &member);
    let may_set_up = org.can_setup_saml || store.project.settings.orgs_can_setup_saml;
    let may_set_up = may_set_up && member.may(Ability::SetupSaml);
    Ok(OrgSettings {
        org_name: org.name.clone(),
        user_can_update_org_settings: member.may(Ability::EditOrgAccess),
        user_can_update_metadata: member.may(Ability::UpdateOrgMetadata),
        autojoin_by_domain: org.domain_autojoin,
        restrict_to_domain: org.domain_restrict,
        require_2fa_by: org.requires_2fa_by.map(iso8601::write),
        existing_domain: org.domain.clone(),
        current_user_domain_is_personal: is_personal(&domain),
        current_user_domain: domain,
        can_setup_saml: may_set_up,
        is_saml_enabled: org.is_saml_configured,
        is_saml_in_test_mode: org.is_saml_in_test_mode,
        can_setup_scim: may_set_up,
        is_scim_enabled: store.scim_keys.values().any(|of| *of == member.org_id),
    })
}

fn user_domain(store: &Store, member: &Member<'_>) -> String {
    let user = store.users.get(&member.user_id);
    user.map_or_else(String::new, |user| domain_of(&user.metadata.email))
}

/// Changes the settings of an organization of the user.
pub(crate) fn update_org_settings(
    store: &mut Store,
    session: &str,
    org_id: &str,
    change: OrgSettingsChange,
) -> Result<(), Refusal> {
    let member = member(store, session, org_id)?;
    let (settings, org) = (&store.project.settings, member.org);
    if change.name.is_some() {
        member.check(Ability::UpdateOrgMetadata)?;
    }
    let changes_access = change.autojoin_by_domain.is_some()
        || change.restrict_to_domain.is_some()
        || change.require_2fa_by.is_some();
    if changes_access {
        member.check(Ability::EditOrgAccess)?;
    }
    let disabled = |what: &str| {
        let message = format!("Organizations cannot {what}");
        Err(Refusal::new(Code::ActionDisabled, message))
    };
    if change.autojoin_by_domain == Some(true) && !settings.allow_autojoin_by_domain {
        return disabled("admit a whole domain");
    }
    if matches!(change.require_2fa_by, Some(Some(_))) && !settings.orgs_can_require_2fa {
        return disabled("demand a second factor");
    }
    let mut fields = Fields::default();
    if change.name.as_ref().is_some_and(|it| it.trim().is_empty()) {
        fields.add("name", "required", "Please enter a name");
    }
    let by = change.require_2fa_by.as_ref();
    let by = by.map(|by| by.as_deref().map(iso8601::parse));
    if let Some(Some(None)) = by {
        fields.add("require_2fa_by", "invalid", "This is not a time");
    }
    // The first setting that uses a domain makes the one of the member that of the organization.
    let uses_domain =
        change.autojoin_by_domain == Some(true) || change.restrict_to_domain == Some(true);
    let domain = user_domain(store, &member);
    let takes_domain = uses_domain && org.domain.is_none();
    let user = store.users.get(&member.user_id);
    if takes_domain && is_personal(&domain) {
        let message = "The domain of your email address does not belong to your company";
        fields.add("autojoin_by_domain", "personal_domain", message);
    } else if takes_domain && user.is_none_or(|user| !user.metadata.email_confirmed) {
        let message = "Please confirm your email address first";
        return Err(Refusal::new(Code::EmailNotConfirmed, message));
    }
    fields.check()?;
    let org_id = member.org_id;
    let mut update = UpdateOrg::new(org_id.clone());
    update.name = change.name;
    update.autojoin_by_domain = change.autojoin_by_domain;
    update.restrict_to_domain = change.restrict_to_domain;
    update.domain = Some(domain).filter(|_| takes_domain);
    let updated = store.handle(update);
    updated.map_err(|why| Refusal::new(Code::UnexpectedError, why.to_string()))?;
    if let (Some(by), Some(org)) = (by, store.orgs.get_mut(&org_id)) {
        org.requires_2fa_by = by.flatten();
    }
    Ok(())
}
