//! CORS: preflights pass, bring no user, and refusals can be read by browsers.

use actix_cors::Cors;
use actix_web::{
    App,
    http::{
        Method, StatusCode,
        header::{self, AUTHORIZATION},
    },
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    Denied, InOrg, Unauthorized,
    testing::{AsUser as _, builder, propel_auth},
};

use crate::fixtures::{alice, send, token, whoami, whoami_if_any};

fn preflight() -> TestRequest {
    TestRequest::default()
        .method(Method::OPTIONS)
        .insert_header((header::ORIGIN, "https://app.example.com"))
        .insert_header((header::ACCESS_CONTROL_REQUEST_METHOD, "GET"))
        .insert_header((header::ACCESS_CONTROL_REQUEST_HEADERS, "authorization"))
}

fn cors() -> Cors {
    Cors::default()
        .allowed_origin("https://app.example.com")
        .allowed_methods(["GET"])
        .allowed_header(AUTHORIZATION)
}

#[actix_web::test]
async fn h15_a_cors_middleware_answers_preflights_inside_and_outside_of_ours() {
    let auth = propel_auth();
    let route = || web::get().to(whoami);
    let outside = App::new()
        .route("/", route())
        .wrap(auth.require_user())
        .wrap(cors());
    let inside = App::new()
        .route("/", route())
        .wrap(cors())
        .wrap(auth.require_user());
    let (outside, inside) = (init_service(outside).await, init_service(inside).await);
    let from_app = |request: TestRequest| {
        request
            .insert_header((header::ORIGIN, "https://app.example.com"))
            .to_request()
    };
    let allowed = Some("https://app.example.com");

    let answer = send(&outside, preflight().to_request()).await;
    assert_eq!(
        (
            answer.status,
            answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN)
        ),
        (StatusCode::OK, allowed)
    );
    let answer = send(&inside, preflight().to_request()).await;
    assert_eq!(
        (
            answer.status,
            answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN)
        ),
        (StatusCode::OK, allowed)
    );

    // Refusals can be read by a browser where CORS is outside, and cannot where it is inside.
    let answer = send(&outside, from_app(TestRequest::get())).await;
    answer.is_401("", "CORS outside");
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), allowed);
    let answer = send(&inside, from_app(TestRequest::get())).await;
    answer.is_401("", "CORS inside");
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), None);
    let answer = send(&inside, from_app(TestRequest::get().as_user(&alice()))).await;
    answer.is_ok("alice@example.com", "CORS inside");
    assert_eq!(answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN), allowed);
}

#[actix_web::test]
async fn h15_a_preflight_brings_no_user_to_a_handler_and_can_be_refused() {
    let auth = propel_auth();
    let app = App::new()
        .route("/", web::route().to(whoami))
        .route("/any", web::route().to(whoami_if_any));
    let app = init_service(app.wrap(auth.require_user())).await;
    let token = format!("Bearer {}", token());
    // Even a token does not make a user of a preflight, which never has one from a browser.
    let request = preflight().insert_header((AUTHORIZATION, token));
    send(&app, request.to_request()).await.is_401("", "User");
    send(&app, preflight().uri("/any").to_request())
        .await
        .is_ok("nobody", "Option<User>");
    assert_eq!(auth.verification_count(), 0);

    let options = || TestRequest::with_uri("/any").method(Method::OPTIONS);
    let origin = options().insert_header((header::ORIGIN, "https://app.example.com"));
    let asks = options().insert_header((header::ACCESS_CONTROL_REQUEST_METHOD, "GET"));
    send(&app, origin.to_request())
        .await
        .is_401("", "only an Origin");
    send(&app, asks.to_request())
        .await
        .is_401("", "only the question");
    let get = preflight().uri("/any").method(Method::GET);
    send(&app, get.to_request())
        .await
        .is_401("", "a GET with the headers of a preflight");

    let strict = App::new()
        .route("/any", web::route().to(whoami_if_any))
        .wrap(auth.require_user().refuse_cors_preflight());
    let answer = send(
        &init_service(strict).await,
        preflight().uri("/any").to_request(),
    )
    .await;
    answer.is_401("", "refuse_cors_preflight");
}

#[actix_web::test]
async fn a_preflight_passes_a_guard_as_it_passes_the_middleware() {
    let resource = web::resource("/orgs/{org_id}")
        .wrap(cors())
        .wrap(InOrg::default())
        .route(web::get().to(whoami));
    let app = App::new()
        .service(resource)
        .wrap(propel_auth().require_user());
    let app = init_service(app).await;
    let answer = send(&app, preflight().uri("/orgs/1").to_request()).await;
    assert_eq!(
        (
            answer.status,
            answer.header(header::ACCESS_CONTROL_ALLOW_ORIGIN)
        ),
        (StatusCode::OK, Some("https://app.example.com"))
    );
    send(&app, TestRequest::with_uri("/orgs/1").to_request())
        .await
        .is_401("", "what follows it");
}

#[actix_web::test]
async fn a_preflight_that_reaches_a_handler_is_answered_in_the_words_of_its_project() {
    let auth = builder().realm("mine").build().unwrap();
    let app = App::new()
        .service(web::resource("/").wrap(InOrg::default()).to(whoami))
        .route(
            "/denied",
            web::route()
                .to(|| async { Err::<String, _>(Denied::from(Unauthorized::NoCredentials)) }),
        )
        .wrap(auth.require_user());
    let app = init_service(app).await;
    for path in ["/", "/denied"] {
        let answer = send(&app, preflight().uri(path).to_request()).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(answer.challenge(), Some(r#"Bearer realm="mine""#), "{path}");
    }
}
