//! Signing up and changing one's account, as `@propelauth/frontend-apis` does.

use serde_json::{Map, json};

use super::{
    answer::{call, done, login_state, reply, session},
    json_form::JsonForm,
    session_cookie::removed_cookie,
};
use crate::{
    api::SerializableSecret,
    emulator::{
        self_service::{self, ProfileChange, Refusal, SecurityStatus, SignUp},
        state::Store,
        web::{Reply, StateRoute, WebRequest},
    },
};

pub(super) static ROUTES: &[StateRoute] = &[
    call(
        "signup",
        ("POST", "/api/fe/v3/signup"),
        "creates an account",
        |store, request| reply(sign_up(store, request)),
    ),
    call(
        "resend_email_confirmation",
        ("POST", "/api/fe/v3/resend_email_confirmation"),
        "sends the email that confirms the address again",
        |store, request| done(self_service::resend_confirmation(store, session(request))),
    ),
    call(
        "fetch_mfa_status_with_new_secret",
        ("POST", "/api/fe/v3/security_status"),
        "whether the user has a second factor, and a secret for one",
        |store, request| reply(security_status(store, request)),
    ),
    call(
        "enable_mfa",
        ("POST", "/api/fe/v3/mfa_enable"),
        "sets up a second factor",
        |store, request| done(enable_mfa(store, request)),
    ),
    call(
        "disable_mfa",
        ("POST", "/api/fe/v3/mfa_disable"),
        "removes the second factor",
        |store, request| done(self_service::disable_second_factor(store, session(request))),
    ),
    call(
        "update_password",
        ("POST", "/api/fe/v3/update_password"),
        "changes the password",
        |store, request| done(update_password(store, request)),
    ),
    call(
        "update_email",
        ("POST", "/api/fe/v3/update_email"),
        "asks to confirm another email address",
        |store, request| done(update_email(store, request)),
    ),
    call(
        "update_user_metadata",
        ("POST", "/api/fe/v3/update_metadata"),
        "changes names and properties",
        |store, request| done(update_metadata(store, request)),
    ),
    call(
        "delete_account",
        ("DELETE", "/api/fe/v3/delete_me"),
        "deletes the account",
        |store, request| {
            let deleted = self_service::delete_me(store, session(request));
            let cookie = removed_cookie(store);
            match deleted {
                Ok(()) => done(Ok(())).cookie(&cookie),
                refused => done(refused),
            }
        },
    ),
];

fn sign_up(store: &mut Store, request: &WebRequest) -> Result<Reply, Refusal> {
    let mut form = JsonForm::read(request)?;
    let sign_up = SignUp {
        email: form.text("email"),
        password: form.text("password").into(),
        username: form.optional_text("username"),
        first_name: form.optional_text("first_name"),
        last_name: form.optional_text("last_name"),
        properties: form.object("properties"),
        invite_token: form.optional_text("invite_token"),
        query_parameters: Map::new(),
    };
    form.check()?;
    let signed_up = self_service::sign_up(store, sign_up)?;
    let entered = signed_up.entered;
    let more = Map::from_iter([("user_id".to_owned(), json!(signed_up.user_id))]);
    let token = entered.refresh_token.expose();
    Ok(login_state(store, token, entered.step, more))
}

fn security_status(store: &mut Store, request: &WebRequest) -> Result<Reply, Refusal> {
    let status = match self_service::security_status(store, session(request))? {
        SecurityStatus::Enabled {
            has_password,
            backup_codes,
        } => json!({
            "has_password": has_password,
            "type": "Enabled",
            "mfa_enabled": true,
            "backup_codes": backup_codes,
        }),
        SecurityStatus::Disabled {
            has_password,
            secret,
            uri,
        } => json!({
            "has_password": has_password,
            "type": "Disabled",
            "mfa_enabled": false,
            "new_secret": secret,
            "new_qr": qr_code(uri.expose()),
        }),
    };
    Ok(Reply::json(200, status))
}

/// Returns the QR code of a text as an image in base64.
#[cfg(feature = "pages")]
fn qr_code(text: &str) -> String {
    super::qr_code::qr_code(text)
}

/// Returns an empty text: nothing draws QR codes without the pages, and an app can take the secret.
#[cfg(not(feature = "pages"))]
fn qr_code(_: &str) -> String {
    String::new()
}

fn enable_mfa(store: &mut Store, request: &WebRequest) -> Result<(), Refusal> {
    let mut form = JsonForm::read(request)?;
    let code = form.text("code");
    form.check()?;
    self_service::enable_second_factor(store, session(request), &code)
}

fn update_password(store: &mut Store, request: &WebRequest) -> Result<(), Refusal> {
    let mut form = JsonForm::read(request)?;
    let current = form.optional_text("current_password");
    let password = SerializableSecret::from(form.text("password"));
    form.check()?;
    self_service::update_password(store, session(request), current.as_deref(), &password)
}

fn update_email(store: &mut Store, request: &WebRequest) -> Result<(), Refusal> {
    let mut form = JsonForm::read(request)?;
    let (email, password) = (form.text("new_email"), form.optional_text("password"));
    form.check()?;
    self_service::update_email(store, session(request), &email, password.as_deref())
}

fn update_metadata(store: &mut Store, request: &WebRequest) -> Result<(), Refusal> {
    let mut form = JsonForm::read(request)?;
    let change = ProfileChange {
        username: form.optional_text("username"),
        first_name: form.optional_text("first_name"),
        last_name: form.optional_text("last_name"),
        properties: form.object("properties"),
    };
    form.check()?;
    self_service::update_metadata(store, session(request), change)
}
