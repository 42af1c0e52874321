//! Signing up, with or without an invitation.

use maud::{Markup, html};
use serde_json::{Map, Value};

use super::{frame, next_step::logged_in, properties};
use crate::emulator::{
    pages::{
        parts::{Field, Problems, form},
        row::{Page, PageRoute, Reach},
        visit::Visit,
    },
    self_service::{self, SignUp},
    state::{CustomProperty, Invite, Store, UserWritable},
    web::Reply,
};

pub(super) static PAGES: &[PageRoute] = &[
    Page::at("/signup", "Sign up", Reach::Anyone, show),
    Page::form("/signup", "creates an account", sign_up),
];

fn show(store: &mut Store, visit: &Visit<'_>) -> Reply {
    if let Some(url) = visit.at_host_of_return(&store.project.settings) {
        return Reply::redirect(url);
    }
    page(store, visit, 200, &Problems::default())
}

/// Returns the parameters of the query that belong to the user, which the backend can fetch later.
fn query_parameters(visit: &Visit<'_>) -> Map<String, Value> {
    let pairs = visit.request.query_pairs().into_iter();
    pairs
        .filter(|(name, _)| !["rt", "invite_token"].contains(&name.as_str()))
        .map(|(name, value)| (name, value.into()))
        .collect()
}

fn shown_properties(store: &Store) -> Vec<CustomProperty> {
    let mut properties = store.project.settings.user_properties.all();
    properties.retain(|property| {
        property.collect_on_signup && property.user_writable != UserWritable::Read
    });
    properties
}

fn sign_up(store: &mut Store, visit: &Visit<'_>) -> Reply {
    let name = |field: &str| Some(visit.field(field)).filter(|text| !text.is_empty());
    let sign_up = SignUp {
        email: visit.field("email"),
        password: visit.secret_field("password").expose().into(),
        username: name("username"),
        first_name: name("first_name"),
        last_name: name("last_name"),
        properties: properties::read(visit, &shown_properties(store)),
        invite_token: visit.request.query("invite_token"),
        query_parameters: query_parameters(visit),
    };
    match self_service::sign_up(store, sign_up) {
        Ok(signed_up) => logged_in(store, visit, signed_up.entered.refresh_token.expose()),
        Err(refusal) => page(store, visit, refusal.code.status(), &refusal.into()),
    }
}

/// Returns the invitation of the query, if it can still be accepted.
fn invite<'s>(store: &'s Store, visit: &Visit<'_>) -> Option<&'s Invite> {
    let token = visit.request.query("invite_token")?;
    let invite = store.invites.with_token(&token);
    invite.filter(|invite| store.now() < invite.expires_at)
}

fn page(store: &Store, visit: &Visit<'_>, status: u16, problems: &Problems) -> Reply {
    let settings = &store.project.settings;
    let invite = invite(store, visit);
    let is_open = settings.allow_public_signups || invite.is_some();
    let org = invite.and_then(|invite| store.orgs.get(&invite.org_id));
    // The parameters of the query stay, because they belong to the user.
    let action = match visit.request.query.as_str() {
        "" => "/signup".to_owned(),
        query => format!("/signup?{query}"),
    };
    let content = html! {
        (problems.summary())
        @if let Some(org) = org { p.lead { "You are invited to join " strong { (org.name) } "." } }
        @if is_open && settings.has_password_login {
            (form(visit, &action, &fields(store, visit, invite, problems)))
        } @else if !is_open {
            p { "Signing up is possible with an invitation only." }
        } @else {
            p { "Signing up with a password is disabled. Log in with a link instead, and an account is made." }
        }
        hr;
        p.center {
            "Do you have an account? "
            a href=(visit.keep_return_to("/login", settings)) { "Log in" }
        }
    };
    frame::card_with_status(store, status, "Sign up", &content)
}

fn fields(
    store: &Store,
    visit: &Visit<'_>,
    invite: Option<&Invite>,
    problems: &Problems,
) -> Markup {
    let user_properties = &store.project.settings.user_properties;
    let invited = invite.map_or("", |invite| invite.invitee_email.as_str());
    let typed = |name: &str| visit.field(name);
    let email = match typed("email") {
        email if email.is_empty() => invited.to_owned(),
        email => email,
    };
    let shown = shown_properties(store);
    let values = properties::read(visit, &shown);
    html! {
        (Field::email("email", "Email").value(&email).show(problems))
        (Field::new_password("password", "Password").show(problems))
        @if user_properties.username_property.is_some() {
            (Field::new("username", "Username").value(&typed("username"))
                .autocomplete("nickname").optional().show(problems))
        }
        @if user_properties.name_property.is_some() {
            (Field::new("first_name", "First name").value(&typed("first_name"))
                .autocomplete("given-name").optional().show(problems))
            (Field::new("last_name", "Last name").value(&typed("last_name"))
                .autocomplete("family-name").optional().show(problems))
        }
        (properties::fields(&shown, Some(&values), problems))
        button.whole { "Sign up" }
    }
}
