//! What each kind of test user is to a service: the variants of a token, and why each is denied.

use actix_web::{App, HttpResponse, test, web};
use actix_web_propelauth::{
    Denied, InOrg, InvalidToken, OrgMemberInfo, Unauthorized, User, org_id,
};

use crate::testing::{
    HasAccessToken, TestClock, TestOrg, TestRequestExt as _, TestUser, propel_auth,
    propel_auth_builder,
};

fn denied(caller: &impl HasAccessToken) -> InvalidToken {
    let header = caller.authorization_header();
    match propel_auth().validate_access_token_and_get_user(header.as_str()) {
        Err(Denied::Unauthorized(Unauthorized::InvalidToken(reason))) => reason,
        other => panic!("{other:?}"),
    }
}

#[actix_web::test]
async fn each_variant_of_a_token_is_denied_for_its_own_reason() {
    let alice = TestUser::new("alice@example.com");
    assert_eq!(denied(&alice.clone().expired()), InvalidToken::Expired);
    assert_eq!(denied(&alice.clone().expires_in(-1)), InvalidToken::Expired);
    assert_eq!(denied(&alice.clone().expires_in(0)), InvalidToken::Expired);
    assert_eq!(
        denied(&alice.clone().not_yet_valid()),
        InvalidToken::NotYetValid
    );
    assert_eq!(denied(&alice.clone().forged()), InvalidToken::Signature);
    let other = denied(&alice.clone().issuer("https://auth.another.example"));
    assert!(matches!(other, InvalidToken::Issuer { .. }), "{other:?}");
    for claim in ["iss", "exp", "user_id"] {
        let reason = denied(&alice.clone().without_claim(claim));
        assert!(reason.to_string().contains(claim), "{claim}: {reason}");
    }
    let text = denied(&"not.a.token");
    assert!(!text.to_string().is_empty());
    assert!(
        alice.user().email == "alice@example.com",
        "the user is as before"
    );
}

#[actix_web::test]
async fn a_variant_is_wrong_in_one_way_only() {
    let alice = TestUser::new("alice@example.com");
    // With the clock two hours later or earlier, the same tokens are valid.
    for (caller, clock_is_ahead) in [
        (alice.clone().expired(), -2 * 60 * 60 - 60),
        (alice.clone().not_yet_valid(), 2 * 60 * 60 + 60),
    ] {
        let clock = TestClock::new();
        clock.freeze(clock.now() + clock_is_ahead);
        let auth = propel_auth_builder().clock(clock.to_fn()).build().unwrap();
        let header = caller.authorization_header();
        let user = auth
            .validate_access_token_and_get_user(header.as_str())
            .unwrap();
        assert!(user.issued_at.unwrap() <= clock.now() || clock_is_ahead > 0);
    }
    // Without the forgery, the claims are those of a valid token of the same second.
    let clock = TestClock::new();
    clock.freeze(clock.now());
    let alice = alice.clock(&clock);
    let forged = alice.clone().forged();
    let (valid, forged) = (alice.access_token(), forged.access_token());
    let shape = |token: &str| token.rsplit('.').map(str::len).collect::<Vec<_>>();
    assert_eq!(shape(&valid), shape(&forged));
    let signed = |token: &str| token.rsplit_once('.').unwrap().0.to_owned();
    assert!(signed(&valid) == signed(&forged), "other claims");
}

#[actix_web::test]
async fn an_employee_who_impersonates_is_named() {
    let user = TestUser::new("alice@example.com")
        .impersonated_by("emp-1")
        .user();
    assert!(user.is_impersonated());
    assert_eq!(user.impersonator_user_id.as_deref(), Some("emp-1"));
}

#[actix_web::test]
async fn a_membership_has_what_the_closure_adds() {
    let acme = TestOrg::new("Acme Inc").permission("Member", "read");
    let user = |describe: fn(_) -> _| {
        TestUser::new("bob@example.com")
            .in_org_with(&acme, describe)
            .user()
    };
    let org = |user: &User| -> OrgMemberInfo { user.org(acme.org_id()).unwrap().clone() };
    let plain = org(&user(|member| member));
    assert!(plain.is_role("Member"), "the lowest role by default");
    assert!(plain.has_permission("read") && !plain.has_permission("write"));
    let more = org(&user(|member| {
        member
            .role("Admin")
            .permission("write")
            .claim("org_metadata", serde_json::json!({ "plan": "pro" }))
    }));
    assert!(more.is_role("Admin") && more.has_permission("write"));
    assert_eq!(more.org_metadata["plan"], "pro");
    let several = TestOrg::new("Many Inc")
        .roles(&["A", "B", "C"])
        .multiple_roles_per_user();
    let user = TestUser::new("c@example.com")
        .in_org_with(&several, |member| member.role("C").role("A"))
        .user();
    let member = user.org(several.org_id()).unwrap();
    assert!(member.is_role("A") && member.is_role("C") && !member.is_role("B"));
}

#[actix_web::test]
async fn an_application_without_a_server_has_a_clock_that_moves() {
    let clock = TestClock::new();
    let auth = propel_auth_builder().clock(clock.to_fn()).build().unwrap();
    let acme = TestOrg::new("Acme Inc");
    let alice = TestUser::new("alice@example.com")
        .in_org(&acme, "Admin")
        .clock(&clock);
    let app = test::init_service(
        App::new()
            .service(
                web::resource("/orgs/{org_id}")
                    .get(async |org: OrgMemberInfo| HttpResponse::Ok().body(org.org_name.clone()))
                    .wrap(InOrg::new(org_id::path("org_id"))),
            )
            .wrap(auth.require_user()),
    )
    .await;
    let status = async |caller: &String| {
        let request = test::TestRequest::with_uri(&format!("/orgs/{}", acme.org_id()));
        let request = request.as_user(caller).to_request();
        test::call_service(&app, request).await.status().as_u16()
    };
    clock.freeze(1_700_000_000);
    let token = alice.access_token();
    assert_eq!(status(&token).await, 200);
    clock.advance(std::time::Duration::from_secs(30 * 60));
    assert_eq!(status(&token).await, 401);
    assert_eq!(status(&alice.access_token()).await, 200);
}
