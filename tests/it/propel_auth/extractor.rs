//! The handle as an argument of a handler: that of the user's project, and never another.

use actix_web::{
    App,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    InOrg, PropelAuth, org_id,
    testing::{ISSUER, TestOrg, TestRequestExt as _, propel_auth, propel_auth_builder},
};

use crate::fixtures::{Logs, alice, send};

const OTHER: &str = "https://other.propelauth.test";

async fn issuer(auth: PropelAuth) -> String {
    auth.issuer().to_owned()
}

fn other() -> PropelAuth {
    propel_auth_builder().issuer(OTHER).build().unwrap()
}

fn request(uri: &str) -> TestRequest {
    TestRequest::with_uri(uri).as_user(&alice())
}

#[actix_web::test]
async fn it_is_the_handle_of_the_middleware_also_without_a_user() {
    let app = |middleware| {
        let app = App::new().route("/", web::get().to(issuer));
        init_service(app.wrap(middleware))
    };
    let required = app(propel_auth().require_user()).await;
    send(&required, request("/").to_request())
        .await
        .is_ok(ISSUER, "required");
    // Only the middleware holds the handle, with and without a user.
    let optional = app(propel_auth().optional_user()).await;
    for request in [request("/"), TestRequest::with_uri("/")] {
        send(&optional, request.to_request())
            .await
            .is_ok(ISSUER, "optional");
    }
    let anonymous = app(propel_auth().allow_anonymous()).await;
    let invalid = TestRequest::with_uri("/").insert_header(("authorization", "Bearer a.b.c"));
    send(&anonymous, invalid.to_request())
        .await
        .is_ok(ISSUER, "anonymous");
}

#[actix_web::test]
async fn the_project_that_authenticated_the_user_has_precedence_over_the_app_data() {
    let app = App::new()
        .service(
            web::scope("/other")
                .app_data(other())
                .route("", web::get().to(issuer)),
        )
        .wrap(propel_auth().require_user());
    let answer = send(&init_service(app).await, request("/other").to_request()).await;
    answer.is_ok(ISSUER, "app data of another project within a middleware");

    let inner = web::scope("")
        .route("/", web::get().to(issuer))
        .wrap(other().optional_user());
    let app = App::new()
        .service(inner)
        .wrap(propel_auth().allow_anonymous());
    let answer = send(
        &init_service(app).await,
        TestRequest::with_uri("/").to_request(),
    )
    .await;
    answer.is_ok(OTHER, "the inner middleware decides");
}

#[actix_web::test]
async fn without_middleware_it_is_the_handle_in_the_app_data() {
    let acme = TestOrg::new("Acme Inc");
    let guarded = web::resource("/guarded").wrap(InOrg::new(org_id::query("org")));
    let app = App::new()
        .service(guarded.get(issuer))
        .route("/", web::get().to(issuer))
        .app_data(web::Data::new(propel_auth()));
    let app = init_service(app).await;
    send(&app, TestRequest::with_uri("/").to_request())
        .await
        .is_ok(ISSUER, "app data");
    let uri = format!("/guarded?org={}", acme.org_id());
    let request = TestRequest::with_uri(&uri).as_user(&alice().in_org(&acme, "Member"));
    send(&app, request.to_request())
        .await
        .is_ok(ISSUER, "guard");
}

#[actix_web::test]
async fn without_both_the_answer_is_500_and_the_log_names_route_and_remedy() {
    let logs = Logs::capture();
    let app = init_service(App::new().route("/here", web::get().to(issuer))).await;
    send(&app, request("/here").to_request())
        .await
        .is_500("neither");
    let text = logs.text();
    assert!(
        text.contains("ERROR") && text.contains("The argument `PropelAuth`"),
        "{text}"
    );
    assert!(
        text.contains("/here") && text.contains("auth.require_user()"),
        "{text}"
    );
}
