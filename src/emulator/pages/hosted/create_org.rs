//! Creating an organization, or joining one.

use maud::{Markup, html};

use super::{
    frame::{self, account_layout, card_with_status},
    next_step::{to_next_step, user_at},
};
use crate::emulator::{
    pages::{
        parts::{Field, Problems, button_form, checkbox, form},
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service::{self, JoinableOrg, NewOrg},
    state::{LoginStep, Store},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at(
        "/create_org",
        "Create an organization",
        Reach::User,
        |store, visit| page(store, visit, 200, &Problems::default()),
    ),
    Page::form("/create_org", "creates an organization", create),
    Page::form("/create_org/join", "joins an organization", join),
];

fn page(store: &Store, visit: &Visit<'_>, status: u16, problems: &Problems) -> Reply {
    // Also the page of a login that demands an organization.
    let is_due = store.login_step(visit.session()) == LoginStep::OrgCreationRequired;
    let step = if is_due {
        LoginStep::OrgCreationRequired
    } else {
        LoginStep::Finished
    };
    let user = match user_at(store, visit, step) {
        Ok(user) => user,
        Err(elsewhere) => return elsewhere,
    };
    let joinable = match self_service::joinable_orgs(store, visit.session()) {
        Ok(joinable) => joinable,
        Err(refusal) => return frame::refused(store, visit, refusal),
    };
    let settings = &store.project.settings;
    let may_create = self_service::may_create_orgs(store, user);
    let noun = settings.orgs_metaname.to_lowercase();
    let content = html! {
        (problems.summary())
        @if is_due { p.lead { "You need one before you can go on." } }
        @if !joinable.is_empty() { (join_list(store, visit, &joinable)) }
        @if may_create {
            @if !joinable.is_empty() { p.or { "or create one" } }
            (fields(store, visit, problems))
        } @else if joinable.is_empty() {
            p { "You cannot create one, and none is open to you. Ask a member to invite you." }
        }
        @if is_due { hr; (frame::log_out(visit)) }
    };
    let title = format!("Create a new {noun}");
    if is_due {
        return card_with_status(store, status, &title, &content);
    }
    let content = html! { h1 { (title) } div.card { (content) } };
    account_layout(store, visit, user, &title)
        .status(status)
        .reply(settings, &content)
}

fn join_list(store: &Store, visit: &Visit<'_>, joinable: &[JoinableOrg]) -> Markup {
    let action = visit.keep_return_to("/create_org/join", &store.project.settings);
    html! {
        h2 { "You can join" }
        ul.people {
            @for org in joinable {
                li.row.apart.padded {
                    span {
                        (org.name) " "
                        @if org.is_invited { span.tag { "invited" } }
                    }
                    (button_form(
                        visit,
                        &action,
                        &[("org_id", org.org_id.as_str())],
                        &html! { button.small { "Join" span.hidden { " " (org.name) } } },
                    ))
                }
            }
        }
    }
}

fn fields(store: &Store, visit: &Visit<'_>, problems: &Problems) -> Markup {
    let settings = &store.project.settings;
    let name = visit.field("name");
    let is_checked = |name: &str| visit.is_checked(name);
    let autojoin = (
        "autojoin_by_domain",
        "autojoin_by_domain",
        "People with my email domain can join",
    );
    let restrict = (
        "restrict_to_domain",
        "restrict_to_domain",
        "Only people with my email domain can join",
    );
    let fields = html! {
        (Field::new("name", "Name").value(&name).autocomplete("organization").show(problems))
        @if settings.allow_autojoin_by_domain {
            (checkbox(autojoin, "true", is_checked("autojoin_by_domain"), problems))
        }
        (checkbox(restrict, "true", is_checked("restrict_to_domain"), problems))
        button.whole { "Create" }
    };
    form(
        visit,
        &visit.keep_return_to("/create_org", settings),
        &fields,
    )
}

fn create(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let new = NewOrg {
        name: visit.field("name"),
        autojoin_by_domain: visit.is_checked("autojoin_by_domain"),
        restrict_to_domain: visit.is_checked("restrict_to_domain"),
    };
    match self_service::create_own_org(store, visit.session(), new) {
        Ok(joined) => go_on(store, visit, joined.org_id.as_str()),
        Err(refusal) => page(store, visit, refusal.code.status(), &refusal.into()),
    }
}

fn join(store: &mut Store, visit: &Visit<'_>) -> Reply {
    match self_service::join_own_org(store, visit.session(), &visit.field("org_id")) {
        Ok(joined) => go_on(store, visit, joined.org_id.as_str()),
        Err(refusal) => page(store, visit, refusal.code.status(), &refusal.into()),
    }
}

/// Returns to where the browser came from, or goes to the organization.
fn go_on(store: &Store, visit: &Visit<'_>, org_id: &str) -> Reply {
    let is_finished = store.login_step(visit.session()) == LoginStep::Finished;
    match visit.return_to(&store.project.settings) {
        None if is_finished => Reply::redirect(format!("/org/members/{org_id}")),
        _ => to_next_step(store, visit, visit.session()),
    }
}
