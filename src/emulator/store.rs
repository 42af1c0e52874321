//! What the emulator remembers, and the questions that its operations ask of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    api_key::ApiKeys,
    clock::Clock,
    dispatch::Rejection,
    history::History,
    mfa::StepUps,
    org::{Invites, Orgs},
    roles::RoleMapping,
    saml::SamlLink,
    scim::ScimGroupRecord,
    user::{Account, Entrance, Users},
    uuid::{Ids, is_uuid},
    verification::SigningKey,
};
use crate::{
    api::{Employee, FieldErrors, UserMetadata},
    endpoint::field_errors::quoted,
    id::{EmployeeId, OrgId, UserId},
    org_member_info::{OrgMember, OrgMemberInfo},
};

/// How the emulated project is set up.
#[derive(Clone, Debug, Default)]
pub(super) struct Project {
    pub(super) auth_url: String,
    pub(super) issuer: String,
    /// The default role mapping.
    pub(super) roles: RoleMapping,
    pub(super) custom_role_mappings: BTreeMap<String, RoleMapping>,
    pub(super) max_orgs_per_user: Option<usize>,
    pub(super) clock: Clock,
    pub(super) includes_login_method: bool,
    pub(super) lacks_orgs: bool,
    pub(super) lacks_access_tokens: bool,
    pub(super) lacks_step_up_mfa: bool,
    pub(super) blocked_domains: Vec<String>,
}

/// Users, organizations and memberships; written as JSON, it is a snapshot.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Store {
    #[serde(skip)]
    pub(super) project: Project,
    pub(super) ids: Ids,
    pub(super) signing_key: SigningKey,
    pub(super) users: Users,
    pub(super) entrance: Entrance,
    pub(super) mfa: StepUps,
    pub(super) employees: BTreeMap<EmployeeId, Employee>,
    pub(super) api_keys: ApiKeys,
    pub(super) history: History,
    pub(super) orgs: Orgs,
    pub(super) invites: Invites,
    /// By their URL.
    pub(super) saml_links: BTreeMap<String, SamlLink>,
    /// The oldest first.
    pub(super) scim_groups: Vec<ScimGroupRecord>,
}

/// A user; the memberships are kept apart from the metadata and put in when they are asked for.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct UserRecord {
    pub(super) metadata: UserMetadata,
    #[serde(default)]
    pub(super) memberships: BTreeMap<OrgId, Membership>,
    #[serde(default)]
    pub(super) account: Account,
}

impl UserRecord {
    /// Returns what users are sorted by where nothing else was asked for: the oldest first.
    pub(super) fn age(&self) -> (i64, u64) {
        (self.metadata.created_at, self.account.number)
    }
}

/// What a user is in one organization.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Membership {
    pub(super) role: String,
    #[serde(default)]
    pub(super) additional_roles: Vec<String>,
}

impl Membership {
    pub(super) fn has(&self, role: &str) -> bool {
        self.role == role || self.additional_roles.iter().any(|it| it == role)
    }
}

impl Store {
    pub(super) fn now(&self) -> i64 {
        self.project.clock.now()
    }

    /// Returns a user's metadata, with or without the organizations.
    pub(super) fn user(&self, id: &UserId, include_orgs: bool) -> Option<UserMetadata> {
        let record = self.users.get(id)?;
        let mut metadata = record.metadata.clone();
        metadata.org_id_to_org_info = include_orgs.then(|| self.org_infos(record));
        Some(metadata)
    }

    /// Returns all memberships of a user in the form that tokens and the API share.
    pub(super) fn org_infos(&self, user: &UserRecord) -> BTreeMap<OrgId, OrgMemberInfo> {
        let ids = user.memberships.keys();
        ids.filter_map(|org_id| Some((org_id.clone(), self.org_info(user, org_id)?)))
            .collect()
    }

    pub(super) fn org_info(&self, user: &UserRecord, org_id: &OrgId) -> Option<OrgMemberInfo> {
        let org = self.orgs.get(org_id)?;
        let membership = user.memberships.get(org_id)?;
        let roles = self.roles_of(org_id);
        let held = membership.additional_roles.iter().map(String::as_str);
        let held = std::iter::once(membership.role.as_str()).chain(held);
        Some(OrgMemberInfo::from(OrgMember {
            org_id: org.org_id.clone(),
            org_name: org.name.clone(),
            url_safe_org_name: org.url_safe_org_slug.clone(),
            org_metadata: org.metadata.clone().unwrap_or_default(),
            org_role_structure: roles.structure().clone(),
            user_role: membership.role.clone(),
            inherited_user_roles_plus_current_role: roles.with_inherited(&membership.role),
            user_permissions: roles.permissions(held),
            additional_roles: membership.additional_roles.clone(),
            legacy_org_id: org.legacy_org_id.clone(),
        }))
    }

    pub(super) fn check_orgs<R>(&self) -> Result<(), Rejection<R>> {
        if self.project.lacks_orgs {
            return Err(Rejection::OrgsNotEnabled);
        }
        Ok(())
    }
}

/// Notes an id in a body that is no UUID. (One in a path is simply not found.)
pub(super) fn check_uuid(errors: &mut FieldErrors, field: &str, id: &str) {
    if !is_uuid(id) {
        errors.add(field, format!("Not a valid UUID: {}", quoted(id)));
    }
}
