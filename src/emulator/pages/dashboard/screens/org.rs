//! One organization: its members, invitations, settings and API keys.

use maud::{Markup, html};

use super::{org_connection, user_access::key_card};
use crate::{
    emulator::{
        pages::dashboard::{
            frame::{missing, screen},
            look::Look,
            parts::{Paged, card, code, empty, more, same, table, time},
            text::{pretty, time as written},
        },
        state::{OrgRecord, Store, UserRecord, ids::canonical},
        web::Reply,
    },
    words::ids::OrgId,
};

pub(in crate::emulator::pages::dashboard) fn show(look: &Look<'_>) -> Reply {
    let org_id: OrgId = canonical(look.segment("org_id").to_owned());
    let content = {
        let store = look.shared.lock_store();
        store
            .orgs
            .get(&org_id)
            .map(|org| (org.name.clone(), content(look, &store, org)))
    };
    match content {
        Some((name, content)) => screen(look, &name, &content),
        None => missing(
            look,
            "There is no such organization. It may have been deleted.",
        ),
    }
}

fn content(look: &Look<'_>, store: &Store, org: &OrgRecord) -> Markup {
    let id = &org.org_id;
    let keys = store.api_keys.keys.iter();
    let keys = keys.filter(|it| it.key.org_id.as_ref() == Some(id));
    let create_key = look
        .form("create_api_key")
        .with("org_id", id)
        .value("user_id", "");
    html! {
        (card("Members", &members(look, store, org)))
        (card("Invitations", &invitations(look, store, org)))
        (card("Organization", &about(look, store, org)))
        (org_connection::cards(look, store, org))
        (key_card(look, store, keys, &create_key.show()))
        (card("Danger", &look.form("delete_org").with("org_id", id).show()))
    }
}

/// Returns the roles to choose from, the lowest first, because that is what most members have.
fn roles(store: &Store, org: &OrgRecord) -> Vec<(String, String)> {
    same(store.roles_of(&org.org_id).names().iter().rev())
}

fn members(look: &Look<'_>, store: &Store, org: &OrgRecord) -> Markup {
    let paged = Paged::new(look, store.users.members(&org.org_id).collect());
    let rows: Vec<_> = paged
        .items
        .iter()
        .map(|user| member(look, store, org, user))
        .collect();
    let add = look
        .form("add_user_to_org")
        .with("org_id", &org.org_id)
        .choices("role", roles(store, org));
    html! {
        @if rows.is_empty() { (empty("The organization has no members. Add a user, or invite someone.")) }
        @else {
            (table("Members", &["Member", "Role", "Change", "Remove"], &rows))
            (paged.links(look))
        }
        (more("Add a member", look.failed("add_user_to_org"), &add.show()))
    }
}

fn member(look: &Look<'_>, store: &Store, org: &OrgRecord, user: &UserRecord) -> Markup {
    let membership = user.memberships.get(&org.org_id);
    let role = membership.map_or("", |it| it.role.as_str());
    let others = membership.map_or(&[][..], |it| &it.additional_roles);
    let (email, id) = (&user.metadata.email, &user.metadata.user_id);
    let mut change = look
        .form("change_user_role_in_org")
        .with("user_id", id)
        .with("org_id", &org.org_id)
        .value("role", role)
        .value("additional_roles", others.join("\n"))
        .choices("role", roles(store, org));
    if !store.roles_of(&org.org_id).allows_several() {
        change = change.with("additional_roles", "");
    }
    let remove = look
        .form("remove_user_from_org")
        .with("user_id", id)
        .with("org_id", &org.org_id);
    html! {
        th scope="row" { a href={ "/dashboard/users/" (id) } { (email) } }
        td { (role) @for other in others { ", " (other) } }
        td { (change.small(format!("of {email}")).show()) }
        td { (remove.small(email.as_str()).show()) }
    }
}

fn invitations(look: &Look<'_>, store: &Store, org: &OrgRecord) -> Markup {
    let (id, now) = (&org.org_id, store.now());
    let invites = store.invites.iter();
    let invites = invites.filter(|it| it.org_id == *id && it.expires_at > now);
    let rows: Vec<_> = invites
        .map(|invite| {
            let email = &invite.invitee_email;
            let accept = look
                .form("accept_invite")
                .with("email", email)
                .with("org_id", id);
            let revoke = look
                .form("revoke_pending_org_invite")
                .with("invitee_email", email)
                .with("org_id", id);
            html! {
                th scope="row" { (email) }
                td { (invite.role) @for other in &invite.additional_roles { ", " (other) } }
                td { (time(invite.expires_at, now)) }
                td { (accept.small(format!("for {email}")).show()) }
                td { (revoke.small(format!("that of {email}")).show()) }
            }
        })
        .collect();
    let invite = look
        .form("invite_user_to_org")
        .with("org_id", id)
        .choices("role", roles(store, org));
    html! {
        @if rows.is_empty() { (empty("Nobody is invited at the moment.")) }
        @else { (table("Invitations", &["Email", "Role", "Expires", "Accept", "Revoke"], &rows)) }
        (more("Invite someone", look.failed("invite_user_to_org"), &invite.show()))
    }
}

fn about(look: &Look<'_>, store: &Store, org: &OrgRecord) -> Markup {
    let id = &org.org_id;
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let edit = look
        .form("update_org")
        .with("org_id", id)
        .value("name", &org.name)
        .value("domain", text(&org.domain))
        .value("extra_domains", org.extra_domains.join("\n"))
        .value("autojoin_by_domain", org.domain_autojoin)
        .value("restrict_to_domain", org.domain_restrict)
        .value("can_setup_saml", org.can_setup_saml)
        .value(
            "max_users",
            org.max_users.map(|it| it.to_string()).unwrap_or_default(),
        )
        .value("legacy_org_id", text(&org.legacy_org_id))
        .value(
            "metadata",
            org.metadata.as_ref().map(pretty).unwrap_or_default(),
        );
    let mapping = look
        .form("subscribe_org_to_role_mapping")
        .with("org_id", id)
        .value(
            "custom_role_mapping_name",
            text(&org.custom_role_mapping_name),
        )
        .choices(
            "custom_role_mapping_name",
            same(store.project.custom_role_mappings.keys()),
        );
    html! {
        dl {
            dt { "Id" } dd { (code(id.as_str())) }
            dt { "Name for URLs" } dd { (code(&org.url_safe_org_slug)) }
            dt { "Created" } dd { (time(org.created_at, store.now())) }
            dt { "Roles" } dd { (org.custom_role_mapping_name.as_deref().unwrap_or("default")) }
            dt { "Members at most" } dd { @match org.max_users { Some(max) => (max), None => "any number" } }
            @if let Some(domain) = &org.domain { dt { "Email domain" } dd { (domain) } }
            @if let Some(by) = org.requires_2fa_by { dt { "Second factor required" } dd { (written(by)) } }
        }
        (more("Edit", look.failed("update_org"), &edit.show()))
        @if !store.project.custom_role_mappings.is_empty() {
            (more("Role mapping", look.failed("subscribe_org_to_role_mapping"), &mapping.second().show()))
        }
    }
}
