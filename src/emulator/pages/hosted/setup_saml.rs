//! The link with which an organization sets up its identity provider.

use maud::{Markup, html};

use super::frame;
use crate::{
    api::SamlIdpProvider,
    emulator::{
        pages::{
            parts::{Field, Problems, Tone, button_form, form, note, select},
            row::{Page, PageRoute, Reach},
            visit::Visit,
        },
        self_service::{NewSaml, linked_org, set_up_saml},
        state::Store,
        web::Reply,
    },
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at(
        "/saml/setup/{token}",
        "Set up single sign-on",
        Reach::Link,
        show,
    ),
    Page::form(
        "/saml/setup/{token}",
        "sets up the identity provider",
        set_up,
    ),
    Page::at(
        "/setup_saml/{token}",
        "Set up single sign-on",
        Reach::Link,
        show,
    ),
    Page::form(
        "/setup_saml/{token}",
        "sets up the identity provider",
        set_up,
    ),
];

fn show(store: &mut Store, visit: &Visit<'_>) -> Reply {
    page(store, visit, 200, &Problems::default())
}

fn page(store: &Store, visit: &Visit<'_>, status: u16, problems: &Problems) -> Reply {
    let org_id = match linked_org(store, visit.request.segment("token")) {
        Ok(org_id) => org_id,
        Err(refusal) => return frame::refused(store, visit, refusal),
    };
    let Some(org) = store.orgs.get(&org_id) else {
        return frame::not_found(store, visit);
    };
    let test = html! { button.whole { "Use the test identity provider" } };
    let content = html! {
        (problems.summary())
        @if org.is_saml_configured {
            (note(Tone::Good, &html! { p { "An identity provider is set up. What you save replaces it." } }))
        }
        p.lead { "For the members of " strong { (org.name) } "." }
        (button_form(visit, &visit.request.path, &[("test", "true")], &test))
        p.or { "or a provider of your own" }
        (form(visit, &visit.request.path, &fields(visit, problems)))
    };
    frame::card_with_status(store, status, "Set up single sign-on", &content)
}

fn fields(visit: &Visit<'_>, problems: &Problems) -> Markup {
    let providers = SamlIdpProvider::TEXTS.iter();
    let providers: Vec<_> = providers
        .map(|name| ((*name).to_owned(), (*name).to_owned()))
        .collect();
    let chosen = visit.field("provider");
    let text = |name: &str| visit.field(name);
    html! {
        (select(("provider", "provider", "Provider"), &providers, &chosen, problems))
        (Field::new("idp_entity_id", "Entity id").value(&text("idp_entity_id")).show(problems))
        (Field::new("idp_sso_url", "Login URL").kind("url").value(&text("idp_sso_url")).show(problems))
        (Field::new("idp_certificate", "Certificate").multiline().value(&text("idp_certificate"))
            .show(problems))
        button.whole.second { "Save" }
    }
}

fn set_up(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let new = match visit.is_checked("test") {
        true => NewSaml {
            idp_entity_id: "urn:propelauth-dev:test-identity-provider".to_owned(),
            idp_sso_url: format!("{}/saml", store.project.pages_url()),
            idp_certificate: "none".to_owned(),
            provider: "Generic".to_owned(),
        },
        false => NewSaml {
            idp_entity_id: visit.field("idp_entity_id"),
            idp_sso_url: visit.field("idp_sso_url"),
            idp_certificate: visit.field("idp_certificate"),
            provider: visit.field("provider"),
        },
    };
    let org_id = match set_up_saml(store, visit.request.segment("token"), new) {
        Ok(org_id) => org_id,
        Err(refusal) => return page(store, visit, refusal.code.status(), &refusal.into()),
    };
    let content = html! {
        (note(Tone::Good, &html! { p { "The identity provider is set up, and its members can log in." } }))
        a.button.whole href={ "/saml?id=" (org_id) } { "Try it" }
    };
    frame::card(store, "Single sign-on is set up", &content)
}
