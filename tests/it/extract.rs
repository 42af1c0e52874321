//! Arguments of handlers: what they hold, and what is answered and logged when they cannot.

use actix_web::{
    App, Error, HttpMessage as _, HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::AUTHORIZATION,
    middleware::{Next, from_fn},
    test::{TestRequest, init_service},
    web::{self, ReqData, ServiceConfig},
};
use actix_web_propelauth::{
    ActiveOrg, InOrg, OrgMemberInfo, User, org_id,
    testing::{AsUser as _, TestOrg, TestUser, builder, propel_auth},
};

use crate::fixtures::{Answer, Logs, alice, send, whoami, whoami_if_any};

fn routes(app: &mut ServiceConfig) {
    async fn org(org: OrgMemberInfo) -> String {
        org.org_name.clone()
    }
    async fn active(org: ActiveOrg) -> String {
        format!("{} {}", org.org_name, org.clone().into_inner().user_role)
    }
    async fn req_data(user: ReqData<User>) -> String {
        user.email.clone()
    }
    async fn twice(one: User, other: User, org: Option<ActiveOrg>) -> String {
        format!("{} {}", one == other, org.is_some())
    }
    app.route("/user", web::get().to(whoami))
        .route("/option", web::get().to(whoami_if_any))
        .route("/active", web::get().to(active))
        .route("/data", web::get().to(req_data))
        .route("/twice", web::get().to(twice))
        .route("/orgs/{org_id}", web::get().to(org))
        .service(
            web::resource("/guarded/{org_id}")
                .wrap(InOrg::default())
                .to(org),
        );
}

/// What is around the handlers.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Around {
    Middleware,
    AppData,
    Nothing,
}

async fn ask(around: Around, request: TestRequest) -> Answer {
    let auth = propel_auth();
    let request = request.to_request();
    let answer = match around {
        Around::Middleware => {
            let app = App::new().configure(routes).wrap(auth.optional_user());
            send(&init_service(app).await, request).await
        }
        Around::AppData => {
            let app = App::new()
                .configure(routes)
                .app_data(web::Data::new(auth.clone()));
            send(&init_service(app).await, request).await
        }
        Around::Nothing => send(&init_service(App::new().configure(routes)).await, request).await,
    };
    assert!(auth.verification_count() <= 1);
    answer
}

fn get(path: &str) -> TestRequest {
    TestRequest::with_uri(path)
}

#[actix_web::test]
async fn with_middleware_or_a_handle_every_argument_has_its_value() {
    let acme = TestOrg::new("Acme Inc");
    let member = alice().in_org(&acme, "Member");
    let active = member.clone().active_org(&acme);
    let guarded = format!("/guarded/{}", acme.org_id());
    for around in [Around::Middleware, Around::AppData] {
        let case = format!("{around:?}");
        let ask = |path: &str, user: &TestUser| ask(around, get(path).as_user(user));
        ask("/user", &member)
            .await
            .is_ok("alice@example.com", &case);
        ask("/option", &member)
            .await
            .is_ok("alice@example.com", &case);
        ask("/active", &active)
            .await
            .is_ok("Acme Inc Member", &case);
        ask("/twice", &active).await.is_ok("true true", &case);
        ask("/twice", &member).await.is_ok("true false", &case);
        ask(&guarded, &member).await.is_ok("Acme Inc", &case);
        ask("/active", &member).await.is_403(&case);
    }
    let data = ask(Around::Middleware, get("/data").as_user(&member)).await;
    data.is_ok("alice@example.com", "ReqData");
}

#[actix_web::test]
async fn without_a_user_the_answer_is_401_and_an_option_is_none() {
    for around in [Around::Middleware, Around::AppData] {
        let case = format!("{around:?}");
        for path in ["/user", "/active", "/twice"] {
            ask(around, get(path)).await.is_401("", &case);
        }
        ask(around, get("/option")).await.is_ok("nobody", &case);
    }
    let bad = get("/user").insert_header((AUTHORIZATION, "Bearer x"));
    ask(Around::AppData, bad)
        .await
        .is_401("invalid_token", "a bad token");
}

#[actix_web::test]
async fn x03_g11_without_anything_around_it_is_500_and_the_log_says_what_to_add() {
    for (path, argument, remedy) in [
        ("/user", "`User`", "auth.require_user()"),
        ("/active", "`User`", "auth.require_user()"),
        ("/orgs/1", "`OrgMemberInfo`", "InOrg::new(org_id::path"),
    ] {
        let logs = Logs::capture();
        let answer = ask(Around::Nothing, get(path).as_user(&alice())).await;
        answer.is_500(path);
        let logs = logs.text();
        let route = path.replace("/1", "/{org_id}");
        for text in ["ERROR", argument, remedy, &route] {
            assert!(logs.contains(text), "{path} {text}: {logs}");
        }
    }
    // Nobody is known to be calling, which is what an option says.
    ask(Around::Nothing, get("/option").as_user(&alice()))
        .await
        .is_ok("nobody", "Option");
    let data = ask(Around::Nothing, get("/data").as_user(&alice())).await;
    assert_eq!(data.status, 500, "X03 ReqData: actix's own answer");
    // A guard's organization cannot be had without the guard, whoever asks.
    for around in [Around::Middleware, Around::AppData] {
        ask(around, get("/orgs/1").as_user(&alice()))
            .await
            .is_500("no guard");
        ask(around, get("/orgs/1")).await.is_500("no guard, nobody");
    }
}

#[actix_web::test]
async fn a_refusal_by_an_argument_is_worded_by_the_settings_of_its_own_project() {
    let auth = builder().realm("mine").debug(true).build().unwrap();
    let app = App::new().configure(routes).wrap(auth.optional_user());
    let app = init_service(app).await;
    let answer = send(&app, get("/user").to_request()).await;
    assert_eq!(answer.challenge(), Some(r#"Bearer realm="mine""#));
    let answer = send(&app, get("/active").as_user(&alice()).to_request()).await;
    assert_eq!(answer.status, 403);
    assert!(
        answer.body.contains("no active organization"),
        "{}",
        answer.body
    );
}

#[actix_web::test]
async fn what_is_known_of_a_request_is_not_stored_again() {
    async fn stays(
        request: ServiceRequest,
        next: Next<impl MessageBody>,
    ) -> Result<ServiceResponse<impl MessageBody>, Error> {
        let place = |request: &HttpRequest| {
            let extensions = request.extensions();
            std::ptr::from_ref(extensions.get::<User>().unwrap()).addr()
        };
        let before = place(request.request());
        let response = next.call(request).await?;
        assert_eq!(place(response.request()), before);
        Ok(response)
    }
    let auth = propel_auth();
    let app = App::new()
        .configure(routes)
        .wrap(auth.optional_user())
        .wrap(from_fn(stays))
        .wrap(auth.require_user());
    let request = get("/twice").as_user(&alice()).to_request();
    send(&init_service(app).await, request)
        .await
        .is_ok("true false", "two arguments behind two middlewares");
}

#[actix_web::test]
async fn a_user_is_cheap_to_clone_and_prints_its_claims() {
    let user = alice()
        .claim("properties", serde_json::json!({"plan": "pro"}))
        .user();
    assert_eq!(user.clone(), user);
    assert_ne!(user, alice().user(), "another id, and no properties");
    let text = format!("{user:?}");
    for claim in [user.user_id.as_str(), "alice@example.com", "plan", "pro"] {
        assert!(text.contains(claim), "{claim}: {text}");
    }
    assert_eq!(user.properties["plan"], "pro");
    let json = serde_json::to_value(&user).unwrap();
    assert_eq!(json["email"], "alice@example.com");
    assert_eq!(json["org_id_to_org_member_info"], serde_json::json!({}));
    let _ = org_id::default();
}
