//! Middleware inside of middleware: the strictest decides.

use actix_web::{
    App, HttpRequest,
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    ApiKeys, Authentication, Denied, InOrg, OptionalUser, Principal, PropelAuth,
    PropelAuthExt as _, Requirement, TokenSource, UserId,
    api::{ImportApiKey, StepUpGrantType, VerifyStepUpTotpChallengeArgs},
    org_id,
    testing::TestRequestExt as _,
};

use super::World;
use crate::fixtures::send;

async fn caller(caller: Option<Principal>) -> String {
    match caller {
        Some(caller) => caller
            .user()
            .map_or("an org".to_owned(), |user| user.email.clone()),
        None => "none".to_owned(),
    }
}

async fn maybe(user: OptionalUser) -> &'static str {
    if user.is_some() { "a user" } else { "none" }
}

/// Answers for a route inside of both.
async fn answer(
    outer: Authentication,
    inner: Authentication,
    path: &str,
    text: &str,
) -> Result<String, u16> {
    let scope = web::scope("/in")
        .route("/caller", web::get().to(caller))
        .route("/maybe", web::get().to(maybe))
        .wrap(inner);
    let app = init_service(App::new().service(scope).wrap(outer)).await;
    let request = TestRequest::get().uri(path).as_user(&text);
    let answer = send(&app, request.to_request()).await;
    match answer.status.as_u16() {
        200 => Ok(answer.body),
        status => Err(status),
    }
}

#[actix_web::test]
async fn a_middleware_inside_without_the_opt_in_accepts_no_key() {
    let world = World::new().await;
    let auth = &world.auth;
    let keys = |auth: &PropelAuth| auth.require_user().accept_api_keys(ApiKeys::new());
    let alice = Ok("alice@example.com".to_owned());
    let (caller, maybe) = ("/in/caller", "/in/maybe");
    for (outer, inner, path, expected) in [
        (keys(auth), keys(auth), caller, alice.clone()),
        (keys(auth), auth.require_user(), caller, Err(401)),
        (keys(auth), auth.optional_user(), caller, Err(401)),
        (
            keys(auth),
            auth.allow_anonymous(),
            caller,
            Ok("none".to_owned()),
        ),
        (
            keys(auth),
            auth.allow_anonymous(),
            maybe,
            Ok("none".to_owned()),
        ),
        (auth.require_user(), keys(auth), caller, Err(401)),
        (auth.optional_user(), keys(auth), caller, Err(401)),
        // The one outside lets everyone pass, and the one inside decides.
        (auth.allow_anonymous(), keys(auth), caller, alice.clone()),
        (
            auth.allow_anonymous().accept_api_keys(ApiKeys::new()),
            keys(auth),
            caller,
            alice,
        ),
    ] {
        let name = format!("{outer:?} {inner:?} {path}");
        let found = answer(outer, inner, path, world.personal.text()).await;
        assert_eq!(found, expected, "{name}");
    }
}

#[actix_web::test]
async fn a_token_passes_through_both() {
    let world = World::new().await;
    let token = world.alice.log_in().unwrap();
    let keys = |auth: &PropelAuth| auth.require_user().accept_api_keys(ApiKeys::new());
    for (outer, inner) in [
        (keys(&world.auth), world.auth.require_user()),
        (world.auth.require_user(), keys(&world.auth)),
    ] {
        let found = answer(outer, inner, "/in/caller", &token).await;
        assert_eq!(found, Ok("alice@example.com".to_owned()));
    }
    assert_eq!(world.auth.verification_count(), 1);
}

#[actix_web::test]
async fn imported_keys_pass_only_where_both_accept_them() {
    let world = World::new().await;
    let import = ImportApiKey::new("imported-key").user_id(&world.alice);
    world.emulator.import_api_key(import).unwrap();
    let native = || world.auth.require_user().accept_api_keys(ApiKeys::new());
    let both = || {
        let keys = ApiKeys::new().validate_imported();
        world.auth.require_user().accept_api_keys(keys)
    };
    for (outer, inner, expected) in [
        (both(), both(), Ok("alice@example.com".to_owned())),
        (both(), native(), Err(401)),
        (native(), both(), Err(401)),
    ] {
        let found = answer(outer, inner, "/in/caller", "imported-key").await;
        assert_eq!(found, expected);
    }
}

#[actix_web::test]
async fn a_key_of_one_project_is_asked_about_in_that_project_only() {
    let (world, other) = (World::new().await, World::new().await);
    let keys = |auth: &PropelAuth| auth.require_user().accept_api_keys(ApiKeys::new());
    let found = answer(
        keys(&world.auth),
        keys(&other.auth),
        "/in/caller",
        world.personal.text(),
    );
    // Emulators create the same keys only if they have the same seed of ids.
    let is_same = world.personal.text() == other.personal.text();
    assert_eq!(
        found.await,
        if is_same {
            Ok("alice@example.com".to_owned())
        } else {
            Err(401)
        }
    );
    assert_eq!((world.asked(), other.asked()), (1, 1));
}

/// A program has no second factor, so that a grant of the key's user does not help.
#[actix_web::test]
async fn a_key_with_a_grant_of_its_user_meets_no_step_up() {
    let world = World::new().await;
    let (auth, alice) = (&world.auth, &world.alice);
    world.emulator.set_up_totp(alice.id()).unwrap();
    let args = VerifyStepUpTotpChallengeArgs {
        action_type: "PAY".to_owned(),
        user_id: UserId::clone(alice.id()),
        code: world.emulator.totp_code(alice.id()).unwrap().into(),
        grant_type: StepUpGrantType::TimeBased,
        valid_for_seconds: 600,
    };
    let created = auth.mfa().verify_step_up_totp_challenge(args).await;
    let grant = created.unwrap().step_up_grant.expose().to_owned();
    let pay = web::resource("/pay")
        .wrap(auth.require_step_up("PAY"))
        .get(async || "paid");
    let keys = auth.require_user().accept_api_keys(ApiKeys::new());
    let app = init_service(App::new().service(pay).wrap(keys)).await;
    let request = || {
        TestRequest::get()
            .uri("/pay")
            .insert_header(("x-step-up-grant", grant.as_str()))
    };
    for key in [&world.personal, &world.member, &world.org] {
        let answer = send(&app, request().as_user(&key.text()).to_request()).await;
        answer.is_403("a key");
    }
    let answer = send(&app, request().as_user(alice).to_request()).await;
    assert_eq!(answer.status, 200);
}

/// The same in a requirement, and an alternative is open to them.
#[actix_web::test]
async fn a_key_meets_a_requirement_with_a_grant_only_by_its_alternative() {
    let world = World::new().await;
    let by_path = || org_id::path("org_id");
    let step_up = || Requirement::step_up("PAY");
    let routes = [
        ("grant", step_up()),
        ("admin", step_up().or(Requirement::role("Admin"))),
        ("member", step_up().or(Requirement::member())),
    ];
    let mut app = App::new();
    for (name, requirement) in routes {
        let guard = InOrg::new(by_path()).and(requirement);
        let resource = web::resource(format!("/{{org_id}}/{name}")).wrap(guard);
        app = app.service(resource.get(async || "paid"));
    }
    let handler = async |caller: Principal, request: HttpRequest| -> Result<&'static str, Denied> {
        caller.verify_step_up("PAY", &request).await?;
        Ok("paid")
    };
    let app = app.route("/{org_id}/handler", web::get().to(handler));
    let keys = world.auth.require_user().accept_api_keys(ApiKeys::new());
    let app = init_service(app.wrap(keys)).await;
    for (key, statuses) in [
        (&world.personal, [403, 200, 200, 403]),
        (&world.member, [403, 200, 200, 403]),
        (&world.org, [403, 403, 200, 403]),
    ] {
        let mut found = Vec::new();
        for route in ["grant", "admin", "member", "handler"] {
            let request = TestRequest::get()
                .uri(&format!("/{}/{route}", world.acme))
                .insert_header(("x-step-up-grant", "a-grant"));
            let answer = send(&app, request.as_user(&key.text()).to_request()).await;
            found.push(answer.status.as_u16());
        }
        assert_eq!(found, statuses);
    }
    let asked = world.emulator.requests();
    assert!(asked.iter().all(|it| !it.path.contains("/mfa/")));
}

async fn caller_and_org(request: HttpRequest) -> String {
    let user = request.propelauth_user().map(|user| user.email.clone());
    let org = request.propelauth_org().map(|org| org.org_name.clone());
    format!("{user:?} {org:?}")
}

#[actix_web::test]
async fn the_organization_of_a_key_is_not_that_of_another_caller_inside() {
    let world = World::new().await;
    let acme = world.acme.clone();
    let key = ApiKeys::new().header("X-Api-Key");
    let resource = web::resource("/")
        .get(caller_and_org)
        .wrap(
            world
                .auth
                .require_user()
                .token_from(TokenSource::cookie("token")),
        )
        .wrap(InOrg::new(move |_: &org_id::OrgRequest<'_>| {
            Some(acme.clone())
        }))
        .wrap(world.auth.require_user().accept_api_keys(key));
    let app = init_service(App::new().service(resource)).await;
    let bob = world.emulator.create_user("bob@example.com").unwrap();
    let token = bob.log_in().unwrap();
    let request = TestRequest::get()
        .insert_header(("x-api-key", world.org.text()))
        .insert_header(("cookie", format!("token={token}")));
    let answer = send(&app, request.to_request()).await;
    answer.is_ok(r#"Some("bob@example.com") None"#, "the key is Acme's");
}
