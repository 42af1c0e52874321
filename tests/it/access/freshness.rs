//! Marks: tokens that were issued before a change do not speak.

use actix_web::{
    App, HttpResponse,
    http::{StatusCode, header::WWW_AUTHENTICATE},
    test::{TestRequest, call_service, init_service},
    web,
};
use actix_web_propelauth::{
    Denied, InOrg, InOrgWithRole, InvalidToken, PropelAuth, RequiredOrg, Requirement, Unauthorized,
    User,
    freshness::{Cause, Mark, Subject},
    org_id,
    testing::{
        HasAccessToken as _, TestClock, TestOrg, TestRequestExt as _, TestUser, propel_auth_builder,
    },
};

fn auth() -> PropelAuth {
    propel_auth_builder().build().unwrap()
}

/// Returns the cause of a denial that is about staleness.
fn stale<T>(result: Result<T, Denied>) -> Option<Cause> {
    match result.err()? {
        Denied::Unauthorized(Unauthorized::InvalidToken(InvalidToken::Stale(cause))) => Some(cause),
        other => panic!("{other:?}"),
    }
}

#[actix_web::test]
async fn a_marked_user_is_denied_with_401_until_the_token_is_refreshed() {
    let auth = auth();
    let app = init_service(
        App::new()
            .route("/", web::get().to(async |_: User| HttpResponse::Ok()))
            .wrap(auth.require_user()),
    )
    .await;
    let clock = TestClock::new();
    let alice = TestUser::new("alice@example.com").clock(&clock);
    let bob = TestUser::new("bob@example.com");
    let token = alice.authorization_header();
    let get = |header: &str| {
        let header = ("authorization", header.to_owned());
        TestRequest::get().insert_header(header).to_request()
    };
    // The second request finds the token in the cache.
    for _ in 0..2 {
        assert_eq!(
            call_service(&app, get(&token)).await.status(),
            StatusCode::OK
        );
    }
    auth.mark_stale(Mark::user(&alice.user_id()).because(Cause::UserDisabled));
    for _ in 0..2 {
        let response = call_service(&app, get(&token)).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        let challenge = response.headers().get(WWW_AUTHENTICATE).unwrap();
        assert!(
            challenge
                .to_str()
                .unwrap()
                .contains("error=\"invalid_token\"")
        );
    }
    let other = TestRequest::get().as_user(&bob).to_request();
    assert_eq!(call_service(&app, other).await.status(), StatusCode::OK);
    // A token of the next second is from after it.
    clock.advance(std::time::Duration::from_secs(1));
    let refreshed = alice.authorization_header();
    assert_eq!(
        call_service(&app, get(&refreshed)).await.status(),
        StatusCode::OK
    );
}

#[test]
fn a_token_that_was_never_seen_before_is_just_as_stale() {
    for cache in [0, 16 * 1024 * 1024] {
        let auth = propel_auth_builder()
            .token_cache_bytes(cache)
            .build()
            .unwrap();
        // Every token is of this second, whatever the machine does meanwhile.
        let alice = TestUser::new("alice@example.com").clock(&TestClock::new());
        auth.mark_stale(Mark::user(&alice.user_id()));
        for _ in 0..2 {
            let header = alice.authorization_header();
            let result = auth.validate_access_token_and_get_user(header.as_str());
            assert_eq!(stale(result), Some(Cause::ByHand));
        }
    }
}

#[test]
fn the_second_of_the_mark_is_before_and_a_token_without_a_time_is_too() {
    let auth = auth();
    let alice = TestUser::new("alice@example.com");
    auth.mark_stale(Mark::user(&alice.user_id()).at(1_800_000_000));
    let validate = |user: &TestUser| {
        let header = user.authorization_header();
        stale(auth.validate_access_token_and_get_user(header.as_str()))
    };
    let issued_at = |at: i64| alice.clone().claim("iat", at);
    assert!(validate(&issued_at(1_799_999_999)).is_some());
    assert!(validate(&issued_at(1_800_000_000)).is_some());
    assert!(validate(&issued_at(1_800_000_001)).is_none());
    assert!(validate(&alice.clone().without_claim("iat")).is_some());
}

#[actix_web::test]
async fn a_marked_membership_is_gone_and_the_others_stay() {
    let auth = auth();
    let (acme, beta) = (TestOrg::new("Acme"), TestOrg::new("Beta"));
    // Every request of this second, whatever the machine does meanwhile.
    let alice = TestUser::new("alice@example.com")
        .clock(&TestClock::new())
        .in_org(&acme, "Admin")
        .in_org(&beta, "Admin");
    let service = web::resource("/orgs/{org_id}")
        .get(async |user: User| user.orgs().len().to_string())
        .wrap(InOrgWithRole::new("Admin", org_id::path("org_id")));
    let app = init_service(App::new().service(service).wrap(auth.require_user())).await;
    let get = |org: &TestOrg| {
        let uri = format!("/orgs/{}", org.org_id());
        TestRequest::get().uri(&uri).as_user(&alice).to_request()
    };
    assert_eq!(
        call_service(&app, get(&acme)).await.status(),
        StatusCode::OK
    );
    auth.mark_stale(Mark::member(&alice.user_id(), acme.org_id()).because(Cause::RoleChanged));
    for _ in 0..2 {
        let response = call_service(&app, get(&acme)).await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        let response = call_service(&app, get(&beta)).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(actix_web::test::read_body(response).await, "1");
    }
    // By its name, the organization is the same.
    let header = alice.authorization_header();
    let by_name = RequiredOrg::name("acme");
    let result = auth.validate(header.as_str(), by_name, &Requirement::member());
    assert_eq!(stale(result), Some(Cause::RoleChanged));
    // A mark of the organization is one of every member.
    auth.mark_stale(Mark::org(beta.org_id()).because(Cause::OrgDeleted));
    assert_eq!(
        call_service(&app, get(&beta)).await.status(),
        StatusCode::UNAUTHORIZED
    );
}

#[actix_web::test]
async fn a_user_who_has_just_joined_is_asked_to_refresh_and_a_stranger_is_forbidden() {
    let auth = auth();
    let (acme, beta) = (TestOrg::new("Acme"), TestOrg::new("Beta"));
    let alice = TestUser::new("alice@example.com").clock(&TestClock::new());
    let service = web::resource("/orgs/{org_id}")
        .get(HttpResponse::Ok)
        .wrap(InOrg::new(org_id::path("org_id")));
    let app = init_service(App::new().service(service).wrap(auth.require_user())).await;
    auth.mark_stale(Mark::member(&alice.user_id(), acme.org_id()).because(Cause::AddedToOrg));
    for (org, status) in [
        (&acme, StatusCode::UNAUTHORIZED),
        (&beta, StatusCode::FORBIDDEN),
    ] {
        let uri = format!("/orgs/{}", org.org_id());
        let request = TestRequest::get().uri(&uri).as_user(&alice).to_request();
        assert_eq!(call_service(&app, request).await.status(), status);
    }
}

#[test]
fn a_token_of_one_organization_is_stale_with_it() {
    let auth = auth();
    let (acme, beta) = (TestOrg::new("Acme"), TestOrg::new("Beta"));
    let alice = TestUser::new("alice@example.com")
        .clock(&TestClock::new())
        .in_org(&acme, "Admin")
        .in_org(&beta, "Admin");
    auth.mark_stale(Mark::member(&alice.user_id(), acme.org_id()));
    let of_acme = alice.clone().active_org(&acme).authorization_header();
    let of_beta = alice.active_org(&beta).authorization_header();
    assert!(stale(auth.validate_access_token_and_get_user(of_acme.as_str())).is_some());
    assert!(
        auth.validate_access_token_and_get_user(of_beta.as_str())
            .is_ok()
    );
}

#[test]
fn a_mark_of_everyone_is_about_every_token_of_this_handle() {
    let (auth, other) = (auth(), auth());
    let header = TestUser::new("alice@example.com").authorization_header();
    auth.mark_stale(Subject::Everyone);
    assert!(stale(auth.validate_access_token_and_get_user(header.as_str())).is_some());
    assert!(
        other
            .validate_access_token_and_get_user(header.as_str())
            .is_ok()
    );
}

#[test]
fn marks_of_keys_are_not_about_tokens() {
    let auth = auth();
    let alice = TestUser::new("alice@example.com");
    auth.mark_stale(Mark::keys_of_user(&alice.user_id()));
    auth.mark_stale(Mark::all_keys());
    let header = alice.authorization_header();
    assert!(
        auth.validate_access_token_and_get_user(header.as_str())
            .is_ok()
    );
}

#[test]
fn a_mark_is_set_by_the_clock_of_the_handle() {
    let clock = TestClock::new();
    let auth = propel_auth_builder().clock(clock.to_fn()).build().unwrap();
    clock.advance(std::time::Duration::from_secs(3600));
    let alice = TestUser::new("alice@example.com").clock(&clock);
    let header = alice.authorization_header();
    auth.mark_stale(Mark::user(&alice.user_id()));
    assert!(stale(auth.validate_access_token_and_get_user(header.as_str())).is_some());
}

#[test]
fn a_lifetime_of_nothing_is_an_error() {
    let builder = propel_auth_builder().token_lifetime(std::time::Duration::ZERO);
    assert!(
        builder
            .build()
            .unwrap_err()
            .to_string()
            .contains("token_lifetime")
    );
}
