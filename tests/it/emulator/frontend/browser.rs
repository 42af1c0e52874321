//! A browser with a page of an application that uses `@propelauth/frontend-apis`.

use std::cell::RefCell;

use actix_web_propelauth::{User, api::UserMetadata, emulator::Emulator};
use serde_json::{Value, json};

use super::{Answer, ask};

pub(crate) const ORIGIN: &str = "http://localhost:3000";

/// Every call of `@propelauth/frontend-apis`, and the error codes that its method knows besides
/// `unexpected_error`. At any other, the library throws.
pub(crate) const CALLS: &[(&str, &str, &[&str])] = &[
    ("GET", "login_state", &[]),
    (
        "POST",
        "login",
        &[
            "invalid_request_fields",
            "action_disabled",
            "account_disabled",
            "account_locked",
            "user_not_found",
        ],
    ),
    (
        "POST",
        "login_passwordless",
        &[
            "invalid_request_fields",
            "not_found",
            "bad_request",
            "domain_not_allowed",
            "account_disabled",
            "account_locked",
        ],
    ),
    (
        "POST",
        "verify",
        &[
            "invalid_request_fields",
            "invalid_mfa_cookie",
            "account_mfa_locked",
            "account_disabled",
        ],
    ),
    (
        "POST",
        "verify_backup",
        &[
            "invalid_mfa_cookie",
            "account_mfa_locked",
            "account_disabled",
            "incorrect_mfa_code",
        ],
    ),
    (
        "GET",
        "login/check",
        &["org_not_found", "ambiguous_results"],
    ),
    ("POST", "forgot_password", &["invalid_request_fields"]),
    (
        "POST",
        "signup",
        &["invalid_request_fields", "action_disabled"],
    ),
    (
        "POST",
        "resend_email_confirmation",
        &[
            "email_already_confirmed",
            "rate_limit_exceeded",
            "not_logged_in",
        ],
    ),
    (
        "POST",
        "security_status",
        &["not_logged_in", "email_not_confirmed"],
    ),
    (
        "POST",
        "mfa_enable",
        &[
            "invalid_request_fields",
            "action_already_complete",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    (
        "POST",
        "mfa_disable",
        &[
            "action_already_complete",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    (
        "POST",
        "update_password",
        &[
            "incorrect_password",
            "invalid_request_fields",
            "not_logged_in",
            "account_locked",
            "email_not_confirmed",
        ],
    ),
    (
        "POST",
        "update_email",
        &[
            "invalid_request_fields",
            "action_forbidden",
            "confirmation_email_sent",
            "action_disabled",
            "incorrect_password",
            "email_send_failure",
            "account_locked",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    (
        "POST",
        "update_metadata",
        &[
            "invalid_request_fields",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    ("DELETE", "delete_me", &["action_disabled", "not_logged_in"]),
    (
        "POST",
        "create_org",
        &[
            "invalid_request_fields",
            "action_disabled",
            "personal_domain_error",
            "user_max_orgs_limit_exceeded",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    (
        "GET",
        "joinable_orgs",
        &["action_disabled", "not_logged_in", "email_not_confirmed"],
    ),
    (
        "POST",
        "join_org/{id}",
        &[
            "org_max_users_limit_exceeded",
            "user_max_orgs_limit_exceeded",
            "not_logged_in",
            "email_not_confirmed",
            "action_disabled",
            "org_not_found",
        ],
    ),
    (
        "GET",
        "org_settings",
        &[
            "action_disabled",
            "org_not_found",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    (
        "POST",
        "update_org_metadata",
        &[
            "invalid_request_fields",
            "action_disabled",
            "org_not_found",
            "action_forbidden",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    (
        "DELETE",
        "delete_org",
        &[
            "action_disabled",
            "not_logged_in",
            "org_not_found",
            "action_forbidden",
        ],
    ),
    (
        "POST",
        "invite_user",
        &[
            "invalid_request_fields",
            "action_forbidden",
            "org_not_found",
            "org_max_users_limit_exceeded",
            "action_already_complete",
            "action_disabled",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    (
        "POST",
        "revoke_user_invitation",
        &[
            "invalid_request_fields",
            "action_forbidden",
            "org_not_found",
            "action_disabled",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    (
        "POST",
        "remove_user",
        &[
            "invalid_request_fields",
            "action_forbidden",
            "org_not_found",
            "user_not_found",
            "action_disabled",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    (
        "POST",
        "change_role",
        &[
            "invalid_request_fields",
            "action_forbidden",
            "user_not_found",
            "action_disabled",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    (
        "GET",
        "org_membership/{id}/members",
        &[
            "org_not_found",
            "action_disabled",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    (
        "GET",
        "org_membership/{id}/pending_invites",
        &[
            "org_not_found",
            "action_disabled",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    (
        "GET",
        "org_membership/{id}/expired_invites",
        &[
            "org_not_found",
            "action_disabled",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    (
        "GET",
        "personal_api_keys",
        &[
            "not_logged_in",
            "email_not_confirmed",
            "action_disabled",
            "invalid_request_fields",
        ],
    ),
    (
        "GET",
        "org_api_keys",
        &[
            "not_logged_in",
            "email_not_confirmed",
            "action_forbidden",
            "invalid_request_fields",
            "org_not_found",
            "action_disabled",
        ],
    ),
    (
        "POST",
        "api_keys",
        &[
            "invalid_request_fields",
            "action_forbidden",
            "bad_request",
            "not_logged_in",
            "email_not_confirmed",
        ],
    ),
    (
        "PATCH",
        "api_keys/{id}",
        &[
            "invalid_request_fields",
            "action_forbidden",
            "not_logged_in",
            "email_not_confirmed",
            "not_found",
        ],
    ),
    (
        "DELETE",
        "api_keys/{id}",
        &[
            "action_forbidden",
            "not_logged_in",
            "email_not_confirmed",
            "not_found",
        ],
    ),
];

/// Returns the error codes that the method of a call knows.
pub(crate) fn known_codes(method: &str, path: &str) -> &'static [&'static str] {
    let path = path.split('?').next().unwrap();
    let is_at = |template: &str| {
        let (mut left, mut right) = (template.split('/'), path.split('/'));
        loop {
            match (left.next(), right.next()) {
                (None, None) => return true,
                (Some(one), Some(other)) if one == other || one.starts_with('{') => {}
                _ => return false,
            }
        }
    };
    let found = CALLS.iter().find(|it| it.0 == method && is_at(it.1));
    found
        .unwrap_or_else(|| panic!("there is no call {method} {path}"))
        .2
}

/// A browser with its cookie.
pub(crate) struct Browser<'e> {
    pub(crate) emulator: &'e Emulator,
    cookie: RefCell<String>,
}

impl<'e> Browser<'e> {
    pub(crate) fn new(emulator: &'e Emulator) -> Self {
        Self {
            emulator,
            cookie: RefCell::default(),
        }
    }

    /// Sets the refresh token.
    pub(crate) fn enter(&self, refresh_token: &str) {
        refresh_token.clone_into(&mut self.cookie.borrow_mut());
    }

    pub(crate) fn refresh_token(&self) -> String {
        self.cookie.borrow().clone()
    }

    /// Sends a call, and checks that the library can read the answer.
    pub(crate) async fn call(&self, method: &str, path: &str, body: Value) -> Answer {
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.send(method, path, body).await
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: String) -> Answer {
        let cookie = format!("refresh_token={}", self.refresh_token());
        let headers = [
            ("origin", ORIGIN),
            ("cookie", cookie.as_str()),
            ("content-type", "application/json"),
            ("x-csrf-token", "-.-"),
        ];
        let url = format!("/api/fe/v3/{path}");
        let answer = ask(self.emulator, method, &url, &headers, body).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some(ORIGIN));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        if let Some(set) = answer.header("set-cookie") {
            let value = set.strip_prefix("refresh_token=").unwrap();
            self.enter(value.split(';').next().unwrap());
        }
        if answer.status != 200 {
            let told = answer.json();
            let code = told["error_code"]
                .as_str()
                .unwrap_or_else(|| panic!("{method} {path}: {told}"));
            let known = known_codes(method, path);
            assert!(
                code == "unexpected_error" || known.contains(&code),
                "{method} {path}: {told}"
            );
            let (texts, codes) = (&told["user_facing_errors"], &told["field_errors"]);
            let is_of_fields = code == "invalid_request_fields";
            assert_eq!(
                (texts.is_object(), codes.is_object()),
                (is_of_fields, is_of_fields),
                "{told}"
            );
            assert_eq!(
                told["user_facing_error"].is_string(),
                !is_of_fields,
                "{told}"
            );
        }
        answer
    }

    /// Sends a call that is done, and returns the body.
    pub(crate) async fn done(&self, method: &str, path: &str, body: Value) -> Value {
        let answer = self.call(method, path, body).await;
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.json());
        answer.json()
    }

    /// Sends a call that is refused, and returns its error code. Nothing of the state changes.
    pub(crate) async fn refused(&self, method: &str, path: &str, body: Value) -> String {
        let before = self.emulator.snapshot();
        let answer = self.call(method, path, body).await;
        assert_ne!(answer.status, 200, "{method} {path}: {}", answer.json());
        assert_eq!(self.emulator.snapshot(), before, "{method} {path}");
        answer.json()["error_code"].as_str().unwrap().to_owned()
    }

    /// Sends a call that is refused because of its fields, and returns their codes.
    pub(crate) async fn wrong_fields(&self, method: &str, path: &str, body: Value) -> Value {
        let before = self.emulator.snapshot();
        let answer = self.call(method, path, body).await;
        let told = answer.json();
        assert_eq!(told["error_code"], "invalid_request_fields", "{told}");
        assert_eq!(self.emulator.snapshot(), before, "{method} {path}");
        told["field_errors"].clone()
    }

    /// Returns the user of an access token of the session.
    pub(crate) async fn user(&self) -> User {
        let cookie = format!("refresh_token={}", self.refresh_token());
        let headers = [("cookie", cookie.as_str())];
        let path = "/api/v1/refresh_token";
        let session = ask(self.emulator, "GET", path, &headers, "").await.json();
        let auth = self.emulator.propel_auth().await.unwrap();
        let header = format!("Bearer {}", session["access_token"].as_str().unwrap());
        auth.validate_access_token_and_get_user(header.as_str())
            .unwrap()
    }

    pub(crate) async fn login_state(&self) -> String {
        let told = self.done("GET", "login_state", Value::Null).await;
        told["login_state"].as_str().unwrap().to_owned()
    }

    pub(crate) async fn log_in(&self, email: &str, password: &str) -> Value {
        self.done(
            "POST",
            "login",
            json!({ "email": email, "password": password }),
        )
        .await["login_state"]
            .clone()
    }
}

/// Returns the metadata of a user.
pub(crate) async fn user(emulator: &Emulator, email: &str) -> UserMetadata {
    let auth = emulator.propel_auth().await.unwrap();
    let found = auth.user().fetch_user_metadata_by_email(email);
    found.await.unwrap()
}

/// Starts an emulator with settings of the project, and Alice with the password `wonderland`, whose address is
/// confirmed.
pub(crate) async fn with_settings(project: Value) -> Emulator {
    let seed = json!({
        "project": project,
        "users": [{ "email": "alice@acme.example", "password": "wonderland", "username": "alice", "email_confirmed": true }],
    });
    Emulator::builder().seed_json(seed).start().await.unwrap()
}

/// Returns the token in the link of the last email.
pub(crate) fn last_token(emulator: &Emulator) -> String {
    let email = emulator.email_outbox().pop().unwrap();
    let link = email.link.unwrap();
    link.split("t=").nth(1).unwrap().to_owned()
}

/// Returns the types of the events since some of them.
pub(crate) fn events_since(emulator: &Emulator, before: usize) -> Vec<String> {
    let all = emulator.webhook_messages();
    all.into_iter()
        .skip(before)
        .map(|it| it.event_type)
        .collect()
}
