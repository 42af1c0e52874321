//! The whole state, and lookups that combine several parts of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    api::{ApiKey, Employee, UserMetadata},
    emulator::state::{
        ActivityLog, ApiKeyRecord, ApiKeys, AuthorizationCodes, Happening, Invites, LoginState,
        McpState, Orgs, Project, RoleMapping, SamlLink, ScimGroups, Sessions, SigningKey, StepUps,
        UserRecord, Users, ascii_domain, ids::Ids,
    },
    words::{
        ids::{ApiKeyId, EmployeeId, OrgId, UserId},
        org_member_info::OrgMemberInfo,
        roles::OrgIdentity,
    },
};

/// The whole state of the emulator. Serialized as JSON, it is a snapshot.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Store {
    #[serde(skip)]
    pub(crate) project: Project,
    pub(crate) ids: Ids,
    pub(crate) signing_key: SigningKey,
    pub(crate) users: Users,
    #[serde(rename = "entrance")]
    pub(crate) login_state: LoginState,
    pub(crate) sessions: Sessions,
    pub(crate) codes: AuthorizationCodes,
    pub(crate) mcp: McpState,
    pub(crate) mfa: StepUps,
    pub(crate) employees: BTreeMap<EmployeeId, Employee>,
    pub(crate) api_keys: ApiKeys,
    #[serde(rename = "history")]
    pub(crate) activity_log: ActivityLog,
    pub(crate) orgs: Orgs,
    pub(crate) invites: Invites,
    /// By URL.
    pub(crate) saml_links: BTreeMap<String, SamlLink>,
    pub(crate) scim_groups: ScimGroups,
    /// By id: the organization.
    pub(crate) scim_keys: BTreeMap<String, OrgId>,
    /// What happened since the last look and is no change of a record.
    #[serde(skip)]
    pub(crate) happenings: Vec<Happening>,
}

impl Store {
    /// Replaces what is published or can be guessed, if others can reach the emulator.
    pub(crate) fn protect(&mut self) -> Result<(), String> {
        if self.project.is_exposed {
            self.ids.make_unpredictable();
            if self.signing_key.is_published() {
                self.signing_key = SigningKey::generate()?;
            }
        }
        Ok(())
    }

    pub(crate) fn now(&self) -> i64 {
        self.project.clock.now()
    }

    /// Returns the metadata of a user, with or without the organizations.
    pub(crate) fn user_metadata(&self, user: &UserRecord, include_orgs: bool) -> UserMetadata {
        let mut metadata = user.metadata.clone();
        metadata.org_id_to_org_info = include_orgs.then(|| self.org_infos(user));
        metadata
    }

    /// Returns the metadata of the user with this id, with or without the organizations.
    pub(crate) fn user_metadata_by_id(
        &self,
        id: &UserId,
        include_orgs: bool,
    ) -> Option<UserMetadata> {
        let user = self.users.get(id)?;
        Some(self.user_metadata(user, include_orgs))
    }

    /// Returns all memberships of a user, as in access tokens and the backend API.
    pub(crate) fn org_infos(&self, user: &UserRecord) -> BTreeMap<OrgId, OrgMemberInfo> {
        let ids = user.memberships.keys();
        ids.filter_map(|org_id| Some((org_id.clone(), self.org_info(user, org_id)?)))
            .collect()
    }

    pub(crate) fn org_info(&self, user: &UserRecord, org_id: &OrgId) -> Option<OrgMemberInfo> {
        let org_identity = self.org_identity(org_id)?;
        let membership = user.memberships.get(org_id)?;
        let roles = self.roles_of(org_id);
        let (role, others) = (&membership.role, &membership.additional_roles);
        Some(OrgMemberInfo::from(roles.membership(
            org_identity,
            role,
            others,
        )))
    }

    /// Returns an organization as memberships name it.
    pub(crate) fn org_identity(&self, org_id: &OrgId) -> Option<OrgIdentity<'_>> {
        let org = self.orgs.get(org_id)?;
        Some(OrgIdentity {
            org_id: &org.org_id,
            name: &org.name,
            url_safe_name: org.url_safe_org_slug.clone(),
            metadata: org.metadata.clone().unwrap_or_default(),
            legacy_org_id: org.legacy_org_id.clone(),
        })
    }

    /// Returns `true` if the project blocks the domain of an email address. Every operation that
    /// sets the address of a user has to check this.
    pub(crate) fn is_domain_blocked(&self, email: &str) -> bool {
        let domain = ascii_domain(email.rsplit('@').next().unwrap_or_default());
        let mut blocked = self.project.blocked_domains.iter();
        blocked.any(|it| ascii_domain(it) == domain)
    }

    /// Returns the roles of an organization: its custom role mapping, or the project's default.
    pub(crate) fn roles_of(&self, org_id: &OrgId) -> &RoleMapping {
        let name = self
            .orgs
            .get(org_id)
            .and_then(|org| org.custom_role_mapping_name.as_ref());
        let mapping = name.and_then(|name| self.project.custom_role_mappings.get(name));
        mapping.unwrap_or(&self.project.roles)
    }

    /// Replaces roles in memberships and invitations that the organization no longer has.
    pub(crate) fn replace_removed_roles(&mut self, org_id: &OrgId) {
        let roles = self.roles_of(org_id).clone();
        for user_id in self.users.member_ids(org_id) {
            let mut user = self.users.get_mut(&user_id);
            let user = user.as_deref_mut();
            if let Some(membership) = user.and_then(|user| user.memberships.get_mut(org_id)) {
                roles.replace_unknown(&mut membership.role, &mut membership.additional_roles);
            }
        }
        let settle =
            |role: &mut String, others: &mut Vec<String>| roles.replace_unknown(role, others);
        self.invites.settle(org_id, settle);
    }

    /// Replaces roles that organizations no longer have, in all of them.
    pub(crate) fn replace_all_removed_roles(&mut self) {
        let org_ids: Vec<OrgId> = self.orgs.keys().cloned().collect();
        for org_id in org_ids {
            self.replace_removed_roles(&org_id);
        }
    }

    /// Returns an API key, if neither the key nor its owner was deleted.
    pub(crate) fn api_key(&self, id: &ApiKeyId) -> Option<&ApiKeyRecord> {
        let record = self.api_keys.keys.get(id);
        record.filter(|record| self.exists(record))
    }

    pub(crate) fn exists(&self, record: &ApiKeyRecord) -> bool {
        let key = &record.key;
        let has_user = key
            .user_id
            .as_ref()
            .is_none_or(|it| self.users.contains_key(it));
        let has_org = key
            .org_id
            .as_ref()
            .is_none_or(|it| self.orgs.contains_key(it));
        has_user && has_org && !record.is_deleted
    }

    pub(crate) fn is_expired(&self, key: &ApiKey) -> bool {
        key.expires_at_seconds.is_some_and(|at| at <= self.now())
    }
}
