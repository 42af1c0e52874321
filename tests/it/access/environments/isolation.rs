//! What is known of a user in one environment counts for nothing in another.

use actix_web::{
    App, HttpRequest,
    http::header::{AUTHORIZATION, HOST},
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    Environments, InOrg, OrgMemberInfo, PropelAuth, TokenSource, User,
    freshness::{Cause, Mark},
    org_id,
    testing::{HasAccessToken as _, TestOrg, TestUser},
};

use super::{EU, US, eu, token, us, whoami};
use crate::fixtures;

fn get(path: &str, host: &str, issuer: &str) -> actix_http::Request {
    TestRequest::with_uri(path)
        .insert_header((HOST, host))
        .insert_header((AUTHORIZATION, format!("Bearer {}", token(issuer))))
        .to_request()
}

#[actix_web::test]
async fn nested_middlewares_verify_for_themselves() {
    let (eu, us) = (eu(), us());
    let by_issuer = Environments::by_issuer([eu.clone(), us.clone()]).unwrap();
    let by_host =
        Environments::by_host([("eu.example", eu.clone()), ("us.example", us.clone())]).unwrap();
    let by_path =
        Environments::by_path([("/path/eu", eu.clone()), ("/path/us", us.clone())]).unwrap();
    let app = init_service(
        App::new()
            .service(
                web::scope("/eu")
                    .default_service(web::to(whoami))
                    .wrap(eu.require_user()),
            )
            .service(
                web::scope("/us")
                    .default_service(web::to(whoami))
                    .wrap(us.require_user()),
            )
            .service(
                web::scope("/host")
                    .default_service(web::to(whoami))
                    .wrap(by_host.require_user()),
            )
            .service(
                web::scope("/path")
                    .default_service(web::to(whoami))
                    .wrap(by_path.require_user()),
            )
            .wrap(by_issuer.require_user()),
    )
    .await;
    for (path, host, issuer, is_ok) in [
        ("/eu", "x", EU, true),
        ("/eu", "x", US, false),
        ("/us", "x", US, true),
        ("/us", "x", EU, false),
        ("/host", "eu.example", EU, true),
        ("/host", "eu.example", US, false),
        ("/host", "us.example", US, true),
        ("/host", "us.example", EU, false),
        ("/path/eu", "x", EU, true),
        ("/path/eu", "x", US, false),
        ("/path/us", "x", US, true),
        ("/path/us", "x", EU, false),
    ] {
        let answer = fixtures::send(&app, get(path, host, issuer)).await;
        let case = format!("{path} at {host} by {issuer}");
        if is_ok {
            let region = if issuer == EU { "eu" } else { "us" };
            answer.is_ok(&format!("alice@example.com in {region}"), &case);
        } else {
            answer.is_401("invalid_token", &case);
        }
    }
}

/// As with one handle: a middleware inside accepts what the one outside has accepted.
#[actix_web::test]
async fn by_issuer_a_middleware_inside_accepts_the_token_of_a_place_that_it_does_not_read() {
    let (eu, us) = (eu(), us());
    let by_issuer = Environments::by_issuer([eu.clone(), us.clone()]).unwrap();
    let app = init_service(
        App::new()
            .service(
                web::scope("/inside")
                    .default_service(web::to(whoami))
                    .wrap(by_issuer.require_user()),
            )
            .service(
                web::scope("/eu")
                    .default_service(web::to(whoami))
                    .wrap(eu.require_user()),
            )
            .wrap(
                by_issuer
                    .require_user()
                    .token_from(TokenSource::cookie("token")),
            ),
    )
    .await;
    let get = |path: &str, issuer: &str| {
        let cookie = ("cookie", format!("token={}", token(issuer)));
        TestRequest::with_uri(path)
            .insert_header(cookie)
            .to_request()
    };
    for (issuer, body) in [
        (EU, "alice@example.com in eu"),
        (US, "alice@example.com in us"),
    ] {
        fixtures::send(&app, get("/inside", issuer))
            .await
            .is_ok(body, issuer);
    }
    fixtures::send(&app, get("/eu", EU))
        .await
        .is_ok("alice@example.com in eu", "its own");
    fixtures::send(&app, get("/eu", US))
        .await
        .is_401("", "of another environment");
    assert_eq!((eu.verification_count(), us.verification_count()), (1, 1));
}

#[actix_web::test]
async fn a_policy_that_tolerates_a_foreign_token_sees_nobody() {
    let environments = Environments::by_host([("eu.example", eu()), ("us.example", us())]).unwrap();
    let app = super::app(environments.allow_anonymous()).await;
    let answer = fixtures::send(&app, get("/", "us.example", EU)).await;
    answer.is_ok("nobody in us", "the handle is that of the host");
}

#[actix_web::test]
async fn a_mark_of_one_environment_is_none_of_another() {
    let (eu, us) = (eu(), us());
    let environments = Environments::by_issuer([eu.clone(), us]).unwrap();
    let app = super::app(environments.require_user()).await;
    let user = environments.authenticate(&token(EU)).await.unwrap();
    eu.mark_stale(Mark::user(&user.user_id).because(Cause::UserDisabled));
    // The user has the same id in both.
    fixtures::send(&app, get("/", "x", EU))
        .await
        .is_401("invalid_token", "marked");
    fixtures::send(&app, get("/", "x", US))
        .await
        .is_ok("alice@example.com in us", "not marked");
}

#[actix_web::test]
async fn guards_and_extractors_see_the_user_of_the_environment_that_was_chosen() {
    async fn members(user: User, org: OrgMemberInfo, auth: PropelAuth, _: HttpRequest) -> String {
        format!(
            "{} as {} of {} in {}",
            user.email,
            org.user_role,
            org.org_name,
            auth.issuer()
        )
    }
    let acme = TestOrg::new("Acme Inc");
    let environments = Environments::by_host([("eu.example", eu()), ("us.example", us())]).unwrap();
    let in_org = || InOrg::new(org_id::path("org_id"));
    let guarded = web::resource("/orgs/{org_id}").get(members).wrap(in_org());
    let selected = web::resource("/selected/{org_id}").route(
        in_org()
            .path_pattern("/selected/{org_id}")
            .guard_route(web::get().to(members)),
    );
    let app = init_service(
        App::new()
            // The handle of the app data is not asked where a middleware has answered.
            .app_data(eu())
            .service(guarded)
            .service(selected)
            .wrap(environments.require_user()),
    )
    .await;
    for (issuer, host, other, role) in [
        (EU, "eu.example", "us.example", "Owner"),
        (US, "us.example", "eu.example", "Member"),
    ] {
        let alice = TestUser::new("alice@example.com")
            .issuer(issuer)
            .in_org(&acme, role);
        for path in ["orgs", "selected"] {
            let request = |host| {
                TestRequest::with_uri(&format!("/{path}/{}", acme.org_id()))
                    .insert_header((HOST, host))
                    .insert_header((AUTHORIZATION, alice.authorization_header()))
                    .to_request()
            };
            let body = format!("alice@example.com as {role} of Acme Inc in {issuer}");
            fixtures::send(&app, request(host)).await.is_ok(&body, path);
            fixtures::send(&app, request(other))
                .await
                .is_401("invalid_token", path);
        }
    }
}

#[actix_web::test]
async fn a_response_is_worded_by_the_environment_that_denied() {
    let with_realm = |issuer: &str, realm: &str| {
        let builder = actix_web_propelauth::testing::propel_auth_builder();
        builder.issuer(issuer).realm(realm).build().unwrap()
    };
    let environments = Environments::by_host([
        ("eu.example", with_realm(EU, "europe")),
        ("us.example", with_realm(US, "america")),
    ])
    .unwrap();
    async fn raises() -> Result<String, actix_web_propelauth::Denied> {
        Err(actix_web_propelauth::Unauthorized::NoCredentials.into())
    }
    let app = init_service(
        App::new()
            .route("/", web::get().to(whoami))
            .route("/raises", web::get().to(raises))
            .route("/own", web::get().to(actix_web::HttpResponse::Unauthorized))
            .wrap(environments.optional_user()),
    )
    .await;
    for (host, realm) in [("eu.example", "europe"), ("us.example", "america")] {
        let challenge = format!(r#"Bearer realm="{realm}""#);
        for path in ["/raises", "/own"] {
            let request = TestRequest::with_uri(path).insert_header((HOST, host));
            let answer = fixtures::send(&app, request.to_request()).await;
            assert_eq!(answer.challenge(), Some(challenge.as_str()), "{host}{path}");
        }
        let foreign = if host == "eu.example" { US } else { EU };
        let answer = fixtures::send(&app, get("/", host, foreign)).await;
        let challenge = format!(r#"{challenge}, error="invalid_token""#);
        assert_eq!(answer.challenge(), Some(challenge.as_str()), "{host}");
    }
}

#[actix_web::test]
async fn code_without_the_middleware_finds_the_environment_of_a_request() {
    let environments = Environments::by_host([("eu.example", eu()), ("us.example", us())]).unwrap();
    let of = |host: &str| {
        let request = TestRequest::get()
            .insert_header((HOST, host))
            .to_http_request();
        environments
            .for_request(&request)
            .map(|auth| auth.issuer().to_owned())
    };
    assert_eq!(of("us.example").unwrap(), US);
    assert_eq!(of("other.example").unwrap_err().code(), "unknown_host");
}
