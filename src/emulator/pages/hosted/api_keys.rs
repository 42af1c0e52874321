//! API keys: those of the user, and those of an organization.

use maud::{Markup, html};

use super::{
    frame::{self, account_layout, done},
    next_step::user,
    org_frame::{heading, org_layout, org_page},
    time,
};
use crate::emulator::{
    pages::{
        parts::{Field, Problems, Tone, button_form, form, note, pager, search, select},
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service::{self, ApiKeyRow, KeyOrder, ListPage, ListSlice, NewApiKey, Refusal},
    state::{Expiration, Store},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at(
        "/api_keys/personal",
        "API keys",
        Reach::User,
        |store, visit| page(store, visit, 200, None, &Problems::default()),
    ),
    Page::form("/api_keys/personal", "creates a key of the user", create),
    Page::form(
        "/api_keys/personal/delete",
        "deletes a key of the user",
        delete,
    ),
    Page::at(
        "/org/api_keys/{org_id}",
        "Organization API keys",
        Reach::Member,
        |store, visit| page(store, visit, 200, None, &Problems::default()),
    ),
    Page::form(
        "/org/api_keys/{org_id}",
        "creates a key of the organization",
        create,
    ),
    Page::form(
        "/org/api_keys/{org_id}/delete",
        "deletes a key of the organization",
        delete,
    ),
];

/// Returns the id of the organization in the path, or `None` for the keys of the user.
fn org_id<'r>(visit: &'r Visit<'_>) -> Option<&'r str> {
    Some(visit.request.segment("org_id")).filter(|id| !id.is_empty())
}

fn own_path(visit: &Visit<'_>) -> String {
    match org_id(visit) {
        Some(org_id) => format!("/org/api_keys/{org_id}"),
        None => "/api_keys/personal".to_owned(),
    }
}

fn page(
    store: &Store,
    visit: &Visit<'_>,
    status: u16,
    created: Option<&NewApiKey>,
    problems: &Problems,
) -> Reply {
    let user = match user(store, visit) {
        Ok(user) => user,
        Err(elsewhere) => return elsewhere,
    };
    let settings = &store.project.settings;
    let Some(org_id) = org_id(visit) else {
        let title = "API keys";
        let content = html! { h1 { (title) } (content(store, visit, created, problems)) };
        let layout = account_layout(store, visit, user, title);
        return layout.htmx().status(status).reply(settings, &content);
    };
    match org_page(store, visit) {
        Ok(org) => {
            let _ = org_id;
            let title = "Organization API keys";
            let content = html! {
                (heading(store, visit, &org))
                (content(store, visit, created, problems))
            };
            let layout = org_layout(store, visit, &org, title);
            layout.htmx().status(status).reply(settings, &content)
        }
        Err(elsewhere) => elsewhere,
    }
}

fn keys(store: &Store, visit: &Visit<'_>) -> Result<ListSlice<ApiKeyRow>, Refusal> {
    let asked = ListPage {
        number: visit.parameter("page").parse().unwrap_or(0),
        search: visit.parameter("search"),
        ..ListPage::default()
    };
    let order = KeyOrder::CreatedAtDesc;
    match org_id(visit) {
        Some(org_id) => self_service::org_api_keys(store, visit.session(), org_id, &asked, order),
        None => self_service::personal_api_keys(store, visit.session(), &asked, order),
    }
}

fn content(
    store: &Store,
    visit: &Visit<'_>,
    created: Option<&NewApiKey>,
    problems: &Problems,
) -> Markup {
    let keys = match keys(store, visit) {
        Ok(keys) => keys,
        Err(refusal) => return html! { div.card { p { (refusal.message) "." } } },
    };
    let path = own_path(visit);
    html! {
        (problems.summary())
        (done(visit))
        @if let Some(created) = created {
            (note(Tone::Good, &html! {
                h2 { "Your new key" }
                p { "Copy it now: it is shown only once." }
                code.secret { (created.api_key_token.expose()) }
            }))
        }
        section.card aria-labelledby="keys-title" {
            h2 #keys-title { "Keys" }
            (search(&path, &keys.page.search, "Find a key by its name or id", "keys"))
            div #keys {
                (table(store, visit, &keys.items))
                (pager(&path, &keys.page.search, keys.page.number, keys.has_more, keys.total))
            }
        }
        section.card aria-labelledby="create-title" {
            h2 #create-title { "Create a key" }
            (creation(store, visit, problems))
        }
    }
}

fn table(store: &Store, visit: &Visit<'_>, keys: &[ApiKeyRow]) -> Markup {
    let action = format!("{}/delete", own_path(visit));
    let action = visit.keep_return_to(&action, &store.project.settings);
    html! {
        @if keys.is_empty() { p.lead { "There are no keys." } }
        @else {
            div.table {
                table {
                    caption.hidden { "API keys" }
                    thead {
                        tr {
                            th scope="col" { "Key" }
                            th scope="col" { "Created" }
                            th scope="col" { "Expires" }
                            th scope="col" { "Actions" }
                        }
                    }
                    tbody {
                        @for key in keys {
                            @let name = key.display_name.as_deref().unwrap_or(&key.api_key_id);
                            tr {
                                th scope="row" {
                                    @if key.display_name.is_some() { (name) br; }
                                    code { (key.api_key_id) }
                                }
                                td data-label="Created" { (time::day(key.created_at)) }
                                td data-label="Expires" { (key.expires_at_seconds.map_or_else(|| "never".to_owned(), time::day)) }
                                td {
                                    (button_form(
                                        visit,
                                        &action,
                                        &[("api_key_id", &key.api_key_id)],
                                        &html! {
                                            button.small.danger { "Delete" span.hidden { " the key " (name) } }
                                        },
                                    ))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn creation(store: &Store, visit: &Visit<'_>, problems: &Problems) -> Markup {
    let offered = &store.project.settings.api_key_config.expiration_options;
    let options = offered.options.iter();
    let options: Vec<_> = options
        .map(|it| (it.as_str().to_owned(), label(*it).to_owned()))
        .collect();
    let chosen = match visit.field("expiration") {
        chosen if chosen.is_empty() => offered.default.as_str().to_owned(),
        chosen => chosen,
    };
    let fields = html! {
        (Field::new("display_name", "Name").value(&visit.field("display_name")).optional().show(problems))
        (select(("expiration", "expiration", "Expires"), &options, &chosen, problems))
        button { "Create the key" }
    };
    let action = visit.keep_return_to(&own_path(visit), &store.project.settings);
    form(visit, &action, &fields)
}

fn label(expiration: Expiration) -> &'static str {
    match expiration {
        Expiration::TwoWeeks => "in two weeks",
        Expiration::OneMonth => "in one month",
        Expiration::ThreeMonths => "in three months",
        Expiration::SixMonths => "in six months",
        Expiration::OneYear => "in one year",
        Expiration::Never => "never",
    }
}

/// The page that follows has the key, and is no redirect: nothing keeps the key for later.
fn create(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let name = Some(visit.field("display_name"));
    let expiration = visit.request.form("expiration");
    let session = visit.session();
    let created =
        self_service::create_api_key(store, session, org_id(visit), expiration.as_deref(), name);
    match created {
        Ok(created) => page(store, visit, 200, Some(&created), &Problems::default()),
        Err(refusal) => page(store, visit, refusal.code.status(), None, &refusal.into()),
    }
}

fn delete(store: &mut Store, visit: &Visit<'_>) -> Reply {
    if let Err(elsewhere) = user(store, visit) {
        return elsewhere;
    }
    let key = visit.field("api_key_id");
    match self_service::delete_own_api_key(store, visit.session(), &key) {
        Ok(()) => {
            let path = format!("{}?done=removed", own_path(visit));
            Reply::redirect(visit.keep_return_to(&path, &store.project.settings))
        }
        Err(refusal) => frame::refused(store, visit, refusal),
    }
}
