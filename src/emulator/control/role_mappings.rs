//! Role mappings, changed as in PropelAuth's dashboard.

use crate::emulator::{
    control::{Emulator, EmulatorError},
    state::{Project, RoleMapping, Store},
};

impl Emulator {
    /// Creates or replaces a custom role mapping.
    ///
    /// Members whose role no longer exists get the lowest role.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Project`] if the mapping has no roles, or a permission belongs to
    /// an unknown role.
    pub fn set_custom_role_mapping(
        &self,
        name: impl Into<String>,
        mapping: RoleMapping,
    ) -> Result<(), EmulatorError> {
        set_custom(&mut self.store(), name.into(), mapping)
    }

    /// Replaces the default role mapping, which applies to all organizations without a custom one.
    ///
    /// Members whose role no longer exists get the lowest role.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Project`] if the mapping has no roles, or a permission belongs to
    /// an unknown role.
    pub fn set_default_role_mapping(&self, mapping: RoleMapping) -> Result<(), EmulatorError> {
        set_default(&mut self.store(), mapping)
    }

    /// Removes a custom role mapping.
    ///
    /// The organizations that are subscribed to it have the default mapping from then on. Members whose role no
    /// longer exists get the lowest role.
    ///
    /// # Errors
    ///
    /// Returns [`EmulatorError::Rejected`] if there is no such mapping.
    pub fn remove_custom_role_mapping(&self, name: &str) -> Result<(), EmulatorError> {
        remove_custom(&mut self.store(), name)
    }
}

/// Replaces the default mapping.
pub(super) fn set_default(store: &mut Store, mapping: RoleMapping) -> Result<(), EmulatorError> {
    let project = Project {
        roles: mapping,
        ..store.project.clone()
    };
    replace(store, project)
}

/// Creates or replaces a custom mapping.
pub(super) fn set_custom(
    store: &mut Store,
    name: String,
    mapping: RoleMapping,
) -> Result<(), EmulatorError> {
    let mut project = store.project.clone();
    project.custom_role_mappings.insert(name, mapping);
    replace(store, project)
}

/// Removes a custom mapping, and the subscriptions to it.
pub(super) fn remove_custom(store: &mut Store, name: &str) -> Result<(), EmulatorError> {
    let mappings = &mut store.project.custom_role_mappings;
    if mappings.remove(name).is_none() {
        return Err(EmulatorError::missing("custom role mapping", name));
    }
    let subscribed = store.orgs.iter();
    let subscribed =
        subscribed.filter(|(_, org)| org.custom_role_mapping_name.as_deref() == Some(name));
    let subscribed: Vec<_> = subscribed.map(|(org_id, _)| org_id.clone()).collect();
    for org_id in subscribed {
        if let Some(org) = store.orgs.get_mut(&org_id) {
            org.custom_role_mapping_name = None;
        }
    }
    store.replace_all_removed_roles();
    Ok(())
}

/// Replaces the settings, unless they are invalid, and the roles that are no more.
fn replace(store: &mut Store, project: Project) -> Result<(), EmulatorError> {
    project.check().map_err(EmulatorError::Project)?;
    store.project = project;
    store.replace_all_removed_roles();
    Ok(())
}
