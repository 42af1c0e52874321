//! A token that is too long to be looked at: not a bad one, as the next would be no shorter.

use actix_web::{
    App,
    http::header::AUTHORIZATION,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    Denied, OptionalUser, PropelAuth,
    testing::{HasAccessToken as _, TestOrg, TestRequestExt as _, TestUser, propel_auth},
};

use crate::fixtures::{Logs, alice, send, whoami};

async fn greeting(user: OptionalUser) -> String {
    let user = user.into_inner();
    user.map_or_else(|| "nobody".to_owned(), |user| user.email.clone())
}

fn in_36_organizations() -> TestUser {
    (0..36)
        .map(|number| TestOrg::new(format!("Organization {number}")))
        .fold(alice(), |user, org| user.in_org(&org, "Member"))
}

fn warnings(logs: &Logs) -> Vec<String> {
    let text = logs.text();
    let warnings = text.lines().filter(|line| line.contains(" WARN "));
    warnings.map(str::to_owned).collect()
}

#[actix_web::test]
async fn it_is_answered_with_431_and_the_log_names_the_setting_once() {
    let auth = propel_auth();
    let app = App::new()
        .route("/", web::get().to(whoami))
        .wrap(auth.require_user());
    let app = init_service(app).await;
    let logs = Logs::capture();
    for _ in 0..5 {
        let request = TestRequest::get().as_user(&in_36_organizations());
        send(&app, request.to_request())
            .await
            .is_431("36 organizations");
    }
    let warnings = warnings(&logs);
    let [warning] = &warnings[..] else {
        panic!("one warning for five requests: {warnings:?}")
    };
    for text in [
        "431",
        "`max_token_len` allows 16384",
        "raise it",
        "active organization",
    ] {
        assert!(warning.contains(text), "{text}: {warning}");
    }
}

#[actix_web::test]
async fn optional_user_refuses_it_and_allow_anonymous_passes_it_with_the_same_warning() {
    let ask = async |middleware: fn(&PropelAuth) -> actix_web_propelauth::Authentication| {
        let auth = propel_auth();
        let app = App::new()
            .route("/", web::get().to(greeting))
            .wrap(middleware(&auth));
        let logs = Logs::capture();
        let request = TestRequest::get().as_user(&in_36_organizations());
        let answer = send(&init_service(app).await, request.to_request()).await;
        assert_eq!(warnings(&logs).len(), 1, "{}", logs.text());
        answer
    };
    ask(PropelAuth::optional_user).await.is_431("optional_user");
    ask(PropelAuth::allow_anonymous)
        .await
        .is_ok("nobody", "allow_anonymous");
}

#[actix_web::test]
async fn without_middleware_the_arguments_of_a_handler_say_the_same() {
    let app = App::new()
        .route("/user", web::get().to(whoami))
        .route("/optional", web::get().to(greeting))
        .app_data(propel_auth());
    let app = init_service(app).await;
    for path in ["/user", "/optional"] {
        let token = "x".repeat(16 * 1024 + 1);
        let request = TestRequest::with_uri(path);
        let request = request.insert_header((AUTHORIZATION, format!("Bearer {token}")));
        send(&app, request.to_request()).await.is_431(path);
    }
}

#[test]
fn the_denial_has_both_lengths() {
    let header = format!("Bearer {}", in_36_organizations().access_token());
    let auth = propel_auth();
    let denied = auth.validate_access_token_and_get_user(header.as_str());
    let denied = denied.unwrap_err();
    let Denied::TokenTooLong {
        len, max_token_len, ..
    } = denied
    else {
        panic!("{denied:?}")
    };
    assert_eq!((len, max_token_len), (header.len() - 7, 16 * 1024));
    assert_eq!(denied.status_code(), 431);
    assert!(!denied.is_unauthorized() && !denied.is_anonymous() && !denied.is_forbidden());
}
