//! Single sign-on and SCIM of an organization.

use maud::{Markup, html};

use crate::emulator::{
    pages::dashboard::{
        look::Look,
        parts::{card, code, empty, more, same, table, tag, time},
    },
    state::{Connection, Idp, OrgRecord, Store},
};

/// The products of which the emulator knows the names.
const PROVIDERS: [&str; 8] = [
    "Generic",
    "Google",
    "Rippling",
    "OneLogin",
    "JumpCloud",
    "Okta",
    "Azure",
    "Duo",
];

pub(super) fn cards(look: &Look<'_>, store: &Store, org: &OrgRecord) -> Markup {
    html! {
        (card("Single sign-on", &connection(look, store, org)))
        (card("SCIM", &scim(look, store, org)))
    }
}

fn connection(look: &Look<'_>, store: &Store, org: &OrgRecord) -> Markup {
    let about = |name| look.form(name).with("org_id", &org.org_id).second().show();
    let links = store.saml_links.iter();
    let links =
        links.filter(|(_, link)| link.org_id == org.org_id && link.expires_at > store.now());
    let set_up = look
        .form("set_saml_idp_metadata")
        .with("org_id", &org.org_id)
        .choices("provider", same(PROVIDERS));
    let set_up_oidc = look
        .form("set_oidc_idp_metadata")
        .with("org_id", &org.org_id)
        .choices("idp_type", same(["Generic", "Okta", "Azure"]));
    html! {
        @match &org.connection {
            None => (empty("There is no connection to an identity provider.")),
            Some(it) => {
                p { (described(it)) " " @if it.is_live { (tag("good", "live")) } @else { (tag("warn", "in test mode")) } }
                div.row {
                    @if !it.is_live { (about("saml_go_live")) }
                    (about("delete_saml_connection"))
                }
            }
        }
        @for (url, link) in links {
            p { "A link for setting it up, which expires " (time(link.expires_at, store.now())) ": " a href=(url) { (url) } }
        }
        div.row {
            @if org.can_setup_saml {
                (about("create_org_saml_connection_link"))
                (about("disallow_org_to_setup_saml_connection"))
            } @else { (about("allow_org_to_setup_saml_connection")) }
        }
        (more("Set up SAML", look.failed("set_saml_idp_metadata"), &set_up.show()))
        (more("Set up OpenID Connect", look.failed("set_oidc_idp_metadata"), &set_up_oidc.show()))
    }
}

fn described(connection: &Connection) -> Markup {
    match &connection.idp {
        Idp::Saml(saml) => {
            html! { "SAML with " (saml.provider.as_str()) ", " (code(&saml.idp_sso_url)) }
        }
        Idp::Oidc(oidc) => {
            html! { "OpenID Connect with " (oidc.idp_type.as_str()) ", client " (code(&oidc.client_id)) }
        }
    }
}

fn scim(look: &Look<'_>, store: &Store, org: &OrgRecord) -> Markup {
    let keys = store.scim_keys.iter().filter(|(_, it)| **it == org.org_id);
    let keys: Vec<_> = keys
        .map(|(id, _)| {
            let revoke = look.form("revoke_scim_key").with("scim_key_id", id);
            html! {
                th scope="row" { (code(id)) }
                td { (revoke.small(format!("the key {id}")).show()) }
            }
        })
        .collect();
    let groups = store
        .scim_groups
        .iter()
        .filter(|it| it.org_id == org.org_id);
    let groups: Vec<_> = groups
        .map(|group| {
            html! {
                th scope="row" { (group.display_name) small.under { (code(group.group_id.as_str())) } }
                td { (group.members.len()) }
            }
        })
        .collect();
    html! {
        @if keys.is_empty() { (empty("There is no SCIM key.")) }
        @else { (table("SCIM keys", &["Key", "Revoke"], &keys)) }
        (look.form("add_scim_key").with("org_id", &org.org_id).second().show())
        @if !groups.is_empty() { (table("SCIM groups", &["Group", "Members"], &groups)) }
    }
}
