//! How the user logs in: the password, and the second factor with its backup codes.

use maud::{Markup, html};

use super::{
    frame::{self, account_layout, done},
    next_step::{to_next_step, user, user_at},
    qr_code,
};
use crate::emulator::{
    pages::{
        parts::{Field, Problems, button_form, form},
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service::{self, Code, Refusal, SecurityStatus},
    state::{LoginStep, Store},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at("/account/settings", "Security", Reach::User, show),
    Page::at("/account/settings/{part}", "Security", Reach::Link, show),
    Page::form(
        "/account/settings/password",
        "changes the password",
        change_password,
    ),
    Page::form("/account/settings/mfa", "sets up the second factor", set_up),
    Page::form(
        "/account/settings/mfa/disable",
        "removes the second factor",
        remove,
    ),
    Page::at("/mfa", "Set up a second factor", Reach::Link, show_step),
    Page::form("/mfa", "sets up the second factor of a login", set_up_step),
];

fn show(store: &mut Store, visit: &Visit<'_>) -> Reply {
    page(store, visit, 200, &Problems::default())
}

fn page(store: &mut Store, visit: &Visit<'_>, status: u16, problems: &Problems) -> Reply {
    if let Err(elsewhere) = user(store, visit) {
        return elsewhere;
    }
    let security = match self_service::security_status(store, visit.session()) {
        Ok(security) => security,
        Err(refusal) => return frame::refused(store, visit, refusal),
    };
    let user = match user(store, visit) {
        Ok(user) => user,
        Err(elsewhere) => return elsewhere,
    };
    let content = html! {
        h1 { "Security" }
        (problems.summary())
        (done(visit))
        section.card aria-labelledby="own-password" {
            h2 #own-password { "Password" }
            (password(store, visit, user.metadata.has_password, problems))
        }
        section.card aria-labelledby="second-factor" {
            h2 #second-factor { "Second factor" }
            @match &security {
                SecurityStatus::Enabled { backup_codes, .. } => {
                    p { span.tag.good { "on" } " You are asked for a code after your password." }
                    h3 { "Backup codes" }
                    p.lead { "Each of them replaces the code of your app once. Keep them in a safe place." }
                    ul.codes { @for code in backup_codes { li { code { (code.expose()) } } } }
                    (button_form(
                        visit,
                        &visit.keep_return_to("/account/settings/mfa/disable", &store.project.settings),
                        &[],
                        &html! { button.danger { "Remove the second factor" } },
                    ))
                }
                SecurityStatus::Disabled { secret, uri, .. } => {
                    (setup(store, visit, "/account/settings/mfa", (secret.expose(), uri.expose()), problems))
                }
            }
        }
    };
    account_layout(store, visit, user, "Security")
        .status(status)
        .reply(&store.project.settings, &content)
}

fn password(store: &Store, visit: &Visit<'_>, has_password: bool, problems: &Problems) -> Markup {
    let action = visit.keep_return_to("/account/settings/password", &store.project.settings);
    let fields = html! {
        @if has_password {
            (Field::password("current_password", "Current password").show(problems))
        } @else {
            p.lead { "You have no password yet." }
        }
        (Field::new_password("password", "New password").show(problems))
        button { "Save the password" }
    };
    form(visit, &action, &fields)
}

/// Returns the form that sets up an app with a secret, given in base32 and as URL.
fn setup(
    store: &Store,
    visit: &Visit<'_>,
    path: &str,
    (secret, uri): (&str, &str),
    problems: &Problems,
) -> Markup {
    let fields = html! {
        (Field::code("code", "Code").hint("Six digits, which the app shows after that.").show(problems))
        button { "Turn on the second factor" }
    };
    html! {
        p.lead { "Scan this code with an authenticator app, or enter the secret below it." }
        (qr_code::image(uri))
        p.center { span.hidden { "Secret: " } code.secret { (secret) } }
        (form(visit, &visit.keep_return_to(path, &store.project.settings), &fields))
    }
}

fn change_password(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let (current, new) = (
        visit.secret_field("current_password"),
        visit.secret_field("password"),
    );
    let new = new.expose().into();
    let session = visit.session();
    let changed = self_service::update_password(store, session, Some(current.expose()), &new);
    let changed = changed.map_err(|refusal| match refusal.code {
        Code::IncorrectPassword => Refusal::field("current_password", "incorrect", refusal.message),
        _ => refusal,
    });
    answer(store, visit, "password", changed)
}

fn set_up(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let code = visit.field("code");
    let changed = self_service::enable_second_factor(store, visit.session(), &code);
    answer(store, visit, "mfa", changed)
}

fn remove(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let changed = self_service::disable_second_factor(store, visit.session());
    answer(store, visit, "no-mfa", changed)
}

fn answer(store: &mut Store, visit: &Visit<'_>, what: &str, result: Result<(), Refusal>) -> Reply {
    match result {
        Ok(()) => {
            let path = format!("/account/settings?done={what}");
            Reply::redirect(visit.keep_return_to(&path, &store.project.settings))
        }
        Err(refusal) => page(store, visit, refusal.code.status(), &refusal.into()),
    }
}

fn show_step(store: &mut Store, visit: &Visit<'_>) -> Reply {
    step(store, visit, 200, &Problems::default())
}

/// Returns the page of a login that demands a second factor.
fn step(store: &mut Store, visit: &Visit<'_>, status: u16, problems: &Problems) -> Reply {
    if let Err(elsewhere) = user_at(store, visit, LoginStep::TwoFactorEnablementRequired) {
        return elsewhere;
    }
    match self_service::security_status(store, visit.session()) {
        Ok(SecurityStatus::Disabled { secret, uri, .. }) => {
            let content = html! {
                (problems.summary())
                p { "You need a second factor before you can go on." }
                (setup(store, visit, "/mfa", (secret.expose(), uri.expose()), problems))
                hr;
                (frame::log_out(visit))
            };
            frame::card_with_status(store, status, "Set up a second factor", &content)
        }
        Ok(SecurityStatus::Enabled { .. }) => to_next_step(store, visit, visit.session()),
        Err(refusal) => frame::refused(store, visit, refusal),
    }
}

fn set_up_step(store: &mut Store, visit: &Visit<'_>) -> Reply {
    if let Err(elsewhere) = user_at(store, visit, LoginStep::TwoFactorEnablementRequired) {
        return elsewhere;
    }
    let code = visit.field("code");
    if let Err(refusal) = self_service::enable_second_factor(store, visit.session(), &code) {
        return step(store, visit, refusal.code.status(), &refusal.into());
    }
    let codes = match self_service::security_status(store, visit.session()) {
        Ok(SecurityStatus::Enabled { backup_codes, .. }) => backup_codes,
        _ => Vec::new(),
    };
    let next = visit.keep_return_to("/mfa", &store.project.settings);
    let content = html! {
        p.lead { "Each of these codes replaces the code of your app once. Keep them in a safe place." }
        ul.codes { @for code in &codes { li { code { (code.expose()) } } } }
        a.button.whole href=(next) { "Continue" }
    };
    frame::card(store, "Your backup codes", &content)
}
