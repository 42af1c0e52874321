//! The login page: as one of the users, with a password, with a link, or through an identity provider.

use maud::{Markup, html};

use super::{
    frame, log_in_as,
    next_step::{logged_in, to_next_step},
    social,
};
use crate::emulator::{
    pages::{
        parts::{Field, Problems, form},
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service,
    state::{LoginStep, Store},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at("/login", "Log in", Reach::Anyone, show),
    Page::form("/login", "logs in with a password", log_in),
    Page::form("/login/link", "sends a link to log in with", send_link),
];

fn show(store: &mut Store, visit: &Visit<'_>) -> Reply {
    if let Some(url) = visit.at_host_of_return(&store.project.settings) {
        return Reply::redirect(url);
    }
    let asks_again = ["login", "select_account"].contains(&visit.parameter("prompt").as_str());
    if !asks_again && store.login_step(visit.session()) != LoginStep::LoginRequired {
        return to_next_step(store, visit, visit.session());
    }
    page(store, visit, 200, &Problems::default())
}

fn log_in(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let password = visit.secret_field("password");
    match self_service::log_in(store, &visit.field("email"), password.expose()) {
        Ok(entered) => logged_in(store, visit, entered.refresh_token.expose()),
        Err(refusal) => page(store, visit, refusal.code.status(), &refusal.into()),
    }
}

fn send_link(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let email = visit.field("email");
    let return_to = visit.return_to(&store.project.settings);
    let return_to = return_to.map(|it| it.url().to_owned());
    match self_service::send_magic_link(store, &email, true, return_to) {
        Ok(()) => {
            let content = html! {
                p {
                    "If " strong { (email) } " can log in here, we sent a link to it. Open it to log in."
                }
                (frame::outbox(store))
            };
            frame::card(store, "Look at your emails", &content)
        }
        Err(refusal) => page(store, visit, refusal.code.status(), &refusal.into()),
    }
}

fn page(store: &Store, visit: &Visit<'_>, status: u16, problems: &Problems) -> Reply {
    let settings = &store.project.settings;
    let users = log_in_as::list(store, visit);
    let content = html! {
        (problems.summary())
        @if let Some(users) = users {
            (users)
            p.or { "or as any other user" }
        }
        (with_email(store, visit, problems))
        (social::links(store, visit))
        @if settings.allow_public_signups {
            hr;
            p.center {
                "No account yet? "
                a href=(visit.keep_return_to("/signup", settings)) { "Sign up" }
            }
        }
    };
    frame::card_with_status(store, status, "Log in", &content)
}

/// Returns the forms that need an email address.
fn with_email(store: &Store, visit: &Visit<'_>, problems: &Problems) -> Markup {
    let settings = &store.project.settings;
    let typed = visit.field("email");
    let email = Field::email("email", "Email").value(&typed);
    let link_email = Field::email("email", "Email for the link").id("link_email");
    let with_password = html! {
        (email.show(problems))
        (Field::password("password", "Password").show(problems))
        button.whole { "Log in" }
        p.center.below {
            a href=(visit.keep_return_to("/forgot_password", settings)) { "Forgot your password?" }
        }
    };
    let with_link = html! {
        @if settings.has_password_login {
            (link_email.value(&typed).show(problems))
            button.whole.second { "Send a link to log in with" }
        } @else {
            (email.show(problems))
            button.whole { "Send a link to log in with" }
        }
    };
    html! {
        @if settings.has_password_login {
            (form(visit, &visit.keep_return_to("/login", settings), &with_password))
        }
        @if settings.has_passwordless_login {
            @if settings.has_password_login { p.or { "or without a password" } }
            (form(visit, &visit.keep_return_to("/login/link", settings), &with_link))
        }
    }
}
