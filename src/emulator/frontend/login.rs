//! Logging in, as `@propelauth/frontend-apis` does: `/api/fe/v3/login…`, `verify…`.

use serde_json::{Map, json};

use super::{
    answer::{call, done, login_state, reply, session},
    json_form::JsonForm,
};
use crate::emulator::{
    self_service::{self, Refusal},
    state::{LoginStep, Store},
    web::{Reply, StateRoute, WebRequest},
};

pub(super) static ROUTES: &[StateRoute] = &[
    call(
        "fetch_login_state",
        ("GET", "/api/fe/v3/login_state"),
        "what the browser's login still needs",
        |store, request| {
            let step = store.login_step(session(request));
            Reply::json(200, json!({ "login_state": step }))
        },
    ),
    call(
        "email_password_login",
        ("POST", "/api/fe/v3/login"),
        "logs in with a password",
        |store, request| reply(log_in(store, request)),
    ),
    call(
        "passwordless_login",
        ("POST", "/api/fe/v3/login_passwordless"),
        "sends a link to log in with",
        |store, request| done(log_in_passwordless(store, request)),
    ),
    call(
        "verify_mfa_for_login",
        ("POST", "/api/fe/v3/verify"),
        "continues a login with a code",
        |store, request| reply(verify(store, request)),
    ),
    call(
        "verify_mfa_backup_code_for_login",
        ("POST", "/api/fe/v3/verify_backup"),
        "continues a login with a backup code",
        |store, request| reply(verify_backup(store, request)),
    ),
    call(
        "login_via_saml_for_org",
        ("GET", "/api/fe/v3/login/check"),
        "where the members of an organization log in",
        |store, request| reply(check(store, request)),
    ),
    call(
        "send_forgot_password_email",
        ("POST", "/api/fe/v3/forgot_password"),
        "sends a link to choose another password with",
        |store, request| reply(forgot_password(store, request)),
    ),
];

fn log_in(store: &mut Store, request: &WebRequest) -> Result<Reply, Refusal> {
    let mut form = JsonForm::read(request)?;
    let (email, password) = (form.text("email"), form.text("password"));
    form.check()?;
    let entered = self_service::log_in(store, &email, &password)?;
    let token = entered.refresh_token.expose();
    Ok(login_state(store, token, entered.step, Map::new()))
}

fn log_in_passwordless(store: &mut Store, request: &WebRequest) -> Result<(), Refusal> {
    let mut form = JsonForm::read(request)?;
    let email = form.text("email");
    let creates = form.flag("create_if_doesnt_exist").unwrap_or(false);
    form.check()?;
    self_service::send_magic_link(store, &email, creates, None)
}

fn verify(store: &mut Store, request: &WebRequest) -> Result<Reply, Refusal> {
    let mut form = JsonForm::read(request)?;
    let code = form.text("code");
    form.check()?;
    let step = self_service::verify_second_factor(store, session(request), &code)?;
    Ok(verified(store, request, step))
}

fn verify_backup(store: &mut Store, request: &WebRequest) -> Result<Reply, Refusal> {
    let code = JsonForm::read(request)?.text_or_empty("code");
    let step = self_service::verify_backup_code(store, session(request), &code)?;
    Ok(verified(store, request, step))
}

fn verified(store: &Store, request: &WebRequest, step: LoginStep) -> Reply {
    login_state(store, session(request), step, Map::new())
}

fn check(store: &mut Store, request: &WebRequest) -> Result<Reply, Refusal> {
    let org_id = request.query("org_id");
    let domain = request.query("domain");
    let email = request.query("email");
    let login_url = self_service::sso_login_url(
        store,
        org_id.as_deref(),
        domain.as_deref(),
        email.as_deref(),
    )?;
    Ok(Reply::json(200, json!({ "login_url": login_url })))
}

fn forgot_password(store: &mut Store, request: &WebRequest) -> Result<Reply, Refusal> {
    let mut form = JsonForm::read(request)?;
    let email = form.text("email");
    form.check()?;
    self_service::forgot_password(store, &email)?;
    Ok(Reply::json(
        200,
        json!({
            "message": "If that email address is in our system, we sent an email to it",
            // Pages of email providers, which search for the email. The emulator sends none there.
            "sniper_links": {
                "gmail": "https://mail.google.com/mail/u/0/",
                "outlook": "https://outlook.live.com/mail/",
                "yahoo": "https://mail.yahoo.com/",
            },
        }),
    ))
}
