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
        .route("/as-response", web::get().to(as_response))
        .route("/by-default", web::get().to(by_default))
        .route("/by-status", web::get().to(by_status))
        .route("/hidden-by-status", web::get().to(hidden_by_status))
        .route("/json", web::get().to(json))
        .route("/json-hidden", web::get().to(json_hidden))
        .route("/boxed", web::get().to(boxed));
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
    let reworded = ask(&auth, "/reworded").await;
    assert_eq!((reworded.status.as_u16(), &*reworded.body), (403, "mine"));
}

/// A caller for whom a 403 is hidden behind a 404 must not find it in the body or the challenge.
#[actix_web::test]
async fn a_denial_behind_another_status_is_not_visible() {
    let hook = |_: &Denied, _: &HttpRequest, mut response: HttpResponse| {
        *response.status_mut() = StatusCode::NOT_FOUND;
        response
    };
    let by_hook = propel_auth_builder().on_denied(hook);
    for (path, builder) in [
        ("/hidden", propel_auth_builder()),
        ("/hidden", propel_auth_builder().realm("mine")),
        ("/hidden-by-status", propel_auth_builder()),
        ("/by-actix", by_hook.realm("mine")),
        (
            "/by-actix",
            propel_auth_builder().debug_mode(true).on_denied(hook),
        ),
    ] {
        let answer = ask(&builder.build().unwrap(), path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(
            answer.body, r#"{"title":"Not Found","status":404}"#,
            "{path}"
        );
        assert_eq!(answer.challenge(), None, "{path}");
        assert_eq!(answer.header("retry-after"), None, "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
}

/// Errors that wrap a denial, and whose response does not begin with the denial's.
#[derive(Debug)]
enum Plain {
    /// Actix-web's default response is the error's text, which would be the exact reason.
    Default(Denied),
    Status(Denied),
    HiddenStatus(Denied),
    /// A response from nothing.
    Json(Denied),
    JsonHidden(Denied),
}

impl fmt::Display for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default(denied)
            | Self::Status(denied)
            | Self::HiddenStatus(denied)
            | Self::Json(denied)
            | Self::JsonHidden(denied) => denied.fmt(f),
        }
    }
}

impl ResponseError for Plain {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::Default(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Status(denied) | Self::Json(denied) => denied.status_code(),
            Self::HiddenStatus(_) | Self::JsonHidden(_) => StatusCode::NOT_FOUND,
        }
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        match self {
            Self::Json(_) | Self::JsonHidden(_) => {
                HttpResponse::build(self.status_code()).json("mine")
            }
            // What the trait does by default.
            _ => HttpResponse::build(self.status_code())
                .content_type("text/plain; charset=utf-8")
                .body(self.to_string()),
        }
    }
}

macro_rules! plain {
    ($($name:ident $variant:ident,)*) => {$(
        async fn $name(user: User) -> Result<String, Plain> {
            Err(Plain::$variant(denied(&user)))
        }
    )*};
}

plain! {
    by_default Default,
    by_status Status,
    hidden_by_status HiddenStatus,
    json Json,
    json_hidden JsonHidden,
}

async fn boxed(user: User) -> Result<String, Box<dyn std::error::Error>> {
    user.authorize("unknown", &Requirement::member())?;
    Ok("let in".to_owned())
}

#[actix_web::test]
async fn an_error_that_words_nothing_is_answered_as_the_denial_that_it_wraps() {
    for path in ["/by-default", "/by-status", "/boxed"] {
        let auth = propel_auth_builder().build().unwrap();
        ask(&auth, path).await.is_403(path);
        let auth = worded(propel_auth_builder().realm("mine")).build().unwrap();
        let answer = ask(&auth, path).await;
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(answer.body, format!("worded {path}"));
        let challenge = r#"Bearer realm="mine", error="insufficient_scope""#;
        assert_eq!(answer.challenge(), Some(challenge), "{path}");
    }
}

#[actix_web::test]
async fn a_response_that_the_application_words_itself_has_the_headers_of_the_denial() {
    let auth = worded(propel_auth_builder().realm("mine")).build().unwrap();
    let challenge = r#"Bearer realm="mine", error="insufficient_scope""#;
    for (path, status, body, challenge) in [
        ("/json", 403, r#""mine""#, Some(challenge)),
        ("/reworded", 403, "mine", Some(challenge)),
        ("/json-hidden", 404, r#""mine""#, None),
    ] {
        let answer = ask(&auth, path).await;
        assert_eq!((answer.status.as_u16(), &*answer.body), (status, body));
        assert_eq!(answer.challenge(), challenge, "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
    }
}

#[actix_web::test]
async fn a_401_or_403_of_the_application_gets_what_it_lacks_and_keeps_what_it_has() {
    async fn bare(status: web::Path<u16>) -> HttpResponse {
        HttpResponse::build(StatusCode::from_u16(*status).unwrap()).body("mine")
    }
    async fn full(status: web::Path<u16>) -> HttpResponse {
        HttpResponse::build(StatusCode::from_u16(*status).unwrap())
            .insert_header((header::WWW_AUTHENTICATE, "Cookie"))
            .insert_header((header::CACHE_CONTROL, "private"))
            .body("mine")
    }
    let auth = propel_auth_builder().realm("mine").build().unwrap();
    let app = App::new()
        .route("/bare/{status}", web::get().to(bare))
        .route("/full/{status}", web::get().to(full))
        .wrap(auth.optional_user());
    let app = init_service(app).await;
    let bearer = Some(r#"Bearer realm="mine""#);
    for (path, challenge, cache) in [
        ("/bare/401", bearer, Some("no-store")),
        ("/bare/403", None, Some("no-store")),
        ("/bare/404", None, None),
        ("/bare/200", None, None),
        ("/full/401", Some("Cookie"), Some("private")),
        ("/full/403", Some("Cookie"), Some("private")),
    ] {
        let answer = send(&app, TestRequest::with_uri(path).to_request()).await;
        assert_eq!(answer.body, "mine", "{path}");
        assert_eq!(answer.challenge(), challenge, "{path}");
        assert_eq!(answer.header("cache-control"), cache, "{path}");
    }
}

/// Replaces every failure by a response without headers, as an error page is made.
async fn error_page(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?.map_into_boxed_body();
    if response.status().is_success() {
        return Ok(response);
    }
    let status = response.status();
    let (request, _) = response.into_parts();
    let page = HttpResponse::build(status).body("page");
    Ok(ServiceResponse::new(request, page))
}

#[actix_web::test]
async fn an_error_page_in_between_keeps_the_headers_of_the_denial() {
    let acme = TestOrg::new("Acme Inc");
    let auth = propel_auth_builder().realm("mine").build().unwrap();
    let guarded = web::resource("/guarded")
        .wrap(InOrg::new(org_id::query("org")))
        .get(async || "let in");
    let app = App::new()
        .service(guarded)
        .wrap(from_fn(error_page))
        .wrap(auth.optional_user());
    let app = init_service(app).await;
    let uri = format!("/guarded?org={}", acme.org_id());
    for (request, status, error) in [
        (
            TestRequest::with_uri(&uri).as_user(&alice()),
            403,
            r#", error="insufficient_scope""#,
        ),
        (TestRequest::with_uri(&uri), 401, ""),
    ] {
        let answer = send(&app, request.to_request()).await;
        assert_eq!((answer.status.as_u16(), &*answer.body), (status, "page"));
        let challenge = format!(r#"Bearer realm="mine"{error}"#);
        assert_eq!(answer.challenge(), Some(&*challenge));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[actix_web::test]
async fn an_error_page_in_between_keeps_the_time_to_wait() {
    async fn unavailable(
        lazy: web::Data<PropelAuth>,
        request: HttpRequest,
    ) -> Result<String, Error> {
        let header = request.headers().get(header::AUTHORIZATION).unwrap();
        let user = lazy.validate_access_token_and_get_user(header.to_str().unwrap())?;
        Ok(user.email.clone())
    }
    let lazy = PropelAuth::builder("http://127.0.0.1:9", KEY).emulator();
    let lazy = lazy.build_lazy().unwrap();
    let auth = propel_auth_builder().build().unwrap();
    // A middleware on each side of the page: the inner one knows the denial, the outer one restores.
    let scope = web::scope("").route("/", web::get().to(unavailable));
    let app = App::new()
        .service(scope.wrap(auth.require_user()))
        .wrap(from_fn(error_page))
        .wrap(auth.require_user())
        .app_data(web::Data::new(lazy));
    let request = TestRequest::get().as_user(&alice()).to_request();
    let answer = send(&init_service(app).await, request).await;
    assert_eq!((answer.status.as_u16(), &*answer.body), (503, "page"));
    assert_eq!(answer.header("retry-after"), Some("1"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[actix_web::test]
async fn an_err_of_a_middleware_that_wraps_a_denial_is_answered_as_the_denial() {
    async fn deny(
        _: ServiceRequest,
        _: Next<impl MessageBody + 'static>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        let denied = Denied::from(actix_web_propelauth::Unauthorized::NoCredentials);
        Err(Plain::Default(denied).into())
    }
    async fn wrapped(
        _: ServiceRequest,
        _: Next<impl MessageBody + 'static>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        let denied = Denied::from(actix_web_propelauth::Unauthorized::NoCredentials);
        Err(AppError::Denied(denied).into())
    }
    async fn own(
        _: ServiceRequest,
        _: Next<impl MessageBody + 'static>,
    ) -> Result<ServiceResponse<BoxBody>, Error> {
        let denied = Denied::from(actix_web_propelauth::Unauthorized::NoCredentials);
        Err(Plain::Json(denied).into())
    }
    let auth = propel_auth_builder().realm("mine").build().unwrap();
    let request = || TestRequest::get().as_user(&alice()).to_request();
    let problem = r#"{"title":"Unauthorized","status":401}"#;
    let by_default = App::new().wrap(from_fn(deny)).wrap(auth.require_user());
    let by_default = send(&init_service(by_default).await, request()).await;
    let wrapped = App::new().wrap(from_fn(wrapped)).wrap(auth.require_user());
    let wrapped = send(&init_service(wrapped).await, request()).await;
    let own = App::new().wrap(from_fn(own)).wrap(auth.require_user());
    let own = send(&init_service(own).await, request()).await;
    for (answer, body) in [
        (by_default, problem),
        (wrapped, problem),
        (own, r#""mine""#),
    ] {
        assert_eq!((answer.status.as_u16(), &*answer.body), (401, body));
        assert_eq!(answer.challenge(), Some(r#"Bearer realm="mine""#));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
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
