//! Role mappings, changed as in PropelAuth's dashboard.

use crate::emulator::{
    control::{Emulator, EmulatorError},
    state::RoleMapping,
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
        mapping.check().map_err(EmulatorError::Project)?;
        let mut store = self.store();
        let mappings = &mut store.project.custom_role_mappings;
        mappings.insert(name.into(), mapping);
        store.replace_all_removed_roles();
        Ok(())
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
        mapping.check().map_err(EmulatorError::Project)?;
        let mut store = self.store();
        store.project.roles = mapping;
        store.replace_all_removed_roles();
        Ok(())
    }
}
