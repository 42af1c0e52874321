//! Custom role mappings.

use crate::{
    api::{CustomRoleMapping, CustomRoleMappings, FetchCustomRoleMappings, FieldErrors, Never},
    emulator::{
        operations::handler::{Handler, Rejection},
        state::Store,
    },
    endpoint::field_errors::not_one_of,
};

impl Handler<FetchCustomRoleMappings> for Store {
    fn handle(
        &mut self,
        _: FetchCustomRoleMappings,
    ) -> Result<CustomRoleMappings, Rejection<Never>> {
        self.check_orgs()?;
        let names = self.project.custom_role_mappings.keys();
        let mappings = names.map(|name| {
            let orgs = self.orgs.values();
            let subscribed = orgs.filter(|org| org.custom_role_mapping_name.as_ref() == Some(name));
            CustomRoleMapping {
                custom_role_mapping_name: name.clone(),
                num_orgs_subscribed: count(subscribed.count()),
            }
        });
        Ok(CustomRoleMappings {
            custom_role_mappings: mappings.collect(),
        })
    }
}

impl Store {
    pub(crate) fn check_role_mapping(&self, errors: &mut FieldErrors, name: Option<&str>) {
        let mappings = &self.project.custom_role_mappings;
        if let Some(name) = name.filter(|name| !mappings.contains_key(*name)) {
            let reason = not_one_of(name, "role mapping", mappings.keys());
            errors.add("custom_role_mapping_name", reason);
        }
    }
}

fn count(items: usize) -> u64 {
    u64::try_from(items).unwrap_or(u64::MAX)
}
