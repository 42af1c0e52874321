//! [`OrgByKey`]: an organization that sent an API key without a user.

use std::{collections::BTreeMap, fmt, sync::Arc};

use serde_json::{Map, Value};

use super::{key_answer::KeyOrg, validated_key::ValidatedKey};
use crate::{
    access::{
        authorized::Authorized,
        denied::{Denied, Forbidden},
        membership,
        required_org::RequiredOrg,
        requirement::{Requirement, Standing},
        settings::Settings,
        step_up::proof::by_key,
    },
    words::{
        ids::OrgId,
        org_member_info::{OrgMember, OrgMemberInfo, OrgRoleStructure},
    },
};

/// An organization that sent an API key without a user.
///
/// It is a member of itself, without a role and without a permission, because both belong to users. So a
/// route that programs of an organization may use is guarded by [`InOrg`](crate::InOrg).
///
/// ```
/// use actix_web_propelauth::Principal;
///
/// /// Returns the plan that an application keeps in the metadata of an organization.
/// fn plan(caller: &Principal) -> Option<&str> {
///     caller.org()?.org_metadata().get("plan")?.as_str()
/// }
/// ```
///
/// Cloning it increments a reference count.
#[derive(Clone)]
pub struct OrgByKey(Arc<Validated>);

struct Validated {
    /// The organization alone, so that it is looked up as a user's organizations are.
    orgs: BTreeMap<OrgId, OrgMemberInfo>,
    /// The same, as guards pass it to handlers.
    org: OrgMemberInfo,
    /// The key that was sent.
    key: ValidatedKey,
    /// The settings of the project that the key belongs to.
    settings: Arc<Settings>,
}

impl OrgByKey {
    /// Creates the organization of a key that PropelAuth has just found valid.
    pub(super) fn validated(org: KeyOrg, key: ValidatedKey, settings: Arc<Settings>) -> Self {
        let org = OrgMemberInfo::from(OrgMember {
            org_id: org.org_id,
            org_name: org.org_name,
            // PropelAuth's answer does not have it. A lookup by name finds no organization therefore.
            url_safe_org_name: String::new(),
            org_metadata: org.metadata,
            org_role_structure: OrgRoleStructure::default(),
            user_role: String::new(),
            inherited_user_roles_plus_current_role: Vec::new(),
            user_permissions: Vec::new(),
            additional_roles: Vec::new(),
            legacy_org_id: org.legacy_org_id,
        });
        Self(Arc::new(Validated {
            orgs: BTreeMap::from([(org.org_id.clone(), org.clone())]),
            org,
            key,
            settings,
        }))
    }

    /// Returns the id of the organization.
    #[must_use]
    pub fn org_id(&self) -> &OrgId {
        &self.0.org.org_id
    }

    /// Returns the name of the organization. Names are not unique: identify an organization by its id.
    #[must_use]
    pub fn org_name(&self) -> &str {
        &self.0.org.org_name
    }

    /// Returns the metadata of the organization; empty if there is none.
    #[must_use]
    pub fn org_metadata(&self) -> &Map<String, Value> {
        &self.0.org.org_metadata
    }

    /// Returns the id of the organization in the system that it was migrated from.
    #[must_use]
    pub fn legacy_org_id(&self) -> Option<&str> {
        self.0.org.legacy_org_id.as_deref()
    }

    /// Returns the organization as guards pass it to handlers: a membership without a role.
    pub(super) fn org_member_info(&self) -> &OrgMemberInfo {
        &self.0.org
    }

    /// Returns the API key, without its text.
    #[must_use]
    pub fn key(&self) -> &ValidatedKey {
        &self.0.key
    }

    /// Decides what of a requirement the organization meets. It has no role, no permission and no second factor.
    pub(in crate::access) fn decide(
        &self,
        required_org: &RequiredOrg,
        requirement: &Requirement,
    ) -> Result<Authorized<'_>, Denied> {
        let found = membership::find(&self.0.orgs, required_org);
        let org = found.map_err(|denied| match denied {
            Forbidden::UserIsNotInOrg(required) => Forbidden::KeyOfAnotherOrg(required),
            denied => denied,
        })?;
        match requirement.check(org, false, &|_| false) {
            Standing::Met => Ok(Authorized::Now(org)),
            Standing::MetWithAnyOf(actions) => Err(by_key(&actions).into()),
            Standing::NotMet => Err(Forbidden::KeyWithoutUser {
                org_id: org.org_id.clone(),
                requirement: requirement.clone(),
            }
            .into()),
        }
    }

    /// Returns the settings of the project that the key belongs to.
    pub(in crate::access) fn settings(&self) -> &Arc<Settings> {
        &self.0.settings
    }

    /// Returns `true` if both are from the same validation.
    pub(in crate::access) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// Organizations are equal if what is known of them and of their keys is.
impl PartialEq for OrgByKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.org == other.0.org && self.0.key == other.0.key
    }
}

impl Eq for OrgByKey {}

impl fmt::Debug for OrgByKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OrgByKey")
            .field("org_id", self.org_id())
            .field("key", &self.0.key)
            .finish_non_exhaustive()
    }
}
