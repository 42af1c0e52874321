//! The settings of the project, and its role mappings.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::command::{Command, CommandError, Context};
use crate::emulator::{
    control::{project_settings, role_mappings},
    state::{RoleMapping, Store},
};

pub(super) const COMMANDS: &[Command] = &[
    Command::new("GET", "settings", "the settings of the project", settings),
    Command::new(
        "PUT",
        "settings",
        "changes settings of the project",
        set_settings,
    ),
    Command::new(
        "GET",
        "roles",
        "roles, permissions and role mappings",
        roles,
    ),
    Command::new(
        "PUT",
        "roles",
        "replaces the default role mapping",
        set_roles,
    ),
    Command::new(
        "PUT",
        "roles/mappings/{name}",
        "creates or replaces a custom role mapping",
        set_mapping,
    ),
    Command::new(
        "DELETE",
        "roles/mappings/{name}",
        "removes a custom role mapping",
        remove_mapping,
    ),
];

fn settings(context: &Context<'_>) -> Result<Value, CommandError> {
    Ok(project_settings::get(&context.shared.lock_store()).into())
}

/// Changes the settings in the body, and returns all.
fn set_settings(context: &Context<'_>) -> Result<Value, CommandError> {
    let settings: Map<String, Value> = context.arguments()?;
    project_settings::set(&mut context.shared.lock_store(), settings)?;
    self::settings(context)
}

/// A mapping as it is sent: roles, highest first, with their permissions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mapping {
    roles: Vec<String>,
    #[serde(default)]
    permissions: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    multiple_roles_per_user: bool,
}

impl From<Mapping> for RoleMapping {
    fn from(sent: Mapping) -> Self {
        let mut mapping = Self::new(sent.roles);
        for (role, permissions) in sent.permissions {
            for permission in permissions {
                mapping = mapping.permission(&role, permission);
            }
        }
        match sent.multiple_roles_per_user {
            true => mapping.multiple_roles_per_user(),
            false => mapping,
        }
    }
}

fn roles(context: &Context<'_>) -> Result<Value, CommandError> {
    Ok(view(&context.shared.lock_store()))
}

fn view(store: &Store) -> Value {
    let mapping = |mapping: &RoleMapping| {
        json!({
            "roles": mapping.names(),
            "permissions": mapping.all_permissions(),
            "multiple_roles_per_user": mapping.allows_several(),
        })
    };
    let mut view = mapping(&store.project.roles);
    let mappings = store.project.custom_role_mappings.iter();
    let mappings = mappings.map(|(name, it)| (name.clone(), mapping(it)));
    let mappings: Map<String, Value> = mappings.collect();
    if let Value::Object(view) = &mut view {
        view.insert("mappings".to_owned(), mappings.into());
    }
    view
}

fn set_roles(context: &Context<'_>) -> Result<Value, CommandError> {
    let mapping: Mapping = context.arguments()?;
    role_mappings::set_default(&mut context.shared.lock_store(), mapping.into())?;
    roles(context)
}

fn set_mapping(context: &Context<'_>) -> Result<Value, CommandError> {
    let mapping: Mapping = context.arguments()?;
    let name = context.segment().to_owned();
    role_mappings::set_custom(&mut context.shared.lock_store(), name, mapping.into())?;
    roles(context)
}

fn remove_mapping(context: &Context<'_>) -> Result<Value, CommandError> {
    role_mappings::remove_custom(&mut context.shared.lock_store(), context.segment())?;
    roles(context)
}
