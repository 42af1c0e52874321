//! The account of the user who is logged in: profile, email address, and the end of both.

use maud::{Markup, html};

use super::{
    frame::{account_layout, done},
    next_step::user,
    properties,
};
use crate::emulator::{
    frontend::session_cookie::removed_cookie,
    pages::{
        parts::{Field, Problems, Tone, checkbox, form, note},
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service::{self, Code, ProfileChange, Refusal},
    state::{CustomProperty, Store, UserRecord, UserWritable},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at("/account", "Account", Reach::User, |store, visit| {
        page(store, visit, 200, &Problems::default())
    }),
    Page::form("/account", "changes the profile", change_profile),
    Page::form(
        "/account/email",
        "asks to confirm another address",
        change_email,
    ),
    Page::form("/account/delete", "deletes the account", delete),
    Page::form("/logout", "ends the session of the browser", log_out),
];

fn page(store: &Store, visit: &Visit<'_>, status: u16, problems: &Problems) -> Reply {
    let user = match user(store, visit) {
        Ok(user) => user,
        Err(elsewhere) => return elsewhere,
    };
    let settings = &store.project.settings;
    let content = html! {
        h1 { "Account" }
        (problems.summary())
        (done(visit))
        section.card aria-labelledby="profile" {
            h2 #profile { "Profile" }
            (profile(store, visit, user, problems))
        }
        section.card aria-labelledby="address" {
            h2 #address { "Email address" }
            p {
                (user.metadata.email) " "
                @if user.metadata.email_confirmed { span.tag.good { "confirmed" } }
                @else { span.tag.warn { "not confirmed" } }
            }
            @if let Some(pending) = &user.account.pending_email {
                (note(Tone::Plain, &html! {
                    p { "We sent a link to " strong { (pending) } ". Open it to use this address instead." }
                }))
            }
            @if settings.users_can_change_email { (email(store, visit, user, problems)) }
        }
        @if settings.users_can_delete_own_account {
            section.card aria-labelledby="delete" {
                h2 #delete { "Delete your account" }
                (deletion(store, visit, problems))
            }
        }
    };
    account_layout(store, visit, user, "Account")
        .status(status)
        .reply(settings, &content)
}

fn shown_properties(store: &Store) -> Vec<CustomProperty> {
    let mut properties = store.project.settings.user_properties.all();
    properties.retain(|property| {
        property.show_in_account && property.user_writable != UserWritable::Read
    });
    properties
}

fn profile(store: &Store, visit: &Visit<'_>, user: &UserRecord, problems: &Problems) -> Markup {
    let settings = &store.project.settings;
    let it = &user.metadata;
    let is_typed = visit.request.path == "/account" && !visit.is_read();
    let typed = |name: &str, saved: &Option<String>| match is_typed {
        true => visit.field(name),
        false => saved.clone().unwrap_or_default(),
    };
    let shown = shown_properties(store);
    let values = match is_typed {
        true => Some(properties::read(visit, &shown)),
        false => it.properties.clone(),
    };
    let fields = html! {
        (Field::new("username", "Username").value(&typed("username", &it.username))
            .autocomplete("nickname").optional().show(problems))
        (Field::new("first_name", "First name").value(&typed("first_name", &it.first_name))
            .autocomplete("given-name").optional().show(problems))
        (Field::new("last_name", "Last name").value(&typed("last_name", &it.last_name))
            .autocomplete("family-name").optional().show(problems))
        (properties::fields(&shown, values.as_ref(), problems))
        button { "Save" }
    };
    form(visit, &visit.keep_return_to("/account", settings), &fields)
}

fn email(store: &Store, visit: &Visit<'_>, user: &UserRecord, problems: &Problems) -> Markup {
    let settings = &store.project.settings;
    let fields = html! {
        (Field::new("new_email", "New email address").kind("email").autocomplete("email")
            .value(&visit.field("new_email")).show(problems))
        @if user.metadata.has_password {
            (Field::password("email_password", "Your password").show(problems))
        }
        button { "Change the address" }
    };
    form(
        visit,
        &visit.keep_return_to("/account/email", settings),
        &fields,
    )
}

fn deletion(store: &Store, visit: &Visit<'_>, problems: &Problems) -> Markup {
    let settings = &store.project.settings;
    let sure = (
        "sure",
        "sure",
        "Delete my account and all that belongs to it",
    );
    let fields = html! {
        (checkbox(sure, "yes", false, problems))
        button.danger { "Delete the account" }
    };
    form(
        visit,
        &visit.keep_return_to("/account/delete", settings),
        &fields,
    )
}

fn change_profile(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let change = ProfileChange {
        username: Some(visit.field("username")),
        first_name: Some(visit.field("first_name")),
        last_name: Some(visit.field("last_name")),
        properties: properties::read(visit, &shown_properties(store)),
    };
    let changed = self_service::update_metadata(store, visit.session(), change);
    answer(store, visit, "profile", changed)
}

fn change_email(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let (email, password) = (
        visit.field("new_email"),
        visit.secret_field("email_password"),
    );
    let session = visit.session();
    let changed = self_service::update_email(store, session, &email, Some(password.expose()));
    let changed = changed.map_err(|refusal| match refusal.code {
        Code::IncorrectPassword => Refusal::field("email_password", "incorrect", refusal.message),
        _ => refusal,
    });
    answer(store, visit, "email", changed)
}

/// Returns the page again: by a redirect after a change, so that reloading it sends nothing again.
fn answer(store: &Store, visit: &Visit<'_>, what: &str, result: Result<(), Refusal>) -> Reply {
    match result {
        Ok(()) => {
            let path = format!("/account?done={what}");
            Reply::redirect(visit.keep_return_to(&path, &store.project.settings))
        }
        Err(refusal) => page(store, visit, refusal.code.status(), &refusal.into()),
    }
}

fn delete(store: &mut Store, visit: &Visit<'_>) -> Reply {
    if !visit.is_checked("sure") {
        let problems = Problems::of_field("sure", "Please check this box if you are sure");
        return page(store, visit, 400, &problems);
    }
    match self_service::delete_me(store, visit.session()) {
        Ok(()) => {
            let settings = &store.project.settings;
            Reply::redirect(visit.keep_return_to("/login", settings)).cookie(&removed_cookie(store))
        }
        Err(refusal) => page(store, visit, refusal.code.status(), &refusal.into()),
    }
}

fn log_out(store: &mut Store, visit: &Visit<'_>) -> Reply {
    store.end_session(visit.session());
    let settings = &store.project.settings;
    Reply::redirect(visit.keep_return_to("/login", settings)).cookie(&removed_cookie(store))
}
