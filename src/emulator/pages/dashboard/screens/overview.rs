//! What a service needs to know, and what is there.

use maud::{Markup, html};

use crate::{
    dev_keys::WEBHOOK_SECRET,
    emulator::{
        pages::dashboard::{
            frame::screen,
            look::Look,
            parts::{card, code, more},
            text,
        },
        web::Reply,
    },
};

pub(in crate::emulator::pages::dashboard) fn show(look: &Look<'_>) -> Reply {
    let content = content(look);
    screen(look, "Overview", &content)
}

fn content(look: &Look<'_>) -> Markup {
    let faults = look.shared.faults().list().len();
    let requests = look.shared.requests().list().len();
    let store = look.shared.lock_store();
    let (project, api_key) = (&store.project, look.shared.api_key.expose());
    let mut variables = format!(
        "PROPELAUTH_AUTH_URL={}\nPROPELAUTH_API_KEY={api_key}\nPROPELAUTH_EMULATOR=1\n",
        project.auth_url
    );
    if project.issuer != project.auth_url {
        variables.push_str(&format!("PROPELAUTH_ISSUER={}\n", project.issuer));
    }
    let webhook_secret = project.webhooks.first();
    let webhook_secret = webhook_secret.map_or(WEBHOOK_SECRET, |it| it.secret());
    variables.push_str(&format!("PROPELAUTH_WEBHOOK_SECRET={webhook_secret}"));
    let counts = [
        ("Users", "/dashboard/users", store.users.iter().count()),
        (
            "Organizations",
            "/dashboard/orgs",
            store.orgs.iter().count(),
        ),
        (
            "Sessions",
            "/dashboard/sessions",
            store.open_sessions().count(),
        ),
        (
            "Emails",
            "/dashboard/outbox",
            store.login_state.emails.len(),
        ),
        ("Requests", "/dashboard/requests", requests),
        ("Faults", "/dashboard/faults", faults),
    ];
    html! {
        ul.counts {
            @for (label, path, count) in counts {
                li { a href=(path) { strong { (count) } " " (label) } }
            }
        }
        (card("Point a service here", &html! {
            p.lead { "Set these variables for the backend. " code { "PropelAuth::builder_from_env()" } " reads them." }
            pre.copy { (variables) }
            p.lead { "A frontend takes the auth URL only, with the host name of the application, because browsers share cookies among the ports of one host:" }
            (code(&project.pages_url()))
        }))
        (card("Addresses and keys", &html! {
            dl {
                dt { "Auth URL" } dd { (code(&project.auth_url)) }
                dt { "Issuer" } dd { (code(&project.issuer)) }
                dt { "API key" } dd { (code(api_key)) }
                dt { "Webhook secret" } dd { (code(webhook_secret)) }
                dt { "Time" } dd { (text::time(store.now())) @if project.clock.is_frozen() { " (stopped)" } }
                dt { "Version" } dd { (env!("CARGO_PKG_VERSION")) }
            }
            (more("Verifier key", false, &html! { pre.copy { (store.signing_key.verifier_key()) } }))
        }))
    }
}
