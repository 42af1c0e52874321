//! The settings of the project, read from a seed and written as one.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    members::{objects, text, texts},
    mistakes::Mistakes,
    oauth_clients,
    place::join,
    webhooks,
};
use crate::{
    emulator::state::{Project, RoleMapping},
    words::org_member_info::OrgRoleStructure,
};

/// The settings that were made before a seed is applied, by their names in a seed. A seed that sets one
/// of them to another value is an error, because no rule for which of them wins is obvious.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given(BTreeSet<String>);

impl Given {
    /// Adds `roles`, `webhooks`, `oauth_clients`, `role_mappings.NAME`, or the name of a setting in `project`.
    pub(crate) fn add(&mut self, name: impl Into<String>) {
        self.0.insert(name.into());
    }

    /// Removes from a seed what it says about these settings.
    pub(super) fn remove_from(&self, seed: &mut Map<String, Value>) {
        for name in ["roles", "webhooks", "oauth_clients"] {
            if self.0.contains(name) {
                seed.remove(name);
            }
        }
        if let Some(settings) = seed.get_mut("project").and_then(Value::as_object_mut) {
            settings.retain(|name, _| !self.0.contains(name));
        }
        if let Some(mappings) = seed.get_mut("role_mappings").and_then(Value::as_array_mut) {
            mappings.retain(|mapping| {
                let name = mapping.as_object().and_then(|it| text(it, "name"));
                !name.is_some_and(|name| self.0.contains(&format!("role_mappings.{name}")))
            });
        }
    }
}

/// Changes the project to the settings in a checked seed.
pub(super) fn apply(
    project: &mut Project,
    seed: &Map<String, Value>,
    given: &mut Given,
    mistakes: &mut Mistakes,
) {
    let mut changed = project.clone();
    read_project(&mut changed, seed, mistakes);
    read_roles(&mut changed, seed, mistakes);
    read_role_mappings(&mut changed, seed, mistakes);
    webhooks::read(&mut changed, seed, mistakes);
    oauth_clients::read(&mut changed, seed, mistakes);
    let settings = seed.get("project").and_then(Value::as_object);
    let names = settings.into_iter().flatten().map(|(name, _)| name.clone());
    let roles = seed.contains_key("roles").then(|| "roles".to_owned());
    let mappings = objects(seed, "role_mappings");
    let mappings = mappings.filter_map(|it| Some(format!("role_mappings.{}", text(it, "name")?)));
    let names: BTreeSet<String> = names.chain(roles).chain(mappings).collect();
    for name in names.intersection(&given.0) {
        if setting(project, name) != setting(&changed, name) {
            let place = match name.strip_prefix("role_mappings.") {
                Some(_) => "role_mappings".to_owned(),
                None if name == "roles" => name.clone(),
                None => join("project", name),
            };
            mistakes.add(
                place,
                "this is also set where the emulator is started, to another value: set it in one \
                 place, here or there",
            );
        }
    }
    // A mistake that the project had before is none of the seed.
    if mistakes.is_empty()
        && project.check().is_ok()
        && let Err(why) = changed.check()
    {
        mistakes.add(
            if seed.contains_key("project") {
                "project"
            } else {
                ""
            },
            why,
        );
    }
    given.0.extend(names);
    *project = changed;
}

/// Returns the settings in the form of a seed, all of them.
pub(crate) fn as_seed(project: &Project) -> Value {
    let mappings = project.custom_role_mappings.iter().map(|(name, mapping)| {
        json!({
            "name": name,
            "roles": roles_as_seed(mapping),
            "multiple_roles_per_user": mapping.allows_several(),
        })
    });
    let mut settings = json!({
        "has_orgs": project.orgs_enabled,
        "multiple_roles_per_user": project.roles.allows_several(),
        "include_login_method": project.includes_login_method,
        "signup_domain_blocklist": project.blocked_domains,
        "access_token_creation": project.access_tokens_enabled,
        "step_up_mfa": project.step_up_mfa_enabled,
    });
    if let Value::Object(settings) = &mut settings {
        if let Some(max) = project.max_orgs_per_user {
            settings.insert("max_num_orgs_users_can_be_in".to_owned(), max.into());
        }
        settings.extend(for_browsers(project));
        // What is not set has no value in a seed.
        settings.retain(|_, value| !value.is_null());
    }
    json!({
        "project": settings,
        "roles": roles_as_seed(&project.roles),
        "role_mappings": mappings.collect::<Vec<_>>(),
        "webhooks": webhooks::as_seed(project),
        "oauth_clients": oauth_clients::as_seed(project),
    })
}

/// Returns the settings that concern browsers only.
fn for_browsers(project: &Project) -> Map<String, Value> {
    match serde_json::to_value(&project.settings) {
        Ok(Value::Object(settings)) => settings,
        _ => Map::new(),
    }
}

/// Changes the settings that concern browsers only. They have the same names there and in seeds.
fn read_for_browsers(
    project: &mut Project,
    settings: &Map<String, Value>,
    mistakes: &mut Mistakes,
) {
    let mut changed = for_browsers(project);
    for (name, place) in &mut changed {
        if let Some(value) = settings.get(name) {
            place.clone_from(value);
        }
    }
    match serde_json::from_value(changed.into()) {
        Ok(changed) => project.settings = changed,
        // What has the wrong type was reported when the seed was checked.
        Err(_) if !mistakes.is_empty() => {}
        Err(error) => mistakes.add("project", error.to_string()),
    }
}

fn roles_as_seed(mapping: &RoleMapping) -> Vec<Value> {
    let names = mapping.names().iter();
    names
        .map(|name| {
            let mut role = match serde_json::to_value(mapping.settings_of(name)) {
                Ok(Value::Object(settings)) => settings,
                _ => Map::new(),
            };
            role.insert("name".to_owned(), name.as_str().into());
            role.insert(
                "permissions".to_owned(),
                mapping.permissions_of(name).into(),
            );
            role.into()
        })
        .collect()
}

/// Returns one setting in the form of a seed.
fn setting(project: &Project, name: &str) -> Value {
    if let Some(name) = name.strip_prefix("role_mappings.") {
        let mapping = project.custom_role_mappings.get(name);
        return mapping
            .map(|it| json!([roles_as_seed(it), it.allows_several()]))
            .unwrap_or_default();
    }
    let all = as_seed(project);
    let place = match name {
        "roles" => all.get(name),
        _ => all.get("project").and_then(|settings| settings.get(name)),
    };
    place.cloned().unwrap_or_default()
}

fn read_project(project: &mut Project, seed: &Map<String, Value>, mistakes: &mut Mistakes) {
    let Some(settings) = seed.get("project").and_then(Value::as_object) else {
        return;
    };
    let flag = |name| settings.get(name).and_then(Value::as_bool);
    for (name, field) in [
        ("has_orgs", &mut project.orgs_enabled),
        ("include_login_method", &mut project.includes_login_method),
        ("access_token_creation", &mut project.access_tokens_enabled),
        ("step_up_mfa", &mut project.step_up_mfa_enabled),
    ] {
        *field = flag(name).unwrap_or(*field);
    }
    if let Some(allows_several) = flag("multiple_roles_per_user") {
        project.roles.set_structure(structure(allows_several));
    }
    let max = settings.get("max_num_orgs_users_can_be_in");
    if let Some(max) = max.and_then(Value::as_u64) {
        project.max_orgs_per_user = Some(usize::try_from(max).unwrap_or(usize::MAX));
    }
    read_for_browsers(project, settings, mistakes);
    if settings.contains_key("signup_domain_blocklist") {
        project.blocked_domains = texts(settings, "signup_domain_blocklist");
    }
}

fn read_roles(project: &mut Project, seed: &Map<String, Value>, mistakes: &mut Mistakes) {
    if seed.get("roles").is_some_and(Value::is_array) {
        let mut roles = role_mapping(seed);
        roles.set_structure(structure(project.roles.allows_several()));
        if let Err(why) = roles.check() {
            mistakes.add("roles", why);
        }
        project.roles = roles;
    }
}

fn read_role_mappings(project: &mut Project, seed: &Map<String, Value>, mistakes: &mut Mistakes) {
    let mut names = BTreeSet::new();
    for (number, entry) in objects(seed, "role_mappings").enumerate() {
        let Some(name) = text(entry, "name") else {
            continue;
        };
        let place = format!("role_mappings[{number}]");
        if !names.insert(name) {
            mistakes.add(
                join(&place, "name"),
                format!("the role mapping {name:?} is given twice"),
            );
        }
        let mut mapping = role_mapping(entry);
        let several = entry
            .get("multiple_roles_per_user")
            .and_then(Value::as_bool);
        let several = several.unwrap_or_else(|| project.roles.allows_several());
        mapping.set_structure(structure(several));
        if let Err(why) = mapping.check()
            && !mistakes.concern(&place)
        {
            mistakes.add(join(&place, "roles"), why);
        }
        project
            .custom_role_mappings
            .insert(name.to_owned(), mapping);
    }
}

/// Returns the roles in the field `roles` of an entry.
fn role_mapping(entry: &Map<String, Value>) -> RoleMapping {
    let items = entry
        .get("roles")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    let (mut names, mut permissions) = (Vec::new(), Vec::new());
    let mut settings = Vec::new();
    for item in items {
        let role = item.as_object();
        let Some(name) = item.as_str().or_else(|| text(role?, "name")) else {
            continue;
        };
        names.push(name);
        let of_role = role
            .map(|role| texts(role, "permissions"))
            .unwrap_or_default();
        permissions.extend(of_role.into_iter().map(|permission| (name, permission)));
        let mut rest = role.cloned().unwrap_or_default();
        rest.retain(|field, _| !["name", "permissions"].contains(&field.as_str()));
        // What has the wrong type was reported when the seed was checked.
        if let Ok(of_role) = serde_json::from_value(rest.into()) {
            settings.push((name, of_role));
        }
    }
    let mut mapping = RoleMapping::new(names);
    for (role, of_role) in settings {
        mapping.set_role_settings(role.to_owned(), of_role);
    }
    let permissions = permissions.into_iter();
    permissions.fold(mapping, |mapping, (role, permission)| {
        mapping.permission(role, permission)
    })
}

fn structure(allows_several: bool) -> OrgRoleStructure {
    match allows_several {
        true => OrgRoleStructure::MultiRole,
        false => OrgRoleStructure::SingleRoleInHierarchy,
    }
}
