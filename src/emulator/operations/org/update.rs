//! Updating organizations.

use crate::{
    api::{FieldErrors, NotFound, SubscribeOrgToRoleMapping, UpdateOrg},
    emulator::{
        operations::{
            handler::{Handler, Rejection},
            org::{domains, iso8601, name::check_name},
        },
        state::Store,
    },
    endpoint::field_errors::quoted,
};

impl Handler<UpdateOrg> for Store {
    fn handle(&mut self, request: UpdateOrg) -> Result<(), Rejection<NotFound>> {
        self.check_orgs()?;
        let mut errors = FieldErrors::default();
        if let Some(name) = &request.name {
            check_name(&mut errors, name);
        }
        // An empty domain removes the domain.
        let domain = request.domain.iter().filter(|domain| !domain.is_empty());
        domains::check(&mut errors, "domain", domain);
        let extra_domains = request.extra_domains.iter().flat_map(|it| it.iter());
        domains::check(&mut errors, "extra_domains", extra_domains);
        let requires_2fa_by = request.require_2fa_by.as_deref().map(iso8601::parse);
        if requires_2fa_by == Some(None) {
            let given = quoted(request.require_2fa_by.as_deref().unwrap_or_default());
            let reason = format!("Not an ISO 8601 date and time: {given}");
            errors.add("require_2fa_by", reason);
        }
        self.check_role_mapping(&mut errors, request.custom_role_mapping_name.as_deref());
        Rejection::check(errors)?;

        let record = self.orgs.get_mut(&request.org_id);
        let record = record.ok_or_else(|| Rejection::missing("organization", &request.org_id))?;
        if let Some(by) = requires_2fa_by {
            record.requires_2fa_by = by;
        }
        let org = &mut record.org;
        if let Some(domain) = request.domain {
            org.domain = Some(domain).filter(|domain| !domain.is_empty());
        }
        if let Some(domains) = request.extra_domains {
            org.extra_domains = domains.to_vec();
        }
        set(&mut org.can_setup_saml, request.can_setup_saml);
        set(&mut org.domain_autojoin, request.autojoin_by_domain);
        set(&mut org.domain_restrict, request.restrict_to_domain);
        let rotation = request.password_rotation_enabled;
        set(&mut org.password_rotation_enabled, rotation);
        let history_size = request.password_rotation_history_size;
        set(&mut org.password_rotation_history_size, history_size);
        let period = request.password_rotation_period;
        set(&mut org.password_rotation_period, period);
        set(&mut org.metadata, request.metadata.map(Some));
        set(&mut org.max_users, request.max_users.map(Some));
        set(&mut org.legacy_org_id, request.legacy_org_id.map(Some));
        if let Some(name) = request.name {
            self.orgs.rename(&request.org_id, name);
        }
        if let Some(name) = request.custom_role_mapping_name
            && let Some(org) = self.orgs.get_mut(&request.org_id)
        {
            org.custom_role_mapping_name = Some(name);
            self.replace_removed_roles(&request.org_id);
        }
        Ok(())
    }
}

/// Over HTTP, these requests arrive as [`UpdateOrg`], which has the same method and path.
impl Handler<SubscribeOrgToRoleMapping> for Store {
    fn handle(&mut self, request: SubscribeOrgToRoleMapping) -> Result<(), Rejection<NotFound>> {
        let mapping = request.custom_role_mapping_name;
        self.handle(UpdateOrg::new(request.org_id).custom_role_mapping_name(mapping))
    }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}
