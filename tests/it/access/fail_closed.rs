//! A guard that nobody told who is calling lets nobody in.

use std::time::Duration;

use actix_web::{
    App, HttpResponse,
    http::header::RETRY_AFTER,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    InOrg, OrgMemberInfo, PropelAuth, User, org_id,
    testing::{ISSUER, TestOrg, TestRequestExt as _, propel_auth, propel_auth_builder},
};

use crate::a_canary::KEY;
use crate::fixtures::{Answer, Logs, alice, send, whoami, whoami_if_any};

const INSIDE: &str = "alice@example.com in Acme Inc";

async fn who_and_where(user: User, org: OrgMemberInfo) -> String {
    format!("{} in {}", user.email, org.org_name)
}

fn acme() -> TestOrg {
    TestOrg::new("Acme Inc")
}

/// An application with one guarded resource and nothing of ours around it.
async fn without_middleware(
    configure: impl FnOnce(&mut web::ServiceConfig),
    request: TestRequest,
) -> Answer {
    let resource = web::resource("/x")
        .wrap(InOrg::new(org_id::query("org")))
        .route(web::get().to(who_and_where));
    let app = App::new().configure(configure).service(resource);
    send(&init_service(app).await, request.to_request()).await
}

#[actix_web::test]
async fn without_middleware_the_handle_in_the_app_data_does() {
    let acme = acme();
    let uri = format!("/x?org={}", acme.org_id());
    let plain = |auth: PropelAuth| {
        move |app: &mut web::ServiceConfig| {
            app.app_data(auth);
        }
    };
    let shared = |auth: PropelAuth| {
        move |app: &mut web::ServiceConfig| {
            app.app_data(web::Data::new(auth));
        }
    };
    for is_shared in [false, true] {
        let auth = propel_auth();
        let ask = |request: TestRequest| {
            let auth = auth.clone();
            async move {
                if is_shared {
                    without_middleware(shared(auth), request).await
                } else {
                    without_middleware(plain(auth), request).await
                }
            }
        };
        let case = format!("web::Data: {is_shared}");
        let request = || TestRequest::with_uri(&uri);
        let member = alice().in_org(&acme, "Member");
        ask(request().as_user(&member)).await.is_ok(INSIDE, &case);
        assert_eq!(auth.verification_count(), 1, "{case}");
        ask(request().as_user(&alice())).await.is_403(&case);
        ask(request()).await.is_401("", &case);
    }
}

#[actix_web::test]
async fn with_neither_it_is_500_whoever_asks_and_the_log_says_what_to_add() {
    let acme = acme();
    let uri = format!("/x?org={}", acme.org_id());
    let logs = Logs::capture();
    for request in [
        TestRequest::with_uri(&uri).as_user(&alice().in_org(&acme, "Owner")),
        TestRequest::with_uri(&uri),
        TestRequest::with_uri("/x"),
    ] {
        without_middleware(|_| {}, request).await.is_500("G11");
    }
    let logs = logs.text();
    for text in [
        "ERROR",
        "InOrg",
        "auth.require_user()",
        ".app_data(auth.clone())",
        "method=GET path=/x status=500",
    ] {
        assert!(logs.contains(text), "{text}: {logs}");
    }
}

#[actix_web::test]
async fn a_guard_outside_of_the_middleware_does_not_let_strangers_in() {
    // The last `.wrap` runs first: here the guard runs before the middleware.
    let (auth, acme) = (propel_auth(), acme());
    let app = || {
        App::new()
            .route("/x", web::get().to(who_and_where))
            .wrap(auth.require_user())
            .wrap(InOrg::new(org_id::query("org")))
    };
    let uri = format!("/x?org={}", acme.org_id());
    let request = || TestRequest::with_uri(&uri).as_user(&alice().in_org(&acme, "Member"));
    let answer = send(&init_service(app()).await, request().to_request()).await;
    answer.is_500("without a handle");
    let app = init_service(app().app_data(auth.clone())).await;
    send(&app, request().to_request())
        .await
        .is_ok(INSIDE, "with a handle");
    assert_eq!(auth.verification_count(), 1);
}

#[actix_web::test]
async fn the_hook_words_the_500_of_a_handler_without_its_guard() {
    async fn org(org: OrgMemberInfo) -> String {
        org.org_name.clone()
    }
    let auth = propel_auth_builder()
        .on_denied(|denied, _, _| HttpResponse::build(denied.status_code()).body("worded"))
        .build()
        .unwrap();
    let app = App::new().route("/", web::get().to(org));
    let app = init_service(app.wrap(auth.optional_user())).await;
    let answer = send(&app, TestRequest::get().to_request()).await;
    assert_eq!(
        (answer.status.as_u16(), &*answer.body),
        (500, "worded"),
        "middleware"
    );
    let app = App::new().route("/", web::get().to(org)).app_data(auth);
    let answer = send(&init_service(app).await, TestRequest::get().to_request()).await;
    assert_eq!(
        (answer.status.as_u16(), &*answer.body),
        (500, "worded"),
        "app data"
    );
}

#[actix_web::test]
async fn while_no_key_can_be_fetched_a_token_is_503_and_none_is_401() {
    // Port 9 of this machine: nobody listens there.
    let auth = PropelAuth::builder("http://127.0.0.1:9", KEY)
        .issuer(ISSUER)
        .emulator()
        .request_timeout(Duration::from_secs(2))
        .build_lazy()
        .unwrap();
    let app = App::new()
        .service(
            web::resource("/org")
                .guard(InOrg::new(org_id::query("org")))
                .to(who_and_where),
        )
        .route("/", web::get().to(whoami))
        .wrap(auth.require_user());
    let app = init_service(app).await;
    for path in ["/", "/org?org=1"] {
        let request = TestRequest::with_uri(path);
        let answer = send(&app, request.as_user(&alice()).to_request()).await;
        assert_eq!(answer.status, 503, "{path}");
        assert_eq!(
            answer.body, r#"{"title":"Service Unavailable","status":503}"#,
            "{path}"
        );
        assert!(answer.header(RETRY_AFTER).unwrap().parse::<u32>().unwrap() >= 1);
        assert_eq!(answer.challenge(), None);
        send(&app, TestRequest::with_uri(path).to_request())
            .await
            .is_401("", path);
    }
    // An outage is not the same as nobody: who cannot be checked does not go on as anonymous.
    let app = App::new().route("/", web::get().to(whoami_if_any));
    let app = init_service(app.wrap(auth.allow_anonymous())).await;
    let answer = send(&app, TestRequest::get().as_user(&alice()).to_request()).await;
    assert_eq!(answer.status, 503);
    send(&app, TestRequest::get().to_request())
        .await
        .is_ok("nobody", "no token");
}
