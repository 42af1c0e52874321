//! Guards in `.wrap(…)`: on an app, a scope, a resource and a route, they enforce.

use actix_web::{
    App, Error, HttpMessage as _, HttpRequest, HttpResponse,
    body::BoxBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::AUTHORIZATION,
    middleware::{Next, from_fn},
    test::{TestRequest, init_service},
    web,
};
use actix_web_propelauth::{
    InOrg, InOrgWithAllPermissions, InOrgWithMinimumRole, InOrgWithPermission, InOrgWithRole,
    OrgMemberInfo, PropelAuthExt as _, RequiredOrg, User, UserId, org_id,
    testing::{TestOrg, TestRequestExt as _, TestUser, propel_auth},
};

use crate::fixtures::{Answer, alice, send};

async fn who_and_where(user: User, org: OrgMemberInfo) -> String {
    format!("{} in {}", user.email, org.org_name)
}

const INSIDE: &str = "alice@example.com in Acme Inc";

fn acme() -> TestOrg {
    TestOrg::new("Acme Inc").permission("Admin", "can_view_billing")
}

#[actix_web::test]
async fn a_guard_enforces_on_an_app_a_scope_a_resource_and_a_route() {
    let (auth, acme) = (propel_auth(), acme());
    let guard = || InOrgWithRole::new("Admin", org_id::query("org"));
    let handler = || web::get().to(who_and_where);
    let uri = format!("/a/b?org={}", acme.org_id());
    for place in ["app", "scope", "resource", "route"] {
        let mut answers = Vec::new();
        for request in [
            TestRequest::with_uri(&uri).as_user(&alice().in_org(&acme, "Admin")),
            TestRequest::with_uri(&uri).as_user(&alice().in_org(&acme, "Member")),
            TestRequest::with_uri(&uri).as_user(&alice()),
            TestRequest::with_uri("/a/b").as_user(&alice().in_org(&acme, "Admin")),
            TestRequest::with_uri(&uri),
            TestRequest::with_uri(&uri).insert_header((AUTHORIZATION, "Bearer x")),
        ] {
            let require = auth.require_user();
            let request = request.to_request();
            answers.push(match place {
                "app" => {
                    let app = App::new()
                        .route("/a/b", handler())
                        .wrap(guard())
                        .wrap(require);
                    send(&init_service(app).await, request).await
                }
                "scope" => {
                    let scope = web::scope("/a").wrap(guard()).route("/b", handler());
                    send(
                        &init_service(App::new().service(scope).wrap(require)).await,
                        request,
                    )
                    .await
                }
                "resource" => {
                    let resource = web::resource("/a/b").wrap(guard()).route(handler());
                    send(
                        &init_service(App::new().service(resource).wrap(require)).await,
                        request,
                    )
                    .await
                }
                // actix refuses to start with `.to` after `.wrap`, so there is one order only.
                _ => {
                    let app = App::new()
                        .route("/a/b", handler().wrap(guard()))
                        .wrap(require);
                    send(&init_service(app).await, request).await
                }
            });
        }
        let [ok, wrong_role, stranger, no_org, nobody, bad] = &answers[..] else {
            unreachable!()
        };
        ok.is_ok(INSIDE, place);
        wrong_role.is_403(place);
        stranger.is_403(place);
        no_org.is_403(place);
        nobody.is_401("", place);
        bad.is_401("invalid_token", place);
    }
}

#[actix_web::test]
#[should_panic(expected = "wrap")]
async fn a_route_wrapped_before_its_handler_is_set_does_not_start() {
    let route = web::get().wrap(InOrg::default()).to(who_and_where);
    init_service(App::new().route("/", route)).await;
}

#[actix_web::test]
async fn stacked_guards_make_one_verification_and_the_innermost_names_the_org() {
    let (auth, acme) = (propel_auth(), acme());
    let beta = TestOrg::new("Beta LLC");
    let resource = web::resource("/x")
        .wrap(InOrgWithPermission::new(
            "can_view_billing",
            org_id::query("a"),
        ))
        .wrap(InOrgWithMinimumRole::new("Member", org_id::query("a")))
        .wrap(InOrg::new(org_id::query("b")))
        .route(web::get().to(who_and_where));
    let app = App::new()
        .service(resource)
        .wrap(auth.require_user())
        .wrap(auth.optional_user());
    let app = init_service(app).await;
    let uri = format!("/x?a={}&b={}", acme.org_id(), beta.org_id());
    let user = alice().in_org(&acme, "Admin").in_org(&beta, "Member");
    let request = TestRequest::with_uri(&uri).as_user(&user).to_request();
    send(&app, request).await.is_ok(INSIDE, "both");
    assert_eq!(auth.verification_count(), 1);
    let user = alice().in_org(&acme, "Admin");
    let request = TestRequest::with_uri(&uri).as_user(&user).to_request();
    send(&app, request).await.is_403("one of them only");
    assert_eq!(auth.verification_count(), 2);
}

#[actix_web::test]
async fn the_membership_can_be_had_from_the_request_as_well() {
    async fn by_extensions(request: HttpRequest) -> String {
        let extensions = request.extensions();
        let (user, org) = (extensions.get::<User>(), extensions.get::<OrgMemberInfo>());
        format!("{} in {}", user.unwrap().email, org.unwrap().org_name)
    }
    async fn by_method(request: HttpRequest) -> String {
        let (user, org) = (request.propelauth_user(), request.propelauth_org());
        format!("{} in {}", user.unwrap().email, org.unwrap().org_name)
    }
    async fn nobody(request: HttpRequest) -> String {
        format!(
            "{:?} {:?}",
            request.propelauth_user(),
            request.propelauth_org()
        )
    }
    async fn by_service_request(
        request: ServiceRequest,
        _: Next<BoxBody>,
    ) -> Result<ServiceResponse, Error> {
        let (user, org) = (request.propelauth_user(), request.propelauth_org());
        let body = format!("{} in {}", user.unwrap().email, org.unwrap().org_name);
        Ok(request.into_response(HttpResponse::Ok().body(body)))
    }
    let (auth, acme) = (propel_auth(), acme());
    let app = App::new()
        .service(
            web::resource("/middleware/{org_id}")
                .wrap(from_fn(by_service_request))
                .wrap(InOrg::default())
                .to(nobody),
        )
        .service(
            web::resource("/extensions/{org_id}")
                .wrap(InOrg::default())
                .to(by_extensions),
        )
        .service(
            web::resource("/method/{org_id}")
                .wrap(InOrg::default())
                .to(by_method),
        )
        .route("/nobody", web::get().to(nobody))
        .wrap(auth.optional_user());
    let app = init_service(app).await;
    for path in ["extensions", "method", "middleware"] {
        let request = TestRequest::with_uri(&format!("/{path}/{}", acme.org_id()));
        let request = request.as_user(&alice().in_org(&acme, "Member"));
        send(&app, request.to_request()).await.is_ok(INSIDE, path);
    }
    let request = TestRequest::with_uri("/nobody").to_request();
    send(&app, request).await.is_ok("None None", "nobody");
}

#[actix_web::test]
async fn an_impersonated_user_can_be_told_apart() {
    // There is no guard for it: a handler asks `is_impersonated`, and can refuse.
    async fn delete_all(user: User) -> Result<String, Error> {
        if user.is_impersonated() {
            return Err(actix_web::error::ErrorForbidden("not while impersonating"));
        }
        Ok("deleted".to_owned())
    }
    let app = App::new()
        .route("/", web::get().to(delete_all))
        .wrap(propel_auth().require_user());
    let app = init_service(app).await;
    let employee = "e1a2b3c4-8a2d-4c41-8b4b-ae43ce79a492";
    let impersonated = alice().claim("impersonator_user_id", employee);
    assert_eq!(
        impersonated.user().impersonator_user_id.as_deref(),
        Some(employee)
    );
    let answer = send(&app, TestRequest::get().as_user(&impersonated).to_request()).await;
    assert_eq!(answer.status, 403, "G13");
    send(&app, TestRequest::get().as_user(&alice()).to_request())
        .await
        .is_ok("deleted", "G13");
}

#[actix_web::test]
async fn any_closure_can_say_which_org_it_is() {
    let (auth, acme) = (propel_auth(), acme());
    let member = alice().in_org(&acme, "Member");
    let (id, name) = (acme.org_id().clone(), "acme-inc".to_owned());
    let owner_of: UserId = member.user_id();
    let guards = [
        ("an id", InOrg::new(move |_| Some(id.clone())), true),
        (
            "a name",
            InOrg::new(move |_| Some(RequiredOrg::name(name.clone()))),
            true,
        ),
        ("nothing", InOrg::new(|_| None::<RequiredOrg>), false),
        (
            "neither id nor name",
            InOrg::new(|_| Some(RequiredOrg::default())),
            false,
        ),
        (
            "by the user",
            InOrg::new(move |request| {
                let user = request.user()?;
                user.orgs()
                    .next()
                    .filter(|_| user.user_id == owner_of)
                    .map(|org| org.org_id.clone())
            }),
            true,
        ),
        (
            "from the host",
            InOrg::new(|request| {
                request
                    .header("host")?
                    .split_once('.')
                    .map(|(name, _)| RequiredOrg::name(name))
            }),
            true,
        ),
    ];
    for (case, guard, passes) in guards {
        let resource = web::resource("/")
            .wrap(guard)
            .route(web::get().to(who_and_where));
        let app = init_service(App::new().service(resource).wrap(auth.require_user())).await;
        let request = TestRequest::get().insert_header(("host", "acme-inc.example.com"));
        let answer = send(&app, request.as_user(&member).to_request()).await;
        if passes {
            answer.is_ok(INSIDE, case);
        } else {
            answer.is_403(case);
        }
    }
}

/// Tells with what text making a guard panics.
fn panic_of(make: impl FnOnce() + std::panic::UnwindSafe) -> String {
    let panic = std::panic::catch_unwind(make).expect_err("it was built");
    panic.downcast_ref::<String>().cloned().unwrap_or_default()
}

#[test]
fn a_guard_that_asks_for_nothing_is_not_built() {
    let none: [&str; 0] = [];
    let by_query = || org_id::query("org");
    for text in [
        panic_of(|| drop(InOrgWithRole::new("", by_query()))),
        panic_of(|| drop(InOrgWithRole::new(" ", by_query()))),
        panic_of(|| drop(InOrgWithMinimumRole::new("", by_query()))),
        panic_of(|| drop(InOrgWithPermission::new("\t", by_query()))),
        panic_of(|| drop(InOrgWithAllPermissions::new(none, by_query()))),
        panic_of(|| drop(InOrgWithAllPermissions::new(["a", ""], by_query()))),
    ] {
        assert!(
            text.contains("was given an empty role, permission or list"),
            "G07 {text:?}"
        );
        assert!(
            text.starts_with("InOrgWith"),
            "G07 names the guard: {text:?}"
        );
    }
}

#[test]
#[should_panic(expected = "InOrgWithRole was given an empty role")]
fn an_empty_role_panics_when_the_guard_is_built() {
    let _ = InOrgWithRole::new("", org_id::active());
}

// G15, a fallback from access token to API key, waits for API keys to be accepted at all.

#[actix_web::test]
async fn a_user_of_another_org_is_told_the_same_as_a_user_of_none() {
    let (auth, acme, beta) = (propel_auth(), acme(), TestOrg::new("Beta LLC"));
    let resource = web::resource("/orgs/{org_id}")
        .wrap(InOrgWithRole::new("Owner", org_id::default()))
        .route(web::get().to(who_and_where));
    let app = init_service(App::new().service(resource).wrap(auth.require_user())).await;
    let ask = |org_id: &str, user: &TestUser| {
        TestRequest::with_uri(&format!("/orgs/{org_id}"))
            .as_user(user)
            .to_request()
    };
    let user = alice().in_org(&beta, "Member");
    let answers = [
        send(&app, ask(acme.org_id(), &user)).await,
        send(&app, ask("00000000-0000-4000-8000-000000000000", &user)).await,
        send(&app, ask(beta.org_id(), &user)).await,
        send(&app, ask("%FF", &user)).await,
    ];
    for answer in &answers {
        answer.is_403("G01");
        let headers = |answer: &Answer| format!("{:?}", answer.headers);
        assert_eq!(headers(answer), headers(&answers[0]), "G01");
    }
}
