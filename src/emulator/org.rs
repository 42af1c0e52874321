//! Organizations and memberships, as the emulator keeps them.

use super::{
    dispatch::{Handle, Rejection},
    store::{Membership, Store},
};
use crate::{
    api::{
        AddUserToOrg, ChangeUserRoleInOrg, CreateOrg, CreatedOrg, FieldErrors, List, Never,
        NotFound, Organization,
    },
    id::OrgId,
};

impl Handle<CreateOrg> for Store {
    fn handle(&mut self, request: CreateOrg) -> Result<CreatedOrg, Rejection<Never>> {
        self.check_orgs()?;
        let name = request.name;
        if name.trim().is_empty() {
            return Err(Rejection::Fields(FieldErrors::one(
                "name",
                "Cannot be empty",
            )));
        }
        let org_id = OrgId::from(self.ids.uuid());
        let org = Organization {
            org_id: org_id.clone(),
            name: name.clone(),
            url_safe_org_slug: url_safe(&name),
            can_setup_saml: false,
            is_saml_configured: false,
            is_saml_in_test_mode: false,
            max_users: request.max_users,
            metadata: None,
            domain: request.domain,
            extra_domains: Vec::new(),
            domain_autojoin: request.enable_auto_joining_by_domain.unwrap_or(false),
            domain_restrict: request.members_must_have_matching_domain.unwrap_or(false),
            custom_role_mapping_name: request.custom_role_mapping_name,
            legacy_org_id: request.legacy_org_id,
            created_at: self.now(),
        };
        self.orgs.insert(org_id.clone(), org);
        Ok(CreatedOrg { org_id, name })
    }
}

impl Handle<AddUserToOrg> for Store {
    fn handle(&mut self, request: AddUserToOrg) -> Result<(), Rejection<NotFound>> {
        let AddUserToOrg {
            user_id,
            org_id,
            role,
            additional_roles,
        } = request;
        let org = self.orgs.get(&org_id);
        let max_users = org.and_then(|org| org.max_users).unwrap_or(u32::MAX);
        let is_full =
            self.member_count(&org_id) >= usize::try_from(max_users).unwrap_or(usize::MAX);

        let (user, membership) =
            self.membership(&user_id, &org_id, membership(role, additional_roles))?;
        if user.memberships.contains_key(&org_id) {
            return Err(Rejection::Fields(FieldErrors::one(
                "user_id",
                "Already a member of the organization",
            )));
        }
        if is_full {
            return Err(Rejection::Fields(FieldErrors::one(
                "org_id",
                "The organization has no room for another member",
            )));
        }
        user.memberships.insert(org_id, membership);
        Ok(())
    }
}

impl Handle<ChangeUserRoleInOrg> for Store {
    fn handle(&mut self, request: ChangeUserRoleInOrg) -> Result<(), Rejection<NotFound>> {
        let ChangeUserRoleInOrg {
            user_id,
            org_id,
            role,
            additional_roles,
        } = request;
        let (user, new) = self.membership(&user_id, &org_id, membership(role, additional_roles))?;
        match user.memberships.get_mut(&org_id) {
            Some(membership) => *membership = new,
            None => return Err(Rejection::Refused(NotFound::NotFound)),
        }
        Ok(())
    }
}

fn membership(role: String, additional_roles: Option<List<String>>) -> Membership {
    Membership {
        role,
        additional_roles: additional_roles.map_or_else(Vec::new, |roles| roles.to_vec()),
    }
}

/// Writes a name as URLs do: lower case, hyphens for spaces.
fn url_safe(name: &str) -> String {
    name.to_lowercase().replace(' ', "-")
}
