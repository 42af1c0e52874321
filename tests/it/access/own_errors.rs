//! Denials that an application passes on inside errors of its own, and what hook, realm and the
//! three headers of a refusal make of them.

use std::{fmt, time::Duration};

use actix_web::{
    App, Error, HttpRequest, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::InternalError,
    http::{StatusCode, header},
    middleware::{Next, from_fn},
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    Denied, InOrg, PropelAuth, PropelAuthBuilder, Requirement, User, org_id,
    testing::{TestOrg, TestRequestExt as _, propel_auth_builder},
};

use crate::a_canary::KEY;
use crate::fixtures::{Answer, alice, send};
use crate::promises::secrets::{answering, builder};

/// An application's own error, as it would be derived.
#[derive(Debug)]
enum AppError {
    Denied(Denied),
    Wrapped(Box<Self>),
    /// The status or the body is the application's own.
    Hidden(Denied),
    Reworded(Denied),
    Decorated(Denied),
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an error of the application")
    }
}

impl From<Denied> for AppError {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl ResponseError for AppError {
    fn error_response(&self) -> HttpResponse<BoxBody> {
        match self {
            Self::Denied(denied) => denied.error_response(),
            Self::Wrapped(error) => error.error_response(),
            Self::Hidden(denied) => {
                let mut response = denied.error_response();
                *response.status_mut() = StatusCode::NOT_FOUND;
                response
            }
            Self::Reworded(denied) => denied.error_response().set_body(BoxBody::new("mine")),
            Self::Decorated(denied) => {
                let mut response = denied.error_response();
                let value = header::HeaderValue::from_static("1");
                let name = header::HeaderName::from_static("x-request-id");
                response.headers_mut().insert(name, value);
                response
            }
        }
    }
}

fn denied(user: &User) -> Denied {
    let denied = user.authorize("unknown", &Requirement::member());
    denied.unwrap_err()
}

async fn plain(user: User) -> Result<String, AppError> {
    user.authorize("unknown", &Requirement::member())?;
    Ok("let in".to_owned())
}

async fn wrapped_twice(user: User) -> Result<String, AppError> {
    Err(AppError::Wrapped(Box::new(AppError::Wrapped(Box::new(
        denied(&user).into(),
    )))))
}

async fn decorated(user: User) -> Result<String, AppError> {
    Err(AppError::Decorated(denied(&user)))
}

async fn hidden(user: User) -> Result<String, AppError> {
    Err(AppError::Hidden(denied(&user)))
}

async fn reworded(user: User) -> Result<String, AppError> {
    Err(AppError::Reworded(denied(&user)))
}

async fn by_actix(user: User) -> Result<String, Error> {
    Err(denied(&user).into())
}

async fn internal(user: User) -> Result<String, Error> {
    let response = denied(&user).error_response();
    Err(InternalError::from_response("mine", response).into())
}

async fn as_response(user: User) -> HttpResponse {
    denied(&user).error_response()
}

fn routes(app: &mut web::ServiceConfig) {
    app.route("/plain", web::get().to(plain))
        .route("/wrapped-twice", web::get().to(wrapped_twice))
        .route("/decorated", web::get().to(decorated))
        .route("/hidden", web::get().to(hidden))
        .route("/reworded", web::get().to(reworded))
        .route("/by-actix", web::get().to(by_actix))
        .route("/internal", web::get().to(internal))
        .route("/as-response", web::get().to(as_response));
}

async fn ask(auth: &PropelAuth, path: &str) -> Answer {
    let app = App::new().configure(routes).wrap(auth.require_user());
    let request = TestRequest::with_uri(path).as_user(&alice());
    send(&init_service(app).await, request.to_request()).await
}

fn worded(builder: PropelAuthBuilder) -> PropelAuthBuilder {
    builder.on_denied(|denied, request, _| {
        HttpResponse::build(denied.status_code()).body(format!("worded {}", request.path()))
    })
}

const RECOGNIZED: [&str; 6] = [
    "/plain",
    "/wrapped-twice",
    "/decorated",
    "/by-actix",
    "/internal",
    "/as-response",
];

#[actix_web::test]
async fn hook_and_realm_hold_for_a_denial_inside_an_error_of_the_application() {
    let auth = worded(propel_auth_builder().realm("mine")).build().unwrap();
    for path in RECOGNIZED {
        let answer = ask(&auth, path).await;
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(answer.body, format!("worded {path}"));
        assert_eq!(
            answer.challenge(),
            Some(r#"Bearer realm="mine", error="insufficient_scope""#),
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        let id = (path == "/decorated").then_some("1");
        assert_eq!(answer.header("x-request-id"), id, "{path}");
    }
}

#[actix_web::test]
async fn a_guard_around_the_handler_is_enough_where_the_handle_is_in_the_app_data() {
    let auth = worded(propel_auth_builder().realm("mine")).build().unwrap();
    let acme = TestOrg::new("Acme Inc");
    for path in RECOGNIZED {
        let app = App::new()
            .configure(routes)
            .wrap(InOrg::new(org_id::query("org")))
            .app_data(auth.clone());
        let uri = format!("{path}?org={}", acme.org_id());
        let request = TestRequest::with_uri(&uri).as_user(&alice().in_org(&acme, "Member"));
        let answer = send(&init_service(app).await, request.to_request()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.body),
            (403, format!("worded {path}"))
        );
    }
}

#[actix_web::test]
async fn without_a_hook_it_is_answered_as_by_the_middleware() {
    let auth = propel_auth_builder().build().unwrap();
    for path in RECOGNIZED {
        ask(&auth, path).await.is_403(path);
    }
    let auth = propel_auth_builder().debug_mode(true).build().unwrap();
    for path in RECOGNIZED {
        let answer = ask(&auth, path).await;
        assert!(answer.body.contains("not a member"), "{path}: {answer:?}");
    }
}

#[actix_web::test]
async fn what_the_application_changed_stays() {
    let auth = worded(propel_auth_builder()).build().unwrap();
    let hidden = ask(&auth, "/hidden").await;
    assert_eq!(hidden.status, 404);
    assert_eq!(hidden.body, r#"{"title":"Forbidden","status":403}"#);
    let reworded = ask(&auth, "/reworded").await;
    assert_eq!((reworded.status.as_u16(), &*reworded.body), (403, "mine"));
}

#[actix_web::test]
async fn the_hook_is_called_once_however_many_middlewares_are_around() {
    let auth = propel_auth_builder()
        .on_denied(|denied, _, response| {
            let before = response.headers().get("x-worded").is_some();
            HttpResponse::build(denied.status_code())
                .insert_header(("x-worded", "1"))
                .body(format!("again: {before}"))
        })
        .build()
        .unwrap();
    let app = App::new()
        .configure(routes)
        .wrap(auth.optional_user())
        .wrap(auth.require_user());
    let app = init_service(app).await;
    for path in RECOGNIZED {
        let request = TestRequest::with_uri(path).as_user(&alice());
        let answer = send(&app, request.to_request()).await;
        assert_eq!(answer.body, "again: false", "{path}");
        assert_eq!(answer.header("x-worded"), Some("1"), "{path}");
    }
}

#[actix_web::test]
async fn the_three_headers_stay_unless_the_hook_sets_them() {
    let bare = |denied: &Denied, _: &HttpRequest, _| {
        HttpResponse::build(denied.status_code()).body("bare")
    };
    let own = |denied: &Denied, _: &HttpRequest, _| {
        HttpResponse::build(denied.status_code())
            .insert_header((header::WWW_AUTHENTICATE, "Cookie"))
            .insert_header((header::RETRY_AFTER, "60"))
            .insert_header((header::CACHE_CONTROL, "private"))
            .body("own")
    };
    let redirect = |_: &Denied, _: &HttpRequest, _| {
        HttpResponse::SeeOther()
            .insert_header((header::LOCATION, "/login"))
            .finish()
    };
    type Hook = fn(&Denied, &HttpRequest, HttpResponse) -> HttpResponse;
    for (hook, token, status, expected) in [
        (
            bare as Hook,
            false,
            401,
            [Some(r#"Bearer realm="api""#), None, Some("no-store")],
        ),
        (bare, true, 503, [None, Some("1"), Some("no-store")]),
        (
            own,
            false,
            401,
            [Some("Cookie"), Some("60"), Some("private")],
        ),
        (
            own,
            true,
            503,
            [Some("Cookie"), Some("60"), Some("private")],
        ),
        (redirect, false, 303, [None, None, Some("no-store")]),
        (redirect, true, 303, [None, None, Some("no-store")]),
    ] {
        let auth = PropelAuth::builder("http://127.0.0.1:9", KEY)
            .emulator()
            .request_timeout(Duration::from_secs(2))
            .on_denied(hook)
            .build_lazy()
            .unwrap();
        let app = init_service(App::new().wrap(auth.require_user())).await;
        let mut request = TestRequest::get();
        if token {
            request = request.as_user(&alice());
        }
        let answer = send(&app, request.to_request()).await;
        let found = ["www-authenticate", "retry-after", "cache-control"];
        let found = found.map(|name| answer.header(name));
        assert_eq!(
            (answer.status.as_u16(), found),
            (status, expected),
            "{answer:?}"
        );
    }
}

/// A call that failed is no refusal: the application answers it as it likes.
#[actix_web::test]
async fn a_failed_call_keeps_its_time_to_wait_inside_an_error_of_the_application() {
    use actix_web_propelauth::{Error as CallError, api::NotFound};

    #[derive(Debug)]
    struct Failed(CallError<NotFound>);

    impl fmt::Display for Failed {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("failed")
        }
    }

    impl ResponseError for Failed {
        fn error_response(&self) -> HttpResponse<BoxBody> {
            self.0.error_response()
        }
    }

    async fn handler(backend: web::Data<PropelAuth>) -> Result<String, Failed> {
        let call = backend.user().fetch_user_metadata_by_user_id("a-user");
        call.await.map(|user| user.email).map_err(Failed)
    }

    let url = answering("429 Too Many Requests", "retry-after: 7\r\n", "");
    let backend = builder(&url).max_retries(0).build().unwrap();
    let backend = web::Data::new(backend);
    let auth = worded(propel_auth_builder()).build().unwrap();
    let app = App::new().app_data(backend);
    let app = app.route("/", web::get().to(handler));
    let app = init_service(app.wrap(auth.optional_user())).await;
    let answer = send(&app, TestRequest::get().to_request()).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("retry-after")),
        (503, Some("7"))
    );
    assert_eq!(answer.body, "Service Unavailable");
}

/// Without the request, which is gone, there is nothing that the hook could be given.
#[actix_web::test]
async fn an_err_of_a_middleware_further_in_has_the_realm() {
    async fn refuse(
        _: ServiceRequest,
        _: Next<impl MessageBody + 'static>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        Err(Denied::from(actix_web_propelauth::Unauthorized::NoCredentials).into())
    }
    let auth = propel_auth_builder().realm("mine").build().unwrap();
    let request = || TestRequest::get().as_user(&alice()).to_request();
    let app = App::new().wrap(from_fn(refuse)).wrap(auth.require_user());
    let answer = send(&init_service(app).await, request()).await;
    assert_eq!(answer.challenge(), Some(r#"Bearer realm="mine""#));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}
