//! The second factor of a login: a code of an app or a phone, or a backup code.

use maud::html;

use super::{
    frame,
    next_step::{to_next_step, user_at},
};
use crate::emulator::{
    pages::{
        parts::{Field, Problems, form},
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service::{self, Refusal},
    state::{LoginStep, SecondFactor, Store},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at("/verify", "Enter your code", Reach::Link, |store, visit| {
        page(store, visit, 200, &Problems::default())
    }),
    Page::form(
        "/verify",
        "continues a login with a code",
        |store, visit| {
            let code = visit.field("code");
            let verified = self_service::verify_second_factor(store, visit.session(), &code);
            done(store, visit, verified)
        },
    ),
    Page::form(
        "/verify/backup",
        "continues a login with a backup code",
        |store, visit| {
            let code = visit.field("backup_code");
            let verified = self_service::verify_backup_code(store, visit.session(), &code);
            let verified = verified.map_err(|refusal| match refusal.message.as_str() {
                "" => refusal,
                message => Refusal::field("backup_code", "incorrect", message),
            });
            done(store, visit, verified)
        },
    ),
];

fn done(store: &mut Store, visit: &Visit<'_>, verified: Result<LoginStep, Refusal>) -> Reply {
    match verified {
        Ok(_) => to_next_step(store, visit, visit.session()),
        Err(refusal) => page(store, visit, refusal.code.status(), &refusal.into()),
    }
}

fn page(store: &Store, visit: &Visit<'_>, status: u16, problems: &Problems) -> Reply {
    let user = match user_at(store, visit, LoginStep::TwoFactorRequired) {
        Ok(user) => user,
        Err(elsewhere) => return elsewhere,
    };
    if store.login_step(visit.session()) == LoginStep::Finished {
        return to_next_step(store, visit, visit.session());
    }
    let settings = &store.project.settings;
    let is_phone = matches!(user.account.second_factor, Some(SecondFactor::Phones(_)));
    let code = html! {
        (Field::code("code", "Code").show(problems))
        button.whole { "Continue" }
    };
    let backup = html! {
        (Field::new("backup_code", "Backup code").show(problems))
        button.whole.second { "Use the backup code" }
    };
    let content = html! {
        (problems.summary())
        @if is_phone { p.lead { "We sent a code to your phone." } }
        @else {
            p.lead { "Open your authenticator app, and enter the code that it shows." }
            p.aside { "Each code works once. A new one comes within 30 seconds." }
        }
        (form(visit, &visit.keep_return_to("/verify", settings), &code))
        details open[!problems.is_empty()] {
            summary { "Use a backup code" }
            (form(visit, &visit.keep_return_to("/verify/backup", settings), &backup))
        }
        hr;
        (frame::log_out(visit))
    };
    frame::card_with_status(store, status, "Enter your code", &content)
}
