//! The settings of an organization.

use maud::{Markup, html};

use super::{
    frame::{self, done},
    org_frame::{OrgPage, heading, org_layout, org_page},
};
use crate::emulator::{
    pages::{
        parts::{Field, Problems, checkbox, form},
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service::{self, OrgSettings, OrgSettingsChange, Refusal},
    state::{Ability, Store},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at(
        "/org/settings/{org_id}",
        "Organization settings",
        Reach::Member,
        |store, visit| page(store, visit, 200, &Problems::default()),
    ),
    Page::form(
        "/org/settings/{org_id}/name",
        "renames the organization",
        rename,
    ),
    Page::form(
        "/org/settings/{org_id}",
        "changes who can join",
        change_access,
    ),
    Page::form(
        "/org/settings/{org_id}/delete",
        "deletes the organization",
        delete,
    ),
];

fn page(store: &Store, visit: &Visit<'_>, status: u16, problems: &Problems) -> Reply {
    let org = match org_page(store, visit) {
        Ok(org) => org,
        Err(elsewhere) => return elsewhere,
    };
    let org_id = org.org.org_id.as_str();
    let settings = match self_service::org_settings(store, visit.session(), org_id) {
        Ok(settings) => settings,
        Err(refusal) => return frame::refused(store, visit, refusal),
    };
    let may_delete = store.project.settings.users_can_delete_their_own_orgs
        && org.may(store, Ability::DeleteOrg);
    let content = html! {
        (heading(store, visit, &org))
        (problems.summary())
        (done(visit))
        section.card aria-labelledby="name-title" {
            h2 #name-title { "Name" }
            @if settings.user_can_update_metadata { (name(store, visit, &settings, problems)) }
            @else { p { (settings.org_name) } }
        }
        section.card aria-labelledby="access" {
            h2 #access { "Who can join" }
            @if settings.user_can_update_org_settings { (access(store, visit, &settings, problems)) }
            @else { (summary(&settings)) }
        }
        section.card aria-labelledby="sso" {
            h2 #sso { "Single sign-on" }
            (single_sign_on(store, visit, &org, &settings))
        }
        @if may_delete {
            section.card aria-labelledby="delete" {
                h2 #delete { "Delete" }
                (deletion(store, visit, &settings, problems))
            }
        }
    };
    org_layout(store, visit, &org, "Organization settings")
        .status(status)
        .reply(&store.project.settings, &content)
}

fn own_path(visit: &Visit<'_>) -> String {
    format!("/org/settings/{}", visit.request.segment("org_id"))
}

fn action(store: &Store, visit: &Visit<'_>, what: &str) -> String {
    visit.keep_return_to(
        &format!("{}{what}", own_path(visit)),
        &store.project.settings,
    )
}

fn name(store: &Store, visit: &Visit<'_>, settings: &OrgSettings, problems: &Problems) -> Markup {
    let typed = visit.request.form("name");
    let name = typed.unwrap_or_else(|| settings.org_name.clone());
    let fields = html! {
        (Field::new("name", "Name").value(&name).autocomplete("organization").show(problems))
        button { "Rename" }
    };
    form(visit, &action(store, visit, "/name"), &fields)
}

fn access(store: &Store, visit: &Visit<'_>, settings: &OrgSettings, problems: &Problems) -> Markup {
    let project = &store.project.settings;
    let domain = settings.existing_domain.as_ref();
    let domain = domain.unwrap_or(&settings.current_user_domain);
    let autojoin = format!("People with email addresses of {domain} can join");
    let restrict = format!("Only people with email addresses of {domain} can join");
    let by = settings.require_2fa_by.as_deref().unwrap_or_default();
    let day: String = by.chars().take_while(|it| *it != 'T').collect();
    let fields = html! {
        @if project.allow_autojoin_by_domain {
            (checkbox(("autojoin_by_domain", "autojoin_by_domain", &autojoin), "true", settings.autojoin_by_domain, problems))
        }
        (checkbox(("restrict_to_domain", "restrict_to_domain", &restrict), "true", settings.restrict_to_domain, problems))
        @if project.orgs_can_require_2fa {
            (Field::new("require_2fa_by", "Members need a second factor from this day on")
                .kind("date").value(&day).optional().show(problems))
        }
        button { "Save" }
    };
    form(visit, &action(store, visit, ""), &fields)
}

fn summary(settings: &OrgSettings) -> Markup {
    let domain = settings.existing_domain.as_deref().unwrap_or("its domain");
    html! {
        @if settings.restrict_to_domain {
            p { "Only people with email addresses of " (domain) ", after an invitation." }
        } @else if settings.autojoin_by_domain {
            p { "People with email addresses of " (domain) ", and those who are invited." }
        } @else {
            p { "People who are invited." }
        }
    }
}

fn single_sign_on(
    store: &Store,
    visit: &Visit<'_>,
    org: &OrgPage<'_>,
    settings: &OrgSettings,
) -> Markup {
    let login = format!("/saml?id={}", org.org.org_id);
    let login = visit.keep_return_to(&login, &store.project.settings);
    html! {
        @if settings.is_saml_enabled {
            p {
                @if settings.is_saml_in_test_mode { span.tag.warn { "in test mode" } }
                @else { span.tag.good { "on" } }
                " Members log in at " a href=(login) { "the page of the organization" } "."
            }
        } @else if settings.can_setup_saml {
            p { "It is not set up yet. The link to set it up comes from your application." }
        } @else {
            p { "It is not set up." }
        }
        @if settings.is_scim_enabled { p { span.tag.good { "on" } " Members are managed by SCIM." } }
    }
}

fn deletion(
    store: &Store,
    visit: &Visit<'_>,
    settings: &OrgSettings,
    problems: &Problems,
) -> Markup {
    let label = format!("Delete {} with all its memberships", settings.org_name);
    let fields = html! {
        (checkbox(("sure", "sure", &label), "yes", false, problems))
        button.danger { "Delete the organization" }
    };
    form(visit, &action(store, visit, "/delete"), &fields)
}

fn rename(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let change = OrgSettingsChange {
        name: Some(visit.field("name")),
        ..OrgSettingsChange::default()
    };
    update(store, visit, change)
}

fn change_access(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let project = &store.project.settings;
    let by = match visit.field("require_2fa_by") {
        day if day.is_empty() => None,
        // Other texts are refused where they are read.
        day => Some(format!("{day}T00:00:00Z")),
    };
    let change = OrgSettingsChange {
        name: None,
        autojoin_by_domain: (project.allow_autojoin_by_domain)
            .then(|| visit.is_checked("autojoin_by_domain")),
        restrict_to_domain: Some(visit.is_checked("restrict_to_domain")),
        require_2fa_by: project.orgs_can_require_2fa.then_some(by),
    };
    update(store, visit, change)
}

fn update(store: &mut Store, visit: &Visit<'_>, change: OrgSettingsChange) -> Reply {
    let org_id = visit.request.segment("org_id");
    let updated = self_service::update_org_settings(store, visit.session(), org_id, change);
    match updated {
        Ok(()) => {
            let path = format!("{}?done=settings", own_path(visit));
            Reply::redirect(visit.keep_return_to(&path, &store.project.settings))
        }
        Err(refusal) => refused(store, visit, refusal),
    }
}

fn refused(store: &Store, visit: &Visit<'_>, refusal: Refusal) -> Reply {
    page(store, visit, refusal.code.status(), &refusal.into())
}

fn delete(store: &mut Store, visit: &Visit<'_>) -> Reply {
    if !visit.is_checked("sure") {
        let problems = Problems::of_field("sure", "Please check this box if you are sure");
        return page(store, visit, 400, &problems);
    }
    let org_id = visit.request.segment("org_id");
    match self_service::delete_own_org(store, visit.session(), org_id) {
        Ok(()) => Reply::redirect(visit.keep_return_to("/org", &store.project.settings)),
        Err(refusal) => refused(store, visit, refusal),
    }
}
