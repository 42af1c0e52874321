//! `require_user`, `optional_user` and `allow_anonymous`: what passes and what is answered.

use actix_web::{
    App, HttpResponse,
    http::{
        Method, StatusCode,
        header::{self, AUTHORIZATION},
    },
    middleware::DefaultHeaders,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    Authentication, Denied, PropelAuth, Unauthorized,
    testing::{TestRequestExt as _, propel_auth, propel_auth_builder},
};

use crate::fixtures::{
    FORBIDDEN, HEADER, UNAUTHORIZED, alice, claims_with, send, sign, token, whoami, whoami_if_any,
};

fn bearer(token: &str) -> TestRequest {
    TestRequest::get().insert_header((AUTHORIZATION, format!("Bearer {token}")))
}

#[derive(Clone, Copy, Debug)]
enum Policy {
    Require,
    Optional,
    AllowAnonymous,
}

impl Policy {
    fn of(self, auth: &PropelAuth) -> Authentication {
        match self {
            Self::Require => auth.require_user(),
            Self::Optional => auth.optional_user(),
            Self::AllowAnonymous => auth.allow_anonymous(),
        }
    }
}

/// The answer: a body with 200, or the error code of a 401.
type Expect = Result<&'static str, &'static str>;

const ALICE: Expect = Ok("alice@example.com");
const NOBODY: Expect = Ok("nobody");

/// Asks with no token, a good one, bad ones and malformed ones.
async fn check(policies: &[Policy], expect: [Expect; 4]) {
    let auth = propel_auth();
    let requests = || {
        [
            (
                "none",
                vec![
                    TestRequest::get(),
                    bearer("x").insert_header((AUTHORIZATION, "Basic eA==")),
                ],
            ),
            ("good", vec![TestRequest::get().as_user(&alice())]),
            (
                "bad",
                vec![
                    bearer("x"),
                    bearer(""),
                    TestRequest::get().as_user(&alice().expires_in(-1)),
                    bearer(&sign(HEADER, claims_with("iss", r#""x""#))),
                ],
            ),
            (
                "malformed",
                vec![
                    bearer("a b"),
                    bearer(&token()).append_header((AUTHORIZATION, "Bearer x")),
                ],
            ),
        ]
    };
    for ((kind, requests), expect) in requests().into_iter().zip(expect) {
        let case = format!("{policies:?}, {kind}");
        for request in requests {
            let verified = auth.verification_count();
            let request = request.to_request();
            let app = App::new().route("/", web::get().to(whoami_if_any));
            let answer = match policies {
                [only] => send(&init_service(app.wrap(only.of(&auth))).await, request).await,
                [inner, outer] => {
                    let app = app.wrap(inner.of(&auth)).wrap(outer.of(&auth));
                    send(&init_service(app).await, request).await
                }
                _ => unreachable!(),
            };
            match expect {
                Ok(body) => answer.is_ok(body, &case),
                Err(error) => answer.is_401(error, &case),
            }
            let looked = auth.verification_count() - verified;
            assert_eq!(looked, u64::from(matches!(kind, "good" | "bad")), "{case}");
        }
    }
}

const REQUIRED: [Expect; 4] = [Err(""), ALICE, Err("invalid_token"), Err("invalid_request")];

#[actix_web::test]
async fn each_policy_has_one_answer_to_no_token_a_good_a_bad_and_a_malformed_one() {
    let optional = [NOBODY, ALICE, Err("invalid_token"), Err("invalid_request")];
    check(&[Policy::Require], REQUIRED).await;
    check(&[Policy::Optional], optional).await;
    check(&[Policy::AllowAnonymous], [NOBODY, ALICE, NOBODY, NOBODY]).await;
}

#[actix_web::test]
async fn nested_in_either_order_the_strictest_decides_and_one_verification_is_made() {
    let optional = [NOBODY, ALICE, Err("invalid_token"), Err("invalid_request")];
    check(&[Policy::Require, Policy::AllowAnonymous], REQUIRED).await;
    check(&[Policy::AllowAnonymous, Policy::Require], REQUIRED).await;
    check(&[Policy::Require, Policy::Optional], REQUIRED).await;
    check(&[Policy::Optional, Policy::Require], REQUIRED).await;
    check(&[Policy::Optional, Policy::AllowAnonymous], optional).await;
    check(&[Policy::AllowAnonymous, Policy::Optional], optional).await;
    check(&[Policy::Require, Policy::Require], REQUIRED).await;
}

#[actix_web::test]
async fn two_projects_in_one_application_do_not_share_users() {
    let (ours, theirs) = (
        propel_auth(),
        propel_auth_builder()
            .issuer("https://other.example.com")
            .build()
            .unwrap(),
    );
    let app = App::new()
        .service(
            web::scope("/theirs")
                .wrap(theirs.require_user())
                .route("", web::get().to(whoami)),
        )
        .wrap(ours.require_user());
    let app = init_service(app).await;
    let request = TestRequest::with_uri("/theirs")
        .as_user(&alice())
        .to_request();
    send(&app, request)
        .await
        .is_401("invalid_token", "our user at theirs");
}

#[actix_web::test]
async fn of_two_projects_that_know_a_user_the_one_further_in_counts() {
    let realm = |realm| propel_auth_builder().realm(realm).build().unwrap();
    let (outer, inner) = (realm("outer"), realm("inner"));
    let app = App::new()
        .service(
            web::resource("/org")
                .wrap(actix_web_propelauth::InOrg::default())
                .wrap(inner.require_user())
                .to(whoami),
        )
        .wrap(outer.require_user());
    let request = TestRequest::with_uri("/org").as_user(&alice()).to_request();
    let answer = send(&init_service(app).await, request).await;
    assert_eq!(
        answer.challenge(),
        Some(r#"Bearer realm="inner", error="insufficient_scope""#)
    );
}

#[actix_web::test]
async fn the_reason_is_told_with_debug_and_only_then() {
    for (debug, expected) in [
        (false, UNAUTHORIZED.to_owned()),
        (
            true,
            r#"{"title":"Unauthorized","status":401,"detail":"invalid access token: the token has expired"}"#
                .to_owned(),
        ),
    ] {
        let auth = propel_auth_builder().debug_mode(debug).build().unwrap();
        let app = App::new()
            .route("/", web::get().to(whoami))
            .wrap(auth.require_user());
        let request = TestRequest::get()
            .as_user(&alice().expires_in(-1))
            .to_request();
        let answer = send(&init_service(app).await, request).await;
        assert_eq!(answer.body, expected, "debug({debug})");
    }
}

#[actix_web::test]
async fn the_realm_is_the_one_that_was_set() {
    let auth = propel_auth_builder()
        .realm("Acme, Inc: v1")
        .build()
        .unwrap();
    let app = App::new()
        .route("/", web::get().to(whoami))
        .wrap(auth.require_user());
    let app = init_service(app).await;
    let answer = send(&app, TestRequest::get().to_request()).await;
    assert_eq!(answer.challenge(), Some(r#"Bearer realm="Acme, Inc: v1""#));
    let answer = send(&app, bearer("x").to_request()).await;
    assert_eq!(
        answer.challenge(),
        Some(r#"Bearer realm="Acme, Inc: v1", error="invalid_token""#)
    );
}

#[actix_web::test]
async fn the_hook_changes_every_refusal_and_a_401_keeps_its_challenge() {
    let auth = propel_auth_builder().on_denied(|denied, request, _| {
        let is_anonymous = matches!(denied, Denied::Unauthorized(Unauthorized::NoCredentials));
        HttpResponse::build(denied.status_code()).body(format!("{} {is_anonymous}", request.path()))
    });
    let auth = auth.build().unwrap();
    let app = App::new()
        .route("/", web::get().to(whoami))
        .service(
            web::resource("/org")
                .wrap(actix_web_propelauth::InOrg::default())
                .route(web::get().to(whoami)),
        )
        .wrap(auth.require_user());
    let app = init_service(app).await;

    let answer = send(&app, TestRequest::get().to_request()).await;
    assert_eq!(
        (answer.status, &*answer.body),
        (StatusCode::UNAUTHORIZED, "/ true")
    );
    assert_eq!(answer.challenge(), Some(r#"Bearer realm="api""#));
    let answer = send(&app, bearer("x").to_request()).await;
    assert_eq!(
        (answer.status, &*answer.body),
        (StatusCode::UNAUTHORIZED, "/ false")
    );
    assert_eq!(
        answer.challenge(),
        Some(r#"Bearer realm="api", error="invalid_token""#)
    );
    let request = TestRequest::with_uri("/org").as_user(&alice()).to_request();
    let answer = send(&app, request).await;
    assert_eq!(
        (answer.status, &*answer.body),
        (StatusCode::FORBIDDEN, "/org false")
    );
}

#[actix_web::test]
async fn a_hook_may_hide_a_401_behind_another_status_or_set_its_own_challenge() {
    let auth = propel_auth_builder()
        .on_denied(|_, _, _| HttpResponse::NotFound().finish())
        .build()
        .unwrap();
    let app = App::new().wrap(auth.require_user());
    let answer = send(&init_service(app).await, TestRequest::get().to_request()).await;
    assert_eq!(
        (answer.status, answer.challenge()),
        (StatusCode::NOT_FOUND, None)
    );

    let auth = propel_auth_builder().on_denied(|_, _, mut response| {
        let own = header::HeaderValue::from_static("Cookie");
        response.headers_mut().insert(header::WWW_AUTHENTICATE, own);
        response
    });
    let auth = auth.build().unwrap();
    let app = App::new().wrap(auth.require_user());
    let answer = send(&init_service(app).await, TestRequest::get().to_request()).await;
    assert_eq!(
        (answer.challenge(), &*answer.body),
        (Some("Cookie"), UNAUTHORIZED)
    );
}

#[actix_web::test]
async fn a_denial_passed_on_by_a_handler_is_worded_like_any_other() {
    async fn nobody() -> Result<String, Denied> {
        let org = actix_web_propelauth::RequiredOrg::from("x");
        alice()
            .user()
            .authorize(org, &actix_web_propelauth::Requirement::member())?;
        Ok(String::new())
    }
    let auth = propel_auth_builder().realm("mine").build().unwrap();
    let app = App::new()
        .route("/", web::get().to(nobody))
        .wrap(DefaultHeaders::new().add(("x-added", "kept")))
        .wrap(auth.require_user());
    let request = TestRequest::get().as_user(&alice()).to_request();
    let answer = send(&init_service(app).await, request).await;
    assert_eq!(
        (answer.status, &*answer.body),
        (StatusCode::FORBIDDEN, FORBIDDEN)
    );
    assert_eq!(
        answer.challenge(),
        Some(r#"Bearer realm="mine", error="insufficient_scope""#)
    );
    assert_eq!(answer.header("x-added"), Some("kept"));

    // With nobody around that knows of realm and hook, the defaults are used.
    let app = App::new().route("/", web::get().to(nobody));
    let answer = send(&init_service(app).await, TestRequest::get().to_request()).await;
    answer.is_403("without middleware");
}
#[actix_web::test]
async fn nothing_inside_is_reached_without_a_token_known_path_or_not() {
    let auth = propel_auth();
    let teapot = || async { HttpResponse::ImATeapot().body("default") };
    let app = App::new()
        .service(
            web::scope("/in")
                .wrap(auth.require_user())
                .route("/known", web::get().to(whoami))
                .service(
                    web::scope("/default")
                        .route("/known", web::get().to(whoami))
                        .default_service(web::to(teapot)),
                ),
        )
        .route("/out", web::get().to(whoami_if_any));
    let app = init_service(app).await;
    for path in [
        "/in",
        "/in/known",
        "/in/unknown",
        "/in/default/x",
        "/in/",
        "/in//",
        "/in/%2e",
    ] {
        send(&app, TestRequest::with_uri(path).to_request())
            .await
            .is_401("", path);
        let post = TestRequest::post().uri(path).to_request();
        send(&app, post).await.is_401("", path);
    }
    for (path, method, status) in [
        ("/in/known", Method::GET, 200),
        ("/in/known", Method::POST, 404),
        ("/in/unknown", Method::GET, 404),
        ("/in/default/x", Method::GET, 418),
    ] {
        let request = TestRequest::with_uri(path).method(method).as_user(&alice());
        assert_eq!(
            send(&app, request.to_request()).await.status.as_u16(),
            status,
            "G12 {path}"
        );
    }
    let outside = send(&app, TestRequest::with_uri("/out").to_request()).await;
    outside.is_ok("nobody", "outside the scope");
}
