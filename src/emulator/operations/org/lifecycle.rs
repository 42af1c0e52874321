//! Fetching, creating and deleting organizations.

use serde_json::Map;

use crate::{
    api::{CreateOrg, CreatedOrg, DeleteOrg, FetchOrg, FieldErrors, Never, NotFound, Organization},
    emulator::{
        operations::{
            handler::{Handler, Rejection},
            org::{domains, name::check_name},
        },
        state::{OrgRecord, Store},
    },
    words::ids::OrgId,
};

impl Handler<FetchOrg> for Store {
    fn handle(&mut self, request: FetchOrg) -> Result<Organization, Rejection<NotFound>> {
        self.check_orgs()?;
        let record = self.orgs.get(&request.org_id);
        record
            .map(OrgRecord::to_organization)
            .ok_or_else(|| Rejection::missing("organization", &request.org_id))
    }
}

impl Handler<CreateOrg> for Store {
    fn handle(&mut self, request: CreateOrg) -> Result<CreatedOrg, Rejection<Never>> {
        self.check_orgs()?;
        // Some libraries send an empty string for an omitted argument.
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let name = request.name;
        let domain = given(request.domain);
        let mapping = given(request.custom_role_mapping_name);

        let mut errors = FieldErrors::default();
        check_name(&mut errors, &name);
        domains::check(&mut errors, "domain", domain.iter());
        self.check_role_mapping(&mut errors, mapping.as_deref());
        Rejection::check(errors)?;

        let org_id = OrgId::from(self.ids.uuid_of(&["org", &name]));
        let org = Organization {
            org_id: org_id.clone(),
            name: name.clone(),
            url_safe_org_slug: self.orgs.free_slug(&name, None),
            can_setup_saml: false,
            is_saml_configured: false,
            is_saml_in_test_mode: false,
            max_users: request.max_users,
            metadata: Some(Map::new()),
            domain,
            extra_domains: Vec::new(),
            domain_autojoin: request.enable_auto_joining_by_domain.unwrap_or(false),
            domain_restrict: request.members_must_have_matching_domain.unwrap_or(false),
            custom_role_mapping_name: mapping,
            legacy_org_id: given(request.legacy_org_id),
            password_rotation_enabled: false,
            password_rotation_history_size: 0,
            password_rotation_period: 0,
            isolated: false,
        };
        let record = OrgRecord {
            org,
            created_at: self.now(),
            number: self.orgs.next_number(),
            requires_2fa_by: None,
            connection: None,
        };
        self.orgs.insert(org_id.clone(), record);
        Ok(CreatedOrg { org_id, name })
    }
}

impl Handler<DeleteOrg> for Store {
    fn handle(&mut self, request: DeleteOrg) -> Result<(), Rejection<NotFound>> {
        self.check_orgs()?;
        let org_id = request.org_id;
        if !self.orgs.remove(&org_id) {
            return Err(Rejection::missing("organization", &org_id));
        }
        for user_id in self.users.member_ids(&org_id) {
            if let Some(mut user) = self.users.get_mut(&user_id) {
                user.memberships.remove(&org_id);
            }
        }
        self.invites.remove_all_of(&org_id);
        self.scim_groups.retain(|group| group.org_id != org_id);
        self.scim_keys.retain(|_, of| *of != org_id);
        self.saml_links.retain(|_, link| link.org_id != org_id);
        Ok(())
    }
}
