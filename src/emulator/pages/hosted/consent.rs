//! The question whether an MCP client may act for the user. Its answer is a request of OAuth.

use maud::{Markup, html};
use url::Url;

use crate::emulator::{
    oauth::consent,
    pages::{
        layout::Layout,
        parts::form,
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    state::{OpenConsent, Session, Store},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at("/oauth/2.1/consent", "Allow Access", Reach::Link, show),
    Page::form(
        "/oauth/2.1/consent",
        "answers whether an MCP client may act for the user",
        |store, visit| consent::answer(store, visit.request),
    ),
];

fn show(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let id = visit.parameter("id");
    let settings = &store.project.settings;
    let Some((session, consent)) = consent::find(store, visit.request, &id) else {
        let content = html! {
            div.card {
                h1 { "This question is out of date" }
                p.lead {
                    "It was answered already, is older than ten minutes, or is to another user. Begin again in the \
                     application that asked."
                }
            }
        };
        return Layout::new("Question out of date")
            .status(400)
            .reply(settings, &content);
    };
    let content = question(store, visit, &session, &id, &consent);
    let layout = Layout::new("Allow access");
    let layout = match Url::parse(&consent.redirect_uri) {
        Ok(url) => layout.form_target(url),
        Err(_) => layout,
    };
    layout.reply(settings, &content)
}

fn question(
    store: &Store,
    visit: &Visit<'_>,
    session: &Session,
    id: &str,
    consent: &OpenConsent,
) -> Markup {
    let user = store.users.get(&session.user_id);
    let email = user.map_or("", |user| user.metadata.email.as_str());
    let orgs = user.map(|user| store.org_infos(user)).unwrap_or_default();
    let client = match consent.client_name.as_str() {
        "" => &consent.client_id,
        name => name,
    };
    let fields = html! {
        input type="hidden" name="id" value=(id);
        @if !consent.scope.is_empty() {
            fieldset {
                legend { "It may" }
                @for (number, scope) in consent.scope.iter().enumerate() {
                    @let field = format!("scope-{number}");
                    div.choice {
                        input type="checkbox" id=(field) name="scope" value=(scope) checked;
                        div { label for=(field) { (scope) } }
                    }
                }
            }
        }
        @if !orgs.is_empty() {
            div.field {
                label for="org_id" { "In the organization" }
                select id="org_id" name="org_id" {
                    @for org in orgs.values() { option value=(org.org_id) { (org.org_name) } }
                    option value="" { "None" }
                }
            }
        }
        div.row {
            button name="decision" value="allow" { "Allow" }
            button.second name="decision" value="deny" { "Do not allow" }
        }
    };
    html! {
        div.card {
            h1 { "Allow " (client) " to act for you?" }
            p.lead { "You are logged in as " (email) "." }
            dl {
                dt { "Application" } dd { (consent.client_id) }
                dt { "For the service" } dd { (consent.resource) }
                dt { "Returns to" } dd { (consent.redirect_uri) }
            }
            (form(visit, "/oauth/2.1/consent", &fields))
        }
    }
}
