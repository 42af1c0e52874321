//! Roles, permissions and role mappings.

use std::fmt::Write as _;

use maud::{Markup, html};

use crate::emulator::{
    pages::dashboard::{
        form::Form,
        frame::screen,
        look::Look,
        parts::{card, more, table},
    },
    state::RoleMapping,
    web::Reply,
};

pub(in crate::emulator::pages::dashboard) fn show(look: &Look<'_>) -> Reply {
    let content = content(look);
    screen(look, "Roles", &content)
}

fn content(look: &Look<'_>) -> Markup {
    let store = look.shared.lock_store();
    let project = &store.project;
    let subscribers = |name: &str| {
        let orgs = store.orgs.values();
        orgs.filter(|org| org.custom_role_mapping_name.as_deref() == Some(name))
            .count()
    };
    html! {
        (card("Default roles", &html! {
            p.lead { "They apply to all organizations without a role mapping. Members whose role is removed get the lowest one." }
            (roles("Default roles, the highest first", &project.roles))
            (more("Edit", look.failed("set_roles"), &filled(look.form("set_roles"), &project.roles).show()))
        }))
        @for (name, mapping) in &project.custom_role_mappings {
            (card(&format!("Role mapping “{name}”"), &html! {
                p.lead { (subscribers(name)) " organizations have it." }
                (roles(&format!("Roles of {name}, the highest first"), mapping))
                (more("Edit", look.failed("set_role_mapping"),
                    &filled(look.form("set_role_mapping").with("name", name), mapping).show()))
                (look.form("remove_role_mapping").with("name", name).show())
            }))
        }
        (card("New role mapping", &html! {
            p.lead { "Other roles and permissions for the organizations that are subscribed to it, such as those of a plan." }
            (more("Create a role mapping", look.failed("set_role_mapping"),
                &filled(look.form("set_role_mapping"), &project.roles).show()))
        }))
    }
}

fn roles(caption: &str, mapping: &RoleMapping) -> Markup {
    let rows: Vec<_> = mapping
        .names()
        .iter()
        .map(|name| {
            let permissions = mapping.permissions_of(name);
            html! {
                th scope="row" { (name) }
                td { @if permissions.is_empty() { "none" } @else { (permissions.join(", ")) } }
            }
        })
        .collect();
    html! {
        (table(caption, &["Role", "Permissions"], &rows))
        p.aside {
            @if mapping.allows_several() { "Users can have several roles, none of which includes another." }
            @else { "Users have one role, which includes those below it." }
        }
    }
}

fn filled<'f>(form: Form<'f>, mapping: &RoleMapping) -> Form<'f> {
    let mut permissions = String::new();
    for (role, of_role) in mapping.all_permissions() {
        let _ = writeln!(permissions, "{role}: {}", of_role.join(", "));
    }
    form.value("roles", mapping.names().join("\n"))
        .value("permissions", permissions)
        .value("multiple_roles_per_user", mapping.allows_several())
}
