//! Social logins, through a test identity provider that lets one be anyone.

use maud::{Markup, html};

use super::{next_step::logged_in, test_identity};
use crate::{
    SocialLoginProvider,
    emulator::{
        pages::{
            parts::Problems,
            row::{Page, PageRoute, Reach},
            visit::Visit,
        },
        self_service::log_in_with_provider,
        state::Store,
        web::Reply,
    },
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at("/google/login", "Log in with Google", Reach::Anyone, show),
    Page::at("/{provider}/login", "Social login", Reach::Link, show),
    Page::form("/{provider}/login", "logs in through a provider", log_in),
];

/// The providers: as in a path, and as in the claim `login_method`.
const PROVIDERS: [(&str, &str); 12] = [
    ("google", "Google"),
    ("github", "GitHub"),
    ("microsoft", "Microsoft"),
    ("apple", "Apple"),
    ("slack", "Slack"),
    ("linkedin", "LinkedIn"),
    ("atlassian", "Atlassian"),
    ("salesforce", "Salesforce"),
    ("salesloft", "Salesloft"),
    ("outreach", "Outreach"),
    ("quickbooks", "QuickBooks Online"),
    ("xero", "Xero"),
];

/// Returns the links to all providers.
pub(super) fn links(store: &Store, visit: &Visit<'_>) -> Markup {
    let settings = &store.project.settings;
    html! {
        @if !store.project.is_exposed { details {
            summary { "Log in with another service" }
            ul.services {
                @for (slug, name) in PROVIDERS {
                    li { a href=(visit.keep_return_to(&format!("/{slug}/login"), settings)) { (name) } }
                }
                @if store.project.orgs_enabled {
                    li { a href=(visit.keep_return_to("/saml", settings)) { "Single sign-on" } }
                }
            }
        } }
    }
}

/// Returns the provider in the path. There is none where other machines reach the emulator, because the test
/// identity provider lets one be anyone.
fn provider(store: &Store, visit: &Visit<'_>) -> Option<(&'static str, &'static str)> {
    if store.project.is_exposed {
        return None;
    }
    // `/google/login` is a row of its own, which has no field.
    let slug = match visit.request.segment("provider") {
        "" => "google",
        slug => slug,
    };
    PROVIDERS.into_iter().find(|(known, _)| *known == slug)
}

fn show(store: &mut Store, visit: &Visit<'_>) -> Reply {
    match provider(store, visit) {
        Some((_, name)) => test_identity::page(store, visit, name, None, 200, &Problems::default()),
        None => test_identity::unknown_provider(store, visit),
    }
}

fn log_in(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let Some((slug, name)) = provider(store, visit) else {
        return test_identity::unknown_provider(store, visit);
    };
    let identity = match test_identity::chosen(visit) {
        Ok(identity) => identity,
        Err(problems) => return test_identity::page(store, visit, name, None, 400, &problems),
    };
    // Scopes beyond the usual ones are asked for in the URL of the login.
    let asked = visit.parameter("scope");
    let scopes = ["openid", "email", "profile"].into_iter();
    let scopes = scopes.chain(asked.split([' ', ',']).filter(|scope| !scope.is_empty()));
    let scopes = scopes.map(str::to_owned).collect();
    let provider = SocialLoginProvider::from(name);
    match log_in_with_provider(store, identity, provider, slug.into(), scopes) {
        Ok(entered) => logged_in(store, visit, entered.refresh_token.expose()),
        Err(refusal) => {
            let status = refusal.code.status();
            test_identity::page(store, visit, name, None, status, &refusal.into())
        }
    }
}
