//! Spans: of decisions, verifications and calls, and the user in the application's own.

use actix_web::{
    App,
    http::header::AUTHORIZATION,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    InOrg, InOrgWithRole, PropelAuth, PropelAuthBuilder, UserInSpans, org_id,
    testing::{
        HasAccessToken as _, TestOrg, TestRequestExt as _, TestUser, propel_auth,
        propel_auth_builder,
    },
};
use tracing::{Instrument as _, Level, Span, field::Empty};

use crate::{
    a_canary::KEY,
    fixtures::{
        Answer, alice, send,
        spans::Spans,
        whoami,
        world::{self, NOBODY},
    },
};

/// The root span of an application that declares all fields.
fn root() -> Span {
    tracing::info_span!(
        "root",
        "enduser.pseudo.id" = Empty,
        "enduser.id" = Empty,
        "user.roles" = Empty,
        "propelauth.org.id" = Empty,
        "propelauth.reason" = Empty
    )
}

/// Sends a request within the root span to an app whose organizations require the role `Admin`.
async fn ask(auth: &PropelAuth, request: TestRequest) -> Answer {
    let admins = InOrgWithRole::new("Admin", org_id::path("org_id"));
    let app = App::new()
        .route("/", web::get().to(whoami))
        .service(web::resource("/orgs/{org_id}").get(whoami).wrap(admins))
        .wrap(auth.require_user());
    let app = init_service(app).await;
    let root = root();
    // `call` and not only the future, as tracing middleware does.
    let answer = root.in_scope(|| send(&app, request.to_request()));
    answer.instrument(root).await
}

fn at(org: &TestOrg) -> TestRequest {
    TestRequest::with_uri(&format!("/orgs/{}", org.org_id()))
}

#[actix_web::test]
async fn each_layer_has_a_span_with_its_reason_and_a_cached_token_is_not_verified_again() {
    let (auth, acme) = (propel_auth(), TestOrg::new("Acme Inc"));
    let admin = alice().in_org(&acme, "Admin");
    let spans = Spans::capture();
    for _ in 0..2 {
        assert_eq!(ask(&auth, at(&acme).as_user(&admin)).await.status, 200);
    }
    let decisions = spans.named("propelauth.authorize");
    let layers: Vec<_> = decisions
        .iter()
        .map(|span| {
            (
                span.field("propelauth.layer"),
                span.field("propelauth.reason"),
            )
        })
        .collect();
    let each = [("require_user", "allowed"), ("InOrgWithRole", "allowed")];
    assert_eq!(layers, [each, each].concat());
    assert!(decisions.iter().all(|span| span.level == Level::DEBUG));
    // Not one inside of the other: a span is around the decision only.
    assert!(decisions.iter().all(|span| span.parent == Some("root")));

    let verification = spans.one("propelauth.verify_token");
    assert_eq!(verification.parent, Some("propelauth.authorize"));
    assert_eq!(verification.field("propelauth.reason"), "allowed");
}

#[actix_web::test]
async fn a_denial_has_its_code_and_not_its_text_in_the_spans() {
    let (auth, acme) = (propel_auth(), TestOrg::new("Acme Inc"));
    let member = alice().in_org(&acme, "Member");
    for (request, status, code) in [
        (at(&acme), 401, "no_credentials"),
        (
            at(&acme).as_user(&alice().expires_in(-60)),
            401,
            "token_expired",
        ),
        (at(&acme).as_user(&alice()), 403, "user_not_in_org"),
        (at(&acme).as_user(&member), 403, "missing_role"),
    ] {
        let spans = Spans::capture();
        assert_eq!(ask(&auth, request).await.status, status, "{code}");
        let last = spans.named("propelauth.authorize").pop().unwrap();
        assert_eq!(last.field("propelauth.reason"), code);
        assert_eq!(spans.one("root").field("propelauth.reason"), code);
    }
}

#[actix_web::test]
async fn the_root_span_gets_the_user_and_the_checked_organization() {
    let (auth, acme) = (propel_auth(), TestOrg::new("Acme Inc"));
    let admin = alice().in_org(&acme, "Admin");
    let spans = Spans::capture();
    ask(&auth, at(&acme).as_user(&admin)).await;
    let root = spans.one("root");
    assert_eq!(root.field("propelauth.reason"), "");
    assert_eq!(root.field("propelauth.org.id"), acme.org_id().as_str());
    assert_eq!(root.field("user.roles"), r#"["Admin"]"#);
    assert_eq!(root.field("enduser.pseudo.id").len(), 22);
    assert_eq!(root.field("enduser.id"), "");
}

/// Subscribers such as `tracing-opentelemetry` keep every value of a field.
#[actix_web::test]
async fn no_field_of_the_root_span_is_recorded_twice() {
    let (auth, acme) = (propel_auth(), TestOrg::new("Acme Inc"));
    let guard = || InOrg::new(org_id::path("org_id"));
    for role in ["Admin", "Member"] {
        let admins = InOrgWithRole::new("Admin", org_id::path("org_id"));
        let orgs = web::resource("/orgs/{org_id}").get(whoami);
        let orgs = orgs.wrap(admins).wrap(guard()).wrap(guard());
        let app = App::new().service(orgs).wrap(auth.require_user());
        let app = init_service(app).await;
        let user = alice().in_org(&acme, role).active_org(&acme);
        let spans = Spans::capture();
        let root = root();
        let request = at(&acme).as_user(&user).to_request();
        send(&app, request).instrument(root).await;
        let root = spans.one("root");
        assert_eq!(root.recorded_twice, Vec::<&str>::new(), "{role}");
        assert_eq!(root.field("enduser.pseudo.id").len(), 22);
    }
}

#[actix_web::test]
async fn a_denied_member_is_recorded_with_the_roles_that_were_not_enough() {
    let (auth, acme) = (propel_auth(), TestOrg::new("Acme Inc"));
    let spans = Spans::capture();
    ask(&auth, at(&acme).as_user(&alice().in_org(&acme, "Member"))).await;
    let root = spans.one("root");
    assert_eq!(root.field("user.roles"), r#"["Member"]"#);
    assert_eq!(root.field("propelauth.org.id"), acme.org_id().as_str());
    assert_eq!(root.field("enduser.pseudo.id").len(), 22);
}

#[actix_web::test]
async fn without_a_guard_the_active_organization_is_recorded() {
    let (auth, acme) = (propel_auth(), TestOrg::new("Acme Inc"));
    let in_acme = alice().in_org(&acme, "Member");
    for (user, org) in [
        (in_acme.clone(), ""),
        (in_acme.active_org(&acme), acme.org_id().as_str()),
    ] {
        let spans = Spans::capture();
        ask(&auth, TestRequest::get().as_user(&user)).await;
        assert_eq!(spans.one("root").field("propelauth.org.id"), org);
    }
}

/// Returns the fields about the user in the root span.
async fn user_fields(builder: PropelAuthBuilder, user: &TestUser) -> [String; 3] {
    let auth = builder.build().unwrap();
    let spans = Spans::capture();
    ask(&auth, TestRequest::get().as_user(user)).await;
    let root = spans.one("root");
    ["enduser.pseudo.id", "enduser.id", "user.roles"].map(|name| root.field(name).to_owned())
}

#[actix_web::test]
async fn the_builder_chooses_between_a_pseudonym_the_id_and_nothing() {
    let acme = TestOrg::new("Acme Inc");
    let alice = alice().in_org(&acme, "Admin").active_org(&acme);
    let bob = TestUser::new("bob@example.com");
    let with = |key: &str| propel_auth_builder().pseudonym_key(key);
    let (key, other_key) = ("a key for this test", "another one for it");

    let [pseudonym, id, roles] = user_fields(with(key), &alice).await;
    assert_eq!((&*id, &*roles), ("", r#"["Admin"]"#));
    assert_eq!(user_fields(with(key), &alice).await[0], pseudonym);
    assert_ne!(user_fields(with(key), &bob).await[0], pseudonym);
    assert_ne!(user_fields(with(other_key), &alice).await[0], pseudonym);
    let by_default = user_fields(propel_auth_builder(), &alice).await;
    assert_eq!(by_default[0].len(), 22);
    assert_ne!(by_default[0], pseudonym);

    let by_id = propel_auth_builder().user_in_spans(UserInSpans::Id);
    let [pseudonym, id, roles] = user_fields(by_id, &alice).await;
    assert_eq!(id, alice.user_id().as_str());
    assert_eq!((&*pseudonym, &*roles), ("", r#"["Admin"]"#));

    let not_at_all = propel_auth_builder().user_in_spans(UserInSpans::Nothing);
    assert_eq!(user_fields(not_at_all, &alice).await, ["", "", ""]);
}

#[test]
fn a_short_key_of_pseudonyms_is_an_error_of_the_settings() {
    let error = propel_auth_builder().pseudonym_key("guess me").build();
    let error = error.unwrap_err().to_string();
    assert!(error.contains("pseudonym_key"), "{error}");
    assert!(!error.contains("guess me"), "{error}");
}

#[actix_web::test]
async fn a_call_has_a_span_with_one_for_each_attempt() {
    let (_emulator, auth) = world::start().await;
    let spans = Spans::capture();
    let user = auth.user().create_user("carol@example.com").await.unwrap();
    let call = spans.one("propelauth.call");
    assert_eq!(call.level, Level::INFO);
    assert_eq!(call.field("propelauth.operation"), "create_user");
    assert_eq!(call.field("propelauth.attempts"), "1");
    assert_eq!(call.field("error.type"), "");

    let request = spans.one("propelauth.request");
    assert_eq!(request.parent, Some("propelauth.call"));
    for (name, value) in [
        ("otel.kind", "client"),
        ("otel.name", "POST /api/backend/v1/user/"),
        ("http.request.method", "POST"),
        ("url.template", "/api/backend/v1/user/"),
        ("server.address", "127.0.0.1"),
        ("http.response.status_code", "200"),
        ("http.request.resend_count", ""),
        ("error.type", ""),
        ("otel.status_code", ""),
    ] {
        assert_eq!(request.field(name), value, "{name}");
    }
    assert!(request.field("server.port").parse::<u16>().unwrap() > 0);
    let id = user.user_id.as_str();
    assert!(spans.values().iter().all(|value| !value.contains(id)));
}

#[actix_web::test]
async fn a_refused_call_has_the_status_and_the_code_of_the_error() {
    let (_emulator, auth) = world::start().await;
    let spans = Spans::capture();
    let call = auth.user().fetch_user_metadata_by_user_id(NOBODY);
    assert!(call.await.unwrap_err().is_not_found());
    let request = spans.one("propelauth.request");
    assert_eq!(request.field("http.response.status_code"), "404");
    assert_eq!(request.field("error.type"), "404");
    assert_eq!(request.field("otel.status_code"), "ERROR");
    let call = spans.one("propelauth.call");
    assert_eq!(call.field("error.type"), "not_found");
    assert_eq!(call.field("otel.status_code"), "ERROR");
}

#[actix_web::test]
async fn retries_are_numbered() {
    let builder = PropelAuth::builder("http://127.0.0.1:9", KEY)
        .emulator()
        .verifier_key(actix_web_propelauth::testing::DEV_PUBLIC_KEY_PEM);
    let auth = builder.build().unwrap();
    let spans = Spans::capture();
    auth.user()
        .fetch_user_metadata_by_user_id(NOBODY)
        .await
        .unwrap_err();
    let requests = spans.named("propelauth.request");
    let numbers: Vec<_> = requests
        .iter()
        .map(|span| span.field("http.request.resend_count"))
        .collect();
    assert_eq!(numbers, ["", "1", "2"]);
    assert!(
        requests
            .iter()
            .all(|span| span.field("error.type") == "unavailable")
    );
    assert_eq!(
        spans.one("propelauth.call").field("propelauth.attempts"),
        "3"
    );
}

#[actix_web::test]
async fn a_fetch_of_the_verifier_key_is_a_span_around_its_call() {
    let (emulator, _) = world::start().await;
    let spans = Spans::capture();
    let builder = emulator.propel_auth_builder();
    builder.fetch_and_init().await.unwrap();
    let fetch = spans.one("propelauth.fetch_verifier_key");
    assert_eq!((fetch.level, fetch.field("error.type")), (Level::INFO, ""));
    let call = spans.one("propelauth.call");
    assert_eq!(call.parent, Some("propelauth.fetch_verifier_key"));
}

/// Everything that a span or an event of this crate holds, over journeys with marked values.
#[actix_web::test]
async fn no_field_holds_a_token_a_key_or_an_email_address() {
    const EMAIL: &str = "marked-person@example.com";
    let (emulator, _) = world::start().await;
    let builder = emulator.propel_auth_builder();
    let spans = Spans::capture();
    let auth = builder
        .pseudonym_key("the marked key of pseudonyms")
        .fetch_and_init()
        .await
        .unwrap();
    let acme = emulator.create_org("Acme Inc").unwrap();
    let created = auth
        .user()
        .create_user(EMAIL)
        .password("marked-password-1")
        .await;
    let user_id = created.unwrap().user_id;
    auth.user()
        .fetch_user_metadata_by_email(EMAIL)
        .await
        .unwrap();
    auth.user().create_user(EMAIL).await.unwrap_err();
    auth.user().create_magic_link(EMAIL).await.unwrap();
    let key = auth.api_key().create_api_key().user_id(&user_id).await;
    let key = key.unwrap().api_key_token;
    auth.api_key().validate_api_key(key.expose()).await.unwrap();
    auth.org()
        .add_user_to_org(&user_id, &acme, "Member")
        .await
        .unwrap();
    let created = auth.access_token().create_access_token(&user_id, 10).await;
    let token = created.unwrap().access_token;
    let token = token.expose();
    let user = TestUser::new(EMAIL);
    let own = user.access_token();
    let expired = user.expires_in(-60).access_token();

    let mut secrets = vec![EMAIL, "marked", emulator.api_key(), key.expose()];
    for token in [token, &own, &expired] {
        secrets.extend(token.split('.').skip(1));
        let header = format!("Bearer {token}");
        for header in [&*header, &format!("{header}x"), token] {
            let app = App::new()
                .route("/", web::get().to(whoami))
                .service(
                    web::resource("/orgs/{org_id}")
                        .get(whoami)
                        .wrap(InOrg::new(org_id::path("org_id"))),
                )
                .wrap(auth.require_user());
            let app = init_service(app).await;
            for uri in ["/", &format!("/orgs/{acme}"), "/orgs/no-such-org"] {
                let request = TestRequest::with_uri(uri).insert_header((AUTHORIZATION, header));
                let root = root();
                send(&app, request.to_request()).instrument(root).await;
            }
        }
    }
    let values = spans.values();
    assert!(values.len() > 200, "{}", values.len());
    for secret in secrets {
        let leaked = values.iter().find(|value| value.contains(secret));
        assert_eq!(leaked, None, "{secret}");
    }
}
