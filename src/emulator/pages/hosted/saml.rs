//! Single sign-on: finding the organization, and its identity provider, for which a test one stands.

use maud::html;

use super::{frame, next_step::logged_in, test_identity};
use crate::{
    SamlLoginProvider,
    emulator::{
        pages::{
            parts::{Field, Problems},
            row::{Page, PageRoute, Reach},
            visit::Visit,
        },
        self_service::{log_in_with_sso, sso_login_url},
        state::{Idp, Store, ids::canonical},
        web::Reply,
    },
    words::ids::OrgId,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at("/saml", "Single sign-on", Reach::Anyone, show),
    Page::form("/saml", "logs in through the organization", log_in),
];

/// Returns the organization in the query, if it has an identity provider, and the name of the provider.
fn connected(store: &Store, visit: &Visit<'_>) -> Option<(OrgId, String)> {
    if store.project.is_exposed {
        // The test identity provider lets one be anyone.
        return None;
    }
    let org = store.orgs.get(&canonical::<OrgId>(visit.parameter("id")))?;
    let provider = match &org.connection.as_ref()?.idp {
        Idp::Saml(idp) => idp.provider.as_str(),
        Idp::Oidc(idp) => idp.idp_type.as_str(),
    };
    Some((org.org_id.clone(), provider.to_owned()))
}

fn show(store: &mut Store, visit: &Visit<'_>) -> Reply {
    if let Some((org_id, provider)) = connected(store, visit) {
        let none = Problems::default();
        return test_identity::page(store, visit, &provider, Some(&org_id), 200, &none);
    }
    if visit.request.query("id").is_some() {
        let problems = Problems::whole("This organization has no single sign-on");
        return finder(store, visit, 404, &problems);
    }
    let email = visit.parameter("email");
    if email.is_empty() {
        return finder(store, visit, 200, &Problems::default());
    }
    match sso_login_url(store, None, None, Some(&email)) {
        Ok(url) => {
            // A path, so that the browser stays at the name by which it knows the emulator.
            let (_, query) = url.split_once('?').unwrap_or_default();
            let path = format!("/saml?{query}");
            Reply::redirect(visit.keep_return_to(&path, &store.project.settings))
        }
        Err(refusal) => {
            let problems = Problems::of_field("email", refusal.message);
            finder(store, visit, 404, &problems)
        }
    }
}

/// Returns the page that asks for an email address. It changes nothing, so that its form is a GET.
fn finder(store: &Store, visit: &Visit<'_>, status: u16, problems: &Problems) -> Reply {
    let settings = &store.project.settings;
    let return_to = visit.return_to(settings);
    let email = visit.parameter("email");
    let content = html! {
        (problems.summary())
        form method="get" action="/saml" {
            @if let Some(return_to) = return_to {
                input type="hidden" name="rt" value=(return_to.parameter());
            }
            (Field::email("email", "Work email").value(&email)
                .hint("Its domain tells which organization logs you in.").show(problems))
            button.whole { "Continue" }
        }
        hr;
        p.center { a href=(visit.keep_return_to("/login", settings)) { "Log in another way" } }
    };
    frame::card_with_status(store, status, "Single sign-on", &content)
}

fn log_in(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let Some((org_id, provider)) = connected(store, visit) else {
        let problems = Problems::whole("This organization has no single sign-on");
        return finder(store, visit, 404, &problems);
    };
    let again = |store: &Store, status: u16, problems: &Problems| {
        test_identity::page(store, visit, &provider, Some(&org_id), status, problems)
    };
    let identity = match test_identity::chosen(visit) {
        Ok(identity) => identity,
        Err(problems) => return again(store, 400, &problems),
    };
    let method = SamlLoginProvider::from(provider.as_str());
    match log_in_with_sso(store, identity, &org_id, method) {
        Ok(entered) => logged_in(store, visit, entered.refresh_token.expose()),
        Err(refusal) => again(store, refusal.code.status(), &refusal.into()),
    }
}
