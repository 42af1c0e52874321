//! Choosing the roles of a member: one of them, or several where the project allows it.

use maud::{Markup, html};

use super::org_frame::OrgPage;
use crate::emulator::{
    pages::{
        parts::{Problems, checkbox, select},
        visit::Visit,
    },
    state::{Membership, Store},
};

/// Returns the field for the roles, of which the first is the main one. `prefix` makes its ids unique.
pub(super) fn roles_field(
    store: &Store,
    org: &OrgPage<'_>,
    prefix: &str,
    possible: &[String],
    (role, additional_roles): (&str, &[String]),
    problems: &Problems,
) -> Markup {
    if !store.roles_of(&org.org.org_id).allows_several() {
        let id = format!("{prefix}-role");
        let options: Vec<_> = possible.iter().map(|it| (it.clone(), it.clone())).collect();
        return select((&id, "role", "Role"), &options, role, problems);
    }
    html! {
        fieldset {
            legend { "Roles" }
            @for (number, possible) in possible.iter().enumerate() {
                @let id = format!("{prefix}-role-{number}");
                @let is_held = possible == role || additional_roles.contains(possible);
                (checkbox((&id, "role", possible), possible, is_held, problems))
            }
        }
    }
}

/// Reads the field.
pub(super) fn read_roles(visit: &Visit<'_>) -> Membership {
    let pairs = visit.request.form_pairs().into_iter();
    let mut roles = pairs
        .filter(|(name, _)| name == "role")
        .map(|(_, role)| role);
    Membership {
        role: roles.next().unwrap_or_default(),
        additional_roles: roles.collect(),
    }
}
