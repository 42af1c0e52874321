//! Who lets a request in, and what its handler may see: `.wrap` lets in, `.guard` only chooses.

use actix_web::{
    App, HttpRequest,
    guard::{self, fn_guard},
    http::StatusCode,
    test::{TestRequest, init_service},
    web::{self, ServiceConfig},
};
use actix_web_propelauth::{
    InOrg, InOrgWithRole, OrgMemberInfo, PropelAuth, PropelAuthExt as _, User, org_id,
    testing::{TestOrg, TestRequestExt as _, TestUser, propel_auth, propel_auth_builder},
};

use crate::fixtures::{Answer, alice, send};

struct Cast {
    mine: TestOrg,
    other: TestOrg,
    victim: TestOrg,
    /// An admin of one organization, a member of another, and a stranger to the victim's.
    user: TestUser,
}

fn cast() -> Cast {
    let [mine, other, victim] = ["Mine", "Other", "Victim"].map(TestOrg::new);
    Cast {
        user: alice().in_org(&mine, "Admin").in_org(&other, "Member"),
        mine,
        other,
        victim,
    }
}

/// Says what it was given.
async fn seen(request: HttpRequest, org: Option<OrgMemberInfo>) -> String {
    let by_request = request.propelauth_org().map(|org| org.org_name.clone());
    let org = org.map(|org| org.org_name.clone());
    assert_eq!(org, by_request);
    org.unwrap_or_else(|| "no organization".to_owned())
}

/// Insists on an organization.
async fn insists(org: OrgMemberInfo) -> String {
    org.org_name.clone()
}

async fn ask(
    auth: &PropelAuth,
    configure: impl FnOnce(&mut ServiceConfig),
    request: TestRequest,
) -> Answer {
    let app = App::new().configure(configure).wrap(auth.require_user());
    send(&init_service(app).await, request.to_request()).await
}

fn by_query() -> InOrg {
    InOrg::new(org_id::query("asked"))
}

#[actix_web::test]
async fn where_the_path_is_not_known_the_query_does_not_count() {
    let (auth, cast) = (propel_auth(), cast());
    let uri = |org: &TestOrg| {
        let (victim, asked) = (org.org_id(), cast.mine.org_id());
        TestRequest::with_uri(&format!("/orgs/{victim}/billing?org_id={asked}")).as_user(&cast.user)
    };
    let billing = || web::resource("/orgs/{org_id}/billing").to(insists);
    for victim in [&cast.victim, &cast.mine, &cast.other] {
        let app = App::new().service(billing()).wrap(InOrg::default());
        let app = init_service(app.wrap(auth.require_user())).await;
        let answer = send(&app, uri(victim).to_request()).await;
        answer.is_403("around an app");
        for prefix in ["", "/orgs"] {
            let path = format!(
                "{}/billing",
                if prefix.is_empty() {
                    "/orgs/{org_id}"
                } else {
                    "/{org_id}"
                }
            );
            let scope = |app: &mut ServiceConfig| {
                let inner = web::resource(&path).to(insists);
                app.service(web::scope(prefix).service(inner).wrap(InOrg::default()));
            };
            ask(&auth, scope, uri(victim))
                .await
                .is_403("around an outer scope");
        }
        let chosen = |app: &mut ServiceConfig| {
            let route = web::get().guard(InOrg::default()).to(seen);
            app.service(web::resource("/orgs/{org_id}/billing").route(route));
        };
        ask(&auth, chosen, uri(victim))
            .await
            .is_403("in `.guard` without a pattern");
        let wrong = |app: &mut ServiceConfig| {
            let guard = InOrg::default().path_pattern("/orgs/{org_id}");
            let route = web::get().guard(guard).to(seen);
            app.service(web::resource("/orgs/{org_id}/billing").route(route));
        };
        ask(&auth, wrong, uri(victim))
            .await
            .is_403("in `.guard` with another route's pattern");
    }
}

#[actix_web::test]
async fn the_query_counts_where_the_path_is_matched_and_has_no_such_parameter() {
    let (auth, cast) = (propel_auth(), cast());
    let uri = format!("/billing?org_id={}", cast.mine.org_id());
    let request = || TestRequest::with_uri(&uri).as_user(&cast.user);
    let resource = |app: &mut ServiceConfig| {
        app.service(web::resource("/billing").wrap(InOrg::default()).to(insists));
    };
    ask(&auth, resource, request())
        .await
        .is_ok("Mine", "a resource");
    let route = |app: &mut ServiceConfig| {
        app.route("/billing", web::get().to(insists).wrap(InOrg::default()));
    };
    ask(&auth, route, request()).await.is_ok("Mine", "a route");
    let chosen = |app: &mut ServiceConfig| {
        let guard = InOrg::default().path_pattern("/billing");
        app.route("/billing", guard.guard_route(web::get().to(insists)));
    };
    ask(&auth, chosen, request())
        .await
        .is_ok("Mine", "a guarded route");
    let around = |app: &mut ServiceConfig| {
        let scope = web::scope("").wrap(InOrg::default());
        app.service(scope.service(web::resource("/billing").to(insists)));
    };
    ask(&auth, around, request())
        .await
        .is_403("a scope that has not seen the path");
}

#[actix_web::test]
async fn a_closure_can_tell_where_the_path_is_matched() {
    let (auth, cast) = (propel_auth(), cast());
    let either = || {
        InOrg::new(|request| {
            let in_path = request.path_param("id");
            if request.is_path_matched() {
                in_path.or_else(|| request.query_param("id"))
            } else {
                in_path
            }
        })
    };
    let request = |path: &str| {
        let uri = format!("{path}?id={}", cast.mine.org_id());
        TestRequest::with_uri(&uri).as_user(&cast.user)
    };
    let paths = [
        format!("/orgs/{}", cast.victim.org_id()),
        "/orgs".to_owned(),
    ];
    for (path, is_known) in paths.iter().zip([false, true]) {
        let resource = || web::resource(["/orgs/{id}", "/orgs"]);
        let inside = |app: &mut ServiceConfig| {
            app.service(resource().wrap(either()).to(insists));
        };
        let answer = ask(&auth, inside, request(path)).await;
        if is_known {
            answer.is_ok("Mine", path);
        } else {
            answer.is_403(path);
        }
        let outside = |app: &mut ServiceConfig| {
            app.service(
                web::scope("")
                    .wrap(either())
                    .service(resource().to(insists)),
            );
        };
        ask(&auth, outside, request(path)).await.is_403(path);
    }
}

#[actix_web::test]
async fn a_pattern_is_compared_with_the_path_as_actix_decodes_it() {
    let (auth, cast) = (propel_auth(), cast());
    let chosen = |app: &mut ServiceConfig| {
        let guard = InOrg::default().path_pattern("/x/{tail}*");
        let route = guard.guard_route(web::get().to(insists));
        app.service(web::resource("/x/{tail}*").route(route));
    };
    let uri = format!("/%78/y/z?org_id={}", cast.mine.org_id());
    let request = TestRequest::with_uri(&uri).as_user(&cast.user);
    ask(&auth, chosen, request).await.is_ok("Mine", "%78 is x");
}

// actix-web's introspection, which `audit` turns on, compiles such a pattern and panics.
#[cfg(not(feature = "audit"))]
#[actix_web::test]
async fn a_name_that_a_path_has_twice_breaks_nothing() {
    let (auth, cast) = (propel_auth(), cast());
    let twice = |app: &mut ServiceConfig| {
        let route = web::get().guard(by_query()).to(seen);
        let inner = web::resource("/{org_id}/{id}").route(route);
        app.service(web::scope("/{id}").service(inner));
    };
    for path in ["/a/b/c", "/a/b/c/d", "/a", "/a/b"] {
        let request = || TestRequest::with_uri(path);
        let answer = ask(&auth, twice, request().as_user(&cast.user)).await;
        assert!(
            [403, 404].contains(&answer.status.as_u16()),
            "{path} {answer:?}"
        );
        ask(&auth, twice, request()).await.is_401("", path);
    }
}

/// Ways in which a guard of ours says yes and its route is not taken after all.
fn abandoned() -> Vec<(&'static str, actix_web::Route)> {
    vec![
        (
            "another guard of actix",
            web::get().guard(by_query()).guard(guard::Header("x", "y")),
        ),
        (
            "a closure",
            web::get().guard(by_query()).guard(fn_guard(|_| false)),
        ),
        (
            "a stricter guard of ours",
            web::get()
                .guard(by_query())
                .guard(InOrgWithRole::new("Owner", org_id::query("asked"))),
        ),
        ("not", web::get().guard(guard::Not(by_query()))),
        (
            "all",
            web::get().guard(guard::All(by_query()).and(fn_guard(|_| false))),
        ),
        (
            "another method",
            web::route().guard(by_query()).guard(guard::Post()),
        ),
    ]
}

#[actix_web::test]
async fn what_was_merely_asked_about_is_seen_by_no_handler() {
    let (auth, cast) = (propel_auth(), cast());
    let request = || {
        let uri = format!(
            "/orgs/{}/x?asked={}",
            cast.other.org_id(),
            cast.mine.org_id()
        );
        TestRequest::with_uri(&uri).as_user(&cast.user)
    };
    for index in 0..abandoned().len() {
        let (case, _) = abandoned().swap_remove(index);
        let first = || abandoned().swap_remove(index).1.to(seen);
        let path = "/orgs/{org_id}/x";

        let unguarded = |app: &mut ServiceConfig| {
            app.service(
                web::resource(path)
                    .route(first())
                    .route(web::get().to(seen)),
            );
        };
        ask(&auth, unguarded, request())
            .await
            .is_ok("no organization", case);
        let on_app = |app: &mut ServiceConfig| {
            app.route(path, first());
            app.route(path, web::get().to(insists));
        };
        let answer = ask(&auth, on_app, request()).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{case}");

        let around = |app: &mut ServiceConfig| {
            let resource = web::resource("/x")
                .route(first())
                .route(web::get().to(insists));
            let scope = web::scope("/orgs/{org_id}").wrap(InOrg::new(org_id::path("org_id")));
            app.service(scope.service(resource));
        };
        ask(&auth, around, request()).await.is_ok("Other", case);
        let own = |app: &mut ServiceConfig| {
            let second = web::get()
                .to(insists)
                .wrap(InOrg::new(org_id::path("org_id")));
            app.service(web::resource(path).route(first()).route(second));
        };
        ask(&auth, own, request()).await.is_ok("Other", case);
    }
}

#[actix_web::test]
async fn a_guard_that_chose_grants_nothing_and_guard_route_does_both() {
    let (auth, cast) = (propel_auth(), cast());
    let request = || {
        let uri = format!(
            "/orgs/{}/x?asked={}",
            cast.other.org_id(),
            cast.mine.org_id()
        );
        TestRequest::with_uri(&uri).as_user(&cast.user)
    };
    let path = "/orgs/{org_id}/x";
    let chosen = |app: &mut ServiceConfig| {
        app.route(path, web::get().guard(by_query()).to(seen));
    };
    ask(&auth, chosen, request())
        .await
        .is_ok("no organization", ".guard");
    let chosen_inside = |app: &mut ServiceConfig| {
        let resource = web::resource(path).wrap(InOrg::new(org_id::path("org_id")));
        app.service(resource.route(web::get().guard(by_query()).to(insists)));
    };
    ask(&auth, chosen_inside, request())
        .await
        .is_ok("Other", "what `.wrap` checked");
    let both = |app: &mut ServiceConfig| {
        let resource = web::resource(path).wrap(InOrg::new(org_id::path("org_id")));
        app.service(resource.route(by_query().guard_route(web::get().to(insists))));
    };
    ask(&auth, both, request())
        .await
        .is_ok("Mine", "the innermost `.wrap`");
}

/// Two projects, told apart by their issuers, and a user of each.
struct Projects {
    a: PropelAuth,
    b: PropelAuth,
}

fn projects() -> Projects {
    let of = |issuer: &str| propel_auth_builder().issuer(issuer).build().unwrap();
    Projects {
        a: propel_auth(),
        b: of("https://auth.b.propelauth.test"),
    }
}

async fn both(user: Option<User>, request: HttpRequest) -> String {
    let org = request.propelauth_org().map(|org| org.org_name.clone());
    format!("{} {}", user.is_some(), org.as_deref().unwrap_or("-"))
}

#[actix_web::test]
async fn the_middleware_of_another_project_leaves_no_organization_behind() {
    let Projects { a, b } = projects();
    let cast = cast();
    let request = || {
        let uri = format!("/orgs/{}/x", cast.mine.org_id());
        TestRequest::with_uri(&uri).as_user(&cast.user).to_request()
    };
    let guarded = |inner: actix_web_propelauth::Authentication| {
        let scope = web::scope("/orgs/{org_id}").service(web::resource("/x").wrap(inner).to(both));
        App::new()
            .service(scope.wrap(InOrg::default()))
            .wrap(a.require_user())
    };
    let same = init_service(guarded(a.require_user())).await;
    send(&same, request())
        .await
        .is_ok("true Mine", "the same project twice");
    let other = init_service(guarded(b.allow_anonymous())).await;
    send(&other, request())
        .await
        .is_ok("false -", "another project");
    let other = init_service(guarded(b.require_user())).await;
    send(&other, request())
        .await
        .is_401("invalid_token", "another project");

    // The token speaks for the same person there, and still the organization is not that project's.
    let also = propel_auth();
    let other = init_service(guarded(also.require_user())).await;
    send(&other, request())
        .await
        .is_ok("true -", "another project that accepts the token");

    // A guard is for the project of the nearest middleware.
    let app = App::new()
        .service(
            web::resource("/orgs/{org_id}/x")
                .wrap(InOrg::default())
                .wrap(b.allow_anonymous())
                .to(both),
        )
        .wrap(a.require_user());
    let answer = send(&init_service(app).await, request()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{answer:?}");
}

#[actix_web::test]
async fn the_nearest_handle_in_the_app_data_is_asked_where_no_middleware_is() {
    let Projects { a, b } = projects();
    let cast = cast();
    let request = || {
        let uri = format!("/orgs/{}/x", cast.mine.org_id());
        TestRequest::with_uri(&uri).as_user(&cast.user).to_request()
    };
    let app = |inner: &PropelAuth| {
        let resource = web::resource("/x")
            .app_data(inner.clone())
            .wrap(InOrg::default())
            .to(both);
        let scope = web::scope("/orgs/{org_id}")
            .wrap(InOrg::default())
            .service(resource);
        App::new().app_data(a.clone()).service(scope)
    };
    send(&init_service(app(&a)).await, request())
        .await
        .is_ok("true Mine", "the same project");
    send(&init_service(app(&b)).await, request())
        .await
        .is_401("invalid_token", "another project");
}

#[actix_web::test]
async fn actix_asks_no_guard_of_a_default_service_and_wrap_protects_it() {
    let (auth, cast) = (propel_auth(), cast());
    let request =
        || TestRequest::with_uri(&format!("/?asked={}", cast.victim.org_id())).as_user(&cast.user);
    let chosen = |app: &mut ServiceConfig| {
        app.default_service(web::route().guard(by_query()).to(seen));
    };
    ask(&auth, chosen, request())
        .await
        .is_ok("no organization", "as documented");
    let protected = |app: &mut ServiceConfig| {
        app.default_service(web::route().to(seen).wrap(by_query()));
    };
    ask(&auth, protected, request())
        .await
        .is_403("as documented");
}

#[actix_web::test]
async fn a_route_that_was_chosen_and_wrapped_verifies_once() {
    let (auth, cast) = (
        propel_auth_builder().token_cache_bytes(0).build().unwrap(),
        cast(),
    );
    let guard = InOrgWithRole::new("Admin", org_id::query("asked"));
    let app = App::new()
        .app_data(auth.clone())
        .route("/", guard.guard_route(web::get().to(insists)));
    let uri = format!("/?asked={}", cast.mine.org_id());
    let request = TestRequest::with_uri(&uri).as_user(&cast.user).to_request();
    send(&init_service(app).await, request)
        .await
        .is_ok("Mine", "app data");
    assert_eq!(auth.verification_count(), 1);
}

#[actix_web::test]
async fn what_a_guard_found_while_routing_is_for_its_own_project_alone() {
    let Projects { a, b } = projects();
    let cast = cast();
    let resource = web::resource("")
        .app_data(b)
        .to(|user: User| async move { user.email.clone() });
    let scope = web::scope("/x").guard(by_query()).service(resource);
    let app = App::new().app_data(a).service(scope);
    let uri = format!("/x?asked={}", cast.mine.org_id());
    let request = TestRequest::with_uri(&uri).as_user(&cast.user).to_request();
    let answer = send(&init_service(app).await, request).await;
    answer.is_401("invalid_token", "the handle nearest to the handler");
}
