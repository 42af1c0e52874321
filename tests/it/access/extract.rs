//! Arguments of handlers: what they hold, and what is answered and logged when they cannot.

use std::sync::Arc;

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
    ActiveOrg, InOrg, OptionalUser, OrgMemberInfo, PropelAuth, User, org_id,
    testing::{TestOrg, TestRequestExt as _, TestUser, propel_auth, propel_auth_builder},
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
    async fn optional(user: OptionalUser) -> String {
        let user = user.as_ref();
        user.map_or_else(|| "nobody".to_owned(), |user| user.email.clone())
    }
    app.route("/user", web::get().to(whoami))
        .route("/optional", web::get().to(optional))
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
async fn without_anything_around_it_is_500_and_the_log_says_what_to_add() {
    for (path, argument, remedy) in [
        ("/user", "`User`", "auth.require_user()"),
        ("/active", "`ActiveOrg`", "auth.require_user()"),
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
    let auth = propel_auth_builder()
        .realm("mine")
        .debug_mode(true)
        .build()
        .unwrap();
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

#[actix_web::test]
async fn an_optional_user_is_nobody_only_where_that_is_known() {
    let bad = || get("/optional").insert_header((AUTHORIZATION, "Bearer x"));
    for around in [Around::Middleware, Around::AppData] {
        let case = format!("{around:?}");
        let with = get("/optional").as_user(&alice());
        ask(around, with).await.is_ok("alice@example.com", &case);
        ask(around, get("/optional")).await.is_ok("nobody", &case);
        ask(around, bad()).await.is_401("invalid_token", &case);
        let basic = get("/optional").insert_header((AUTHORIZATION, "Basic eA=="));
        ask(around, basic).await.is_ok("nobody", &case);
        let two = get("/optional")
            .append_header((AUTHORIZATION, "Bearer x"))
            .append_header((AUTHORIZATION, "Bearer x"));
        ask(around, two).await.is_401("invalid_request", &case);
    }
    // A middleware that lets bad tokens pass has decided that they are nobody's.
    let auth = propel_auth();
    let app = App::new().configure(routes).wrap(auth.allow_anonymous());
    let app = init_service(app).await;
    send(&app, bad().to_request())
        .await
        .is_ok("nobody", "allow_anonymous");
    assert_eq!(auth.verification_count(), 1);

    let logs = Logs::capture();
    for request in [get("/optional"), get("/optional").as_user(&alice())] {
        ask(Around::Nothing, request).await.is_500("nothing around");
    }
    for text in [
        "`OptionalUser`",
        "auth.require_user()",
        ".app_data(auth.clone())",
    ] {
        assert!(logs.text().contains(text), "{text}: {}", logs.text());
    }
}

#[actix_web::test]
async fn an_optional_user_is_not_nobody_while_there_is_no_key() {
    // Port 9 of this machine: nobody listens there.
    let auth = PropelAuth::builder("http://127.0.0.1:9", "key")
        .emulator()
        .max_retries(0)
        .build_lazy()
        .unwrap();
    let app = App::new().configure(routes).app_data(auth.clone());
    let app = init_service(app).await;
    let request = get("/optional").as_user(&alice()).to_request();
    let answer = send(&app, request).await;
    assert_eq!(answer.status, 503);
    assert!(answer.header("retry-after").is_some());
    send(&app, get("/optional").to_request())
        .await
        .is_ok("nobody", "no token");
}

#[actix_web::test]
async fn an_argument_that_looked_before_does_not_make_a_bad_token_nobody() {
    // `Option<User>` keeps for the request that there is no user, as a middleware would.
    async fn both(user: Option<User>, optional: OptionalUser) -> String {
        format!("{} {}", user.is_some(), optional.is_some())
    }
    let app = App::new()
        .route("/", web::get().to(both))
        .app_data(propel_auth());
    let app = init_service(app).await;
    let bad = get("/").insert_header((AUTHORIZATION, "Bearer x"));
    send(&app, bad.to_request())
        .await
        .is_401("invalid_token", "both");
    send(&app, get("/").to_request())
        .await
        .is_ok("false false", "no token");
}

#[actix_web::test]
async fn the_handle_is_found_in_the_app_data_however_it_is_wrapped() {
    type Configure = fn(&mut ServiceConfig, PropelAuth);
    let wrappers: [(&str, Configure); 6] = [
        ("PropelAuth", |app, auth| {
            app.app_data(auth);
        }),
        ("Data", |app, auth| {
            app.app_data(web::Data::new(auth));
        }),
        ("ThinData", |app, auth| {
            app.app_data(web::ThinData(auth));
        }),
        ("Arc", |app, auth| {
            app.app_data(Arc::new(auth));
        }),
        ("Data<Arc>", |app, auth| {
            app.app_data(web::Data::new(Arc::new(auth)));
        }),
        ("ThinData<Arc>", |app, auth| {
            app.app_data(web::ThinData(Arc::new(auth)));
        }),
    ];
    let acme = TestOrg::new("Acme Inc");
    let member = alice().in_org(&acme, "Member");
    for (case, configure) in wrappers {
        let auth = propel_auth();
        let guarded = web::resource("/by-guard")
            .guard(InOrg::new(org_id::header("x-org-id")))
            .to(whoami);
        let app = App::new()
            .configure(routes)
            .configure(|app| configure(app, auth.clone()))
            .service(guarded);
        let app = init_service(app).await;
        for path in ["/user", "/option", "/optional", "/by-guard"] {
            let request = get(path).insert_header(("x-org-id", acme.org_id().as_str()));
            let request = request.as_user(&member).to_request();
            send(&app, request)
                .await
                .is_ok("alice@example.com", &format!("{case} {path}"));
        }
        let path = format!("/guarded/{}", acme.org_id());
        let request = get(&path).as_user(&member).to_request();
        send(&app, request).await.is_ok("Acme Inc", case);
    }
}
